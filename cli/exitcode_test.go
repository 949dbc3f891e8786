// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/goldentest"
)

// writeMinimalConfig writes a configuration for an unreachable cloud and a
// broker, and returns its path.
func writeMinimalConfig(t *testing.T, secret, brokerURL string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	text := fmt.Sprintf(`withings:
  client_id: %q
  client_secret: %q
  api_url: %q
  account_url: %q
  profiles: [Alice, Bob]
mqtt: {url: %q}
web: {listen: "127.0.0.1:9"}
state_dir: %q
`, "id", secret, unreachableURL, unreachableURL, brokerURL, filepath.Join(folder, "state"))
	return clitest.WriteFile(t, path, text)
}

const unreachableURL = "http://127.0.0.1:9" // the discard port, on which nothing listens

func TestUsage(t *testing.T) {
	t.Parallel()
	clitest.Run(t, "version").Expect(t, 0, "vitals2mqtt 1.2.3")
	clitest.Run(t, "--help").Expect(t, 0, "demo", "login", "Exit", "healthcheck")
	clitest.Run(t, "frobnicate").Expect(t, 2, "frobnicate", "--help")
	clitest.Run(t, "login").Expect(t, 2, "missing <profile>", "vitals2mqtt login --help")
	clitest.Run(t, "push", "rotate", "--jsn").Expect(t, 2, `did you mean "--json"?`, "vitals2mqtt push rotate --help")
	if got := clitest.Run(t, "init", "--foo"); got.Code != 2 || strings.Contains(got.Stderr, "did you mean") {
		t.Errorf("%d\n%s", got.Code, got.Stderr)
	}
	clitest.Run(t, "demo", "--speed", "0").Expect(t, 2, "--speed")
	clitest.Run(t, "sensors", "--format", "xml").Expect(t, 2, "markdown")
}

func TestConfigurationMistakes(t *testing.T) {
	t.Parallel()
	missing := clitest.WithEnviron("V2M_CONFIG=" + filepath.Join(t.TempDir(), "none.yaml"))
	clitest.RunWith(t, missing, "check").Expect(t, 3, "none.yaml")
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := "withings:\n  client_id: x\n  client_secret: s3cret\n" +
		"  profiles: [Alice, alice]\n  measurements: [weight_kgs]\nmqqt: {}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := clitest.Run(t, "--config", path, "check")
	got.Expect(t, 3, "config.yaml:4:", "config.yaml:5:", "did you mean weight_kg?", "config.yaml:6:", "mqtt")
	if strings.Contains(got.Stderr, "s3cret") {
		t.Error("a secret is in the message")
	}
	clitest.Run(t, "--config", path, "run").Expect(t, 3)
}

func TestCheckShowsNoSecret(t *testing.T) {
	t.Parallel()
	got := clitest.Run(t, "--config", writeMinimalConfig(t, "s3cret", "mqtt://127.0.0.1:9"), "check", "--show")
	got.Expect(t, 0, "client_id", "•••")
	if strings.Contains(got.Stdout+got.Stderr, "s3cret") {
		t.Error("the secret is printed")
	}
}

func TestEnvironmentAlone(t *testing.T) {
	t.Parallel()
	environ := []string{
		"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=secret", "V2M_WITHINGS_PROFILES=Alice,Bob",
		"V2M_STATE_DIR=" + t.TempDir(),
	}
	clitest.RunWith(t, clitest.WithEnviron(environ...), "profiles").
		Expect(t, 0, "Alice", "vitals2mqtt/bob", "vitals2mqtt login alice")
}

func TestInit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	clitest.Run(t, "--config", path, "init", "--no-find").Expect(t, 0, "config.yaml doctor", "config.yaml run")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	clitest.Run(t, "--config", path, "init").Expect(t, 1, "already exists")
	clitest.Run(t, "--config", t.TempDir(), "init").Expect(t, 1, "is a directory", "remove it")
	clitest.Run(t, "--config", path, "check").Expect(t, 3, "client_id", "client_secret", "developer portal")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(`client_id: ""`, "client_id: abc", `client_secret: ""`, "client_secret: def")
	filled := fill.Replace(string(text))
	if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	clitest.Run(t, "--config", path, "check").Expect(t, 0, "1 profile\n")
}

