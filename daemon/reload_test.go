// SPDX-License-Identifier: MIT

package daemon_test

import (
	"context"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// After a change of the embedded broker's password the previous one is refused.
func TestReloadChangesEmbeddedBrokerPassword(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	configure := func(password string) string {
		return o.Configure(t, folder, "[Alice]", "[weight_kg]",
			"mqtt: {url: embedded, listen: "+address+", username: vitals, password: "+password+"}")
	}
	path := configure("first")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	enters := func(password string) bool {
		return mqtt.CheckConnection(ctx, mqtt.Options{
			URL:        "mqtt://" + address,
			Username:   "vitals",
			Password:   secret.New(password),
			ClientID:   "probe",
			StateTopic: "x",
		}) == nil
	}
	clitest.Must(t, clitest.WaitFor(ctx, "the first password to be accepted", func() bool { return enters("first") }))
	configure("second")
	clitest.Must(t, clitest.WaitFor(ctx, "the second password to be accepted", func() bool { return enters("second") }))
	if enters("first") {
		t.Error("the old password is still accepted")
	}

	// The retained messages are back.
	state := make(chan string, 1)
	reader, err := mqtt.New(mqtt.Options{
		URL:        "mqtt://" + address,
		Username:   "vitals",
		Password:   secret.New("second"),
		ClientID:   "reader",
		StateTopic: "reader/state",
	})
	clitest.Must(t, err)
	reader.Handle("vitals2mqtt/alice/status", func(m mqtt.Message) {
		select {
		case state <- string(m.Payload):
		default:
		}
	})
	reading, stop := context.WithTimeout(ctx, clitest.WaitTimeout)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- reader.Run(reading) }()
	select {
	case got := <-state:
		if got != "offline" { // no profile is signed in
			t.Errorf("the status is %q", got)
		}
	case <-reading.Done():
		t.Error("the retained messages are missing")
	}
	stop()
	clitest.Must(t, <-ended)
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

// The next configuration fails after the previous one has left "online": it is
// refused by the broker and waits, it is refused and stopped, or neither it nor
// the previous one can start.
func TestFailedHandoverPublishesOffline(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		password string // of the next configuration
		breakCA  bool   // the certificate file that both need
		stop     bool
		takeover time.Duration
		code     int
	}{
		"the next one is refused":            {password: "wrong", takeover: 50 * time.Millisecond, code: 0},
		"the next one is stopped at once":    {password: "wrong", stop: true, code: 0},
		"neither the next one nor the first": {password: "right", breakCA: true, code: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
			authenticated, err := broker.Start(broker.Options{
				Username: "vitals", Password: secret.New("right"), Log: zerolog.Nop(),
			})
			clitest.Must(t, err)
			t.Cleanup(func() { _ = authenticated.Close() })
			authority := clitest.WriteFile(t, filepath.Join(folder, "ca.pem"), certificate(t))
			configure := func(password string, settings ...string) string {
				return o.Configure(t, folder, "[Alice]", "[weight_kg]", append(settings,
					"mqtt: {url: "+authenticated.URL()+", tls: {ca_file: "+authority+"},",
					"  username: vitals, password: "+password+"}")...)
			}
			shortTakeover := func(p *cli.Program) { p.Timing.Takeover = row.takeover }
			daemon := clitest.StartProgramWith(t, shortTakeover, "--config", configure("right"), "run")
			state := func(want string) func() bool {
				return func() bool { return authenticated.Retained()["vitals2mqtt/bridge/state"] == want }
			}
			clitest.Must(t, clitest.WaitFor(ctx, "the bridge to be online", state("online")))
			if row.breakCA {
				clitest.WriteFile(t, authority, "no certificate")
			}
			configure(row.password, "log: {format: json}")
			if !row.breakCA {
				_, err = daemon.Stderr.WaitForLine(ctx, "broker connection failed")
				clitest.Must(t, err)
			}
			if !row.breakCA && !row.stop {
				clitest.Must(t, clitest.WaitFor(ctx, "the bridge to be offline", state("offline")))
			}
			if !row.breakCA {
				daemon.Interrupts <- os.Interrupt
			}
			daemon.ExpectExit(t, row.code)
			if !state("offline")() {
				t.Errorf("finally the broker retains %v\n%s", authenticated.Retained(), daemon.Stderr)
			}
		})
	}
}

