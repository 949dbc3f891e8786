// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

// dumpOf is the bundle about a configuration and findings.
func dumpOf(t *testing.T, text string, findings ...doctor.Finding) (whole string, dumped []findingDump) {
	t.Helper()
	c, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	c.StateDir = t.TempDir()
	subject := &diagnosis{config: c, report: doctor.Report{Findings: findings}}
	written, err := subject.buildBundle(t.Context(), newProgramDump(Program{}))
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Doctor []findingDump }
	if err := json.Unmarshal(written, &parsed); err != nil {
		t.Fatal(err)
	}
	return string(written), parsed.Doctor
}

// One profile's name is a prefix of another's, and one host name is part of
// another's.
func TestDumpHidesOverlappingNames(t *testing.T) {
	t.Parallel()
	whole, dumped := dumpOf(t, `withings: {client_id: "1", client_secret: "2", profiles: [Ann, "Ann Zebulon-Quagmire"],
  base_url: "https://home.zebulon-family.example"}
mqtt: {url: "mqtt://home:1883"}
`, doctor.Finding{Check: "sign-in", Profile: "Ann Zebulon-Quagmire", Code: "account_shared"},
		doctor.Finding{Check: "sign-in", Profile: "Ann", Code: "token_ok", Facts: map[string]any{"days": 3}})
	if strings.Contains(strings.ToLower(whole), "zebulon") {
		t.Errorf("a name is in the dump:\n%s", whole)
	}
	want := []findingDump{
		{Check: "sign-in", Profile: "person2", Code: "account_shared"},
		{Check: "sign-in", Profile: "person1", Code: "token_ok", Facts: map[string]any{"days": 3.0}},
	}
	if diff := cmp.Diff(want, dumped); diff != "" {
		t.Error(diff)
	}
}

// In a file with the wrong structure, names can take the place of keys.
func TestDumpOfInvalidConfigurationHidesUserText(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "zebulon.yaml")
	text := `withings:
  client_id: "${ZEBULON_HOME}"
  client_secret: "2"
  profiles: [Zebulon: {a: 1}, "Alice": 3, {name: Quagmire, schedule: zebulon}, {name: Bob, measurements: [zebulon_kg]}]
  attributions: {zebulon: publish}
mqtt: {zebulonkey: 1, qos: quagmire}
Zebulon: {Quagmire: 1}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &session{}
	s.Environ = []string{"V2M_ZEBULON=quagmire", "V2M_MQTT_KEEPALIVE=quagmire"}
	s.configPath = path
	x, err := s.diagnose(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	written, err := x.buildBundle(t.Context(), newProgramDump(s.Program))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"zebulon", "quagmire", "alice", "bob", "<address>"} {
		if strings.Contains(strings.ToLower(string(written)), name) {
			t.Errorf("%q is in the dump:\n%s", name, written)
		}
	}
	for _, want := range []string{
		`"key": "mqtt.<path>"`, `"kind": "unknown_key"`, `"line": 6`, `"column": 8`,
		`"withings.profiles[3].measurements[0]"`,
		`"unknown_sensor_key"`, `"mqtt.qos"`, `"V2M_MQTT_KEEPALIVE"`, `"source": "environment"`, `"key": "<path>"`,
	} {
		if !strings.Contains(string(written), want) {
			t.Errorf("nothing about %q:\n%s", want, written)
		}
	}
}

// The error about a certificate contains host names.
func TestDumpReducesNetworkErrorsToTheirKind(t *testing.T) {
	t.Parallel()
	c, _, err := config.Parse("config.yaml", []byte(`withings: {client_id: "1", client_secret: "2", profiles: [Ann]}
mqtt: {url: "mqtts://192.0.2.7:8883"}
`), nil, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	c.StateDir, c.Web.Enabled = t.TempDir(), false
	certificate := &x509.Certificate{DNSNames: []string{"home.zebulon-family.example"}}
	cause := x509.HostnameError{Certificate: certificate, Host: "192.0.2.7"}
	report := doctor.Run(t.Context(), doctor.Input{
		Config: c,
		Folder: doctor.StateFolder(c.StateDir),
		Web:    failingWeb{cause},
		Cloud:  failingCloud{cause},
		Broker: func(context.Context, mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
			return mqtt.ProbeResult{}, fmt.Errorf("%w: network Error : %w", mqtt.ErrUnreachable, cause)
		},
	})
	subject := &diagnosis{config: c, report: report}
	written, err := subject.buildBundle(t.Context(), newProgramDump(Program{}))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(written), "zebulon") ||
		strings.Count(string(written), `"cause": "certificate_name"`) != 2 {
		t.Errorf("%s", written)
	}
}

type failingWeb struct{ err error }

func (b failingWeb) Head(context.Context, string) (int, error) { return 0, b.err }
func (b failingWeb) Get(context.Context, string) (int, error)  { return 0, b.err }
func (b failingWeb) CheckListen(context.Context, string) error { return b.err }

type failingCloud struct{ err error }

func (b failingCloud) Probe(context.Context) error      { return b.err }
func (failingCloud) ClockOffset() (time.Duration, bool) { return 0, false }
func (b failingCloud) Subscriptions(context.Context, string, bool) ([]withings.Subscription, error) {
	return nil, b.err
}

// An interrupted run prints no result and writes no file.
func TestDoctorAndDumpStopOnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	var out strings.Builder
	file := filepath.Join(t.TempDir(), "dump.json")
	s := &session{}
	s.Stdout, s.configPath = &out, filepath.Join(t.TempDir(), "config.yaml")
	for name, run := range map[string]func(context.Context, *session) error{
		"doctor": doctorCommand{}.run, "dump": dumpCommand{}.run, "dump -o": dumpCommand{Output: file}.run,
	} {
		if err := run(ctx, s); !errors.Is(err, errStopped) || out.Len() > 0 {
			t.Errorf("%s: %v, %s", name, err, &out)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a bundle was written")
	}
}

// What fails without a response, and what needs a sign-in, differ in the dump.
func TestDumpKeepsTheClassOfAFailure(t *testing.T) {
	t.Parallel()
	known := func(class string) string {
		return dumpEndpoint(bridge.EndpointHealth{Error: "x", Class: class}, time.Time{}).Class
	}
	for _, class := range []string{"temporary", "application", "unreachable", "sign_in", "refused", "token", "unknown"} {
		if got := known(class); got != class {
			t.Errorf("%s became %s", class, got)
		}
	}
	if got := known("alice"); got != "another" {
		t.Errorf("alice became %s", got)
	}
}