func TestProfileCommandsWithoutCloud(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	clitest.Run(t, "--config", path, "login", "Carol").Expect(t, 2, `unknown profile "Carol"`, "Alice, Bob")
	paste := func(text string) clitest.Result {
		return clitest.RunWith(t, clitest.WithStdin(text), "--config", path, "login", "Alice", "--paste")
	}
	paste("").Expect(t, 1, "30 seconds", "no address pasted")
	paste("hello\n").Expect(t, 1, "copy the whole address")
	paste("http://x/?error=access_denied&state=s\n").Expect(t, 1, "denied")
	paste("http://x/?code=c&state=s\n").Expect(t, 1, "start again")
	clitest.Run(t, "--config", path, "logout", "Alice").Expect(t, 0, "not signed in")
	clitest.Run(t, "--config", path, "healthcheck").Expect(t, 1, "does not respond")
}

// "Failed" above the values of a profile that has no finding needs a reason.
func TestStatusOfOneProfileCountsOtherFindings(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path := o.Configure(t, t.TempDir(), "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "status", "alice").
		Expect(t, 0, "Failed, judging", "1 finding about other profiles (see `vitals2mqtt status`)")
	if got := clitest.Run(t, "--config", path, "status", "bob"); strings.Contains(got.Stdout, "other profiles") {
		t.Errorf("bob's own finding is counted too:\n%s", got.Stdout)
	}
}

func TestOnceReportsMissingSignIn(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	shortTimeout := func(p *cli.Program) { p.Timing.Delivery = 100 * time.Millisecond }
	clitest.RunWith(t, shortTimeout, "--config", path, "once", "alice").Expect(t, 4, "sign-in needed")
	clitest.Run(t, "--config", path, "once", "carol").Expect(t, 2, "unknown profile")
	clitest.Run(t, "--config", writeMinimalConfig(t, "s", "embedded"), "once").Expect(t, 2, "external broker")
}

// TestOnceReadsNoPastForAnUnreachableBroker: years of it take minutes, and go
// nowhere.
func TestOnceReadsNoPastForAnUnreachableBroker(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path := o.Configure(t, t.TempDir(), "[Alice]", "all", "mqtt: {url: mqtt://127.0.0.1:9}")
	clitest.SignIn(t, path, "Alice")
	shortTimeout := func(p *cli.Program) { p.Timing.Delivery = 100 * time.Millisecond }
	clitest.RunWith(t, shortTimeout, "--config", path, "once").Expect(t, 5, "mqtt://127.0.0.1:9: broker unreachable")
	for _, call := range []string{"measure getmeas", "v2/sleep getsummary", "v2/heart list"} {
		if got := o.Cloud.Requests()[call]; got != 1 { // a second one reads the past
			t.Errorf("%d requests for %s, want that for the current values", got, call)
		}
	}
	clitest.Run(t, "--config", path, "show", "alice", "weight_kg").Expect(t, 0, "weight_kg")
}

func TestCheckLiveReportsAllFailures(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	clitest.Run(t, "--config", path, "check", "--live").
		Expect(t, 4, "ok    configuration", "FAIL  client id and secret", "FAIL  sign-in of Alice",
			"FAIL  sign-in of Bob", "FAIL  broker")
}

func TestDiscoveryNeedsNoBroker(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	got := clitest.Run(t, "--config", path, "discovery", "--all", "alice")
	got.Expect(t, 0, "no daemon has run yet")
	lines := strings.Split(strings.TrimSpace(got.Stdout), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d documents, want the bridge's and Alice's", len(lines))
	}
	for _, line := range lines {
		topic, document, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_") || !json.Valid([]byte(document)) {
			t.Errorf("%s", line)
		}
	}
	clitest.Run(t, "--config", path, "discovery", "bob").Expect(t, 0, "never signed in", "vitals2mqtt_bridge_")
}

func TestGoldenSensorsPage(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "../docs/sensors.md", []byte(clitest.Run(t, "sensors", "--format", "markdown").Stdout))
}

func TestSensorsFormats(t *testing.T) {
	t.Parallel()
	var rows []map[string]any
	text := clitest.Run(t, "sensors", "--format", "json").Stdout
	if err := json.Unmarshal([]byte(text), &rows); err != nil || len(rows) < 100 {
		t.Errorf("%d rows of JSON, %v", len(rows), err)
	}
	if !strings.Contains(text, `"note": "always in mmHg"`) {
		t.Error("JSON has no remarks")
	}
	clitest.Run(t, "sensors").Expect(t, 0, "weight_kg", "getmeas 1")
	clitest.Run(t, "sensors", "--format", "csv").Expect(t, 0, "key,name,platform,device_class,unit,state_class")
}