// certificate is a certificate in PEM form.
func certificate(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// The configuration file disappears and reappears, as with some editors.
// Meanwhile the environment, which would suffice as a configuration, must not
// take over.
func TestMissingConfigFileIsReportedOnce(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]",
		"mqtt: {url: "+o.Broker.URL()+", base_topic: home}", "log: {format: json}")
	stderr := &clitest.OutputBuffer{}
	daemon := exec.CommandContext(ctx, os.Args[0], "run")
	daemon.Args[0] = "vitals2mqtt"
	daemon.Dir, daemon.Stderr = folder, stderr
	daemon.Env = []string{
		"EXAMPLE=" + os.DevNull, "V2M_WITHINGS_CLIENT_ID=" + o.Cloud.ClientID(),
		"V2M_WITHINGS_CLIENT_SECRET=" + o.Cloud.ClientSecret(),
		"V2M_WITHINGS_API_URL=" + o.CloudURL, "V2M_WITHINGS_ACCOUNT_URL=" + o.CloudURL, "V2M_WITHINGS_PROFILES=Alice",
		"V2M_MQTT_URL=" + o.Broker.URL(), "V2M_WEB_ENABLED=false", "V2M_STATE_DIR=state",
	}
	clitest.Must(t, daemon.Start())
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait() // reports the kill
	})
	clitest.Must(t, o.WaitRetained(ctx, "home/bridge/state", "online"))
	aside := filepath.Join(folder, "config.yaml~")
	clitest.Must(t, os.Rename(path, aside))
	_, err := stderr.WaitForLine(ctx, "reload failed")
	clitest.Must(t, err)
	if state := o.Broker.Retained()["home/bridge/state"]; state != "online" {
		t.Errorf("the bridge is %q while the file is missing", state)
	}
	clitest.Must(t, os.Rename(aside, path))
	_, err = stderr.WaitForLine(ctx, "nothing to reload")
	clitest.Must(t, err)
	if strings.Contains(stderr.String(), "configuration reloaded") {
		t.Error("the unchanged file is a reload")
	}
	clitest.Must(t, o.WaitRetained(ctx, "home/bridge/state", "online"))
	if n := strings.Count(stderr.String(), "reload failed"); n != 1 {
		t.Errorf("it is logged %d times:\n%s", n, stderr)
	}
}

// A change of the file during the start is noticed: here, a warning is printed
// between reading the file and watching it.
func TestConfigChangeDuringStartIsReloaded(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "mqtt: {url: "+o.Broker.URL()+", listen: 127.0.0.1:1883}")
	changed := sync.OnceFunc(func() { o.Configure(t, folder, "[Alice]", "[weight_kg]") })
	daemon := clitest.StartProgramWith(t, func(p *cli.Program) {
		stderr := p.Stderr
		p.Stderr = writerFunc(func(line []byte) (int, error) {
			changed()
			return stderr.Write(line)
		})
	}, "--config", path, "run")
	_, err := daemon.Stderr.WaitForLine(ctx, "configuration reloaded")
	clitest.Must(t, err)
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

// writerFunc is a function as an io.Writer.
type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// The new configuration is valid, but the port of its page is in use.
func TestFailedReloadKeepsOldConfiguration(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	taken, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	clitest.Must(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	own := clitest.FreeAddress(t)
	notifications := "notifications: {public_url: http://" + own + ", listen: " + own + "}"
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", notifications)
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
	o.Configure(t, folder, "[Alice]", "[weight_kg]", notifications, "web: {listen: "+taken.Addr().String()+"}")
	_, err = daemon.Stderr.WaitForLine(ctx, "reload failed")
	clitest.Must(t, err)
	clitest.Must(t, clitest.WaitFor(ctx, "the second start", func() bool {
		return strings.Count(daemon.Stderr.String(), `"message":"started"`) == 2
	}))
	clitest.Must(t, clitest.WaitFor(ctx, "the notification port", func() bool {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", own)
		return err == nil && conn.Close() == nil
	}))
	select {
	case <-daemon.Ended:
		t.Errorf("the daemon has ended with %d", daemon.Code)
	default:
	}
}

// The log level changes with the configuration.
func TestReloadAppliesLogLevel(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/info", ""))
	before := o.Broker.Retained()["vitals2mqtt/bridge/info"]
	for _, level := range []string{"error", "info"} {
		o.Configure(t, folder, "[Alice]", "[weight_kg]", "log: {level: "+level+"}")
		clitest.Must(t, clitest.WaitFor(ctx, level, func() bool {
			return o.Broker.Retained()["vitals2mqtt/bridge/info"] != before
		}))
		before = o.Broker.Retained()["vitals2mqtt/bridge/info"]
	}
	_, err := daemon.Stderr.WaitForLine(ctx, "configuration reloaded")
	clitest.Must(t, err)
	if n := strings.Count(daemon.Stderr.String(), `"message":"configuration reloaded"`); n != 1 {
		t.Errorf("%d reloads are logged, want only the one into level info:\n%s", n, daemon.Stderr)
	}
}
