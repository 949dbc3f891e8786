package cli_test

import (
	"context"
	"encoding/pem"
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
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// TestReloadChangesEmbeddedBrokerPassword gives the household's broker
// another password: the old one must not be good for anything any more.
func TestReloadChangesEmbeddedBrokerPassword(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), startHarness(t), t.TempDir(), freeAddress(t)
	configure := func(password string) string {
		return o.configure(t, folder, "[Alice]", "[weight_kg]",
			"mqtt: {url: embedded, listen: "+address+", username: vitals, password: "+password+"}")
	}
	path := configure("first")
	daemon := startProgram(t, "--config", path, "run")
	enters := func(password string) bool {
		return mqtt.CheckConnection(ctx, mqtt.Options{
			URL: "mqtt://" + address, Username: "vitals", Password: secret.New(password), ClientID: "probe", StateTopic: "x",
		}) == nil
	}
	must(t, waitFor(ctx, "the first password to be good", func() bool { return enters("first") }))
	configure("second")
	must(t, waitFor(ctx, "the second password to be good", func() bool { return enters("second") }))
	if enters("first") {
		t.Error("the old password is still good")
	}

	// What was there before is there again.
	state := make(chan string, 1)
	reader, err := mqtt.New(mqtt.Options{
		URL: "mqtt://" + address, Username: "vitals", Password: secret.New("second"), ClientID: "reader", StateTopic: "reader/state",
	})
	must(t, err)
	reader.Handle("vitals2mqtt/alice/status", func(m mqtt.Message) {
		select {
		case state <- string(m.Payload):
		default:
		}
	})
	reading, stop := context.WithTimeout(ctx, waitTimeout)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- reader.Run(reading) }()
	select {
	case got := <-state:
		if got != "offline" { // nobody has signed in
			t.Errorf("the status is %q", got)
		}
	case <-reading.Done():
		t.Error("the tree did not come back")
	}
	stop()
	must(t, <-ended)
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
}

// TestFailedHandoverPublishesOffline has the next configuration fail in three ways after
// the old one has left "online": it is refused by the broker and waits, the same
// and is stopped, and it cannot even start, nor can the old one.
func TestFailedHandoverPublishesOffline(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		password string // of the next configuration
		ruin     bool   // the certificate that both need
		stop     bool
		takeover time.Duration
		code     int
	}{
		"the next one is refused":            {password: "wrong", takeover: 50 * time.Millisecond, code: 0},
		"the next one is stopped at once":    {password: "wrong", stop: true, code: 0},
		"neither the next one nor the first": {password: "right", ruin: true, code: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
			household, err := broker.Start(broker.Options{Username: "vitals", Password: secret.New("right"), Log: zerolog.Nop()})
			must(t, err)
			t.Cleanup(func() { _ = household.Close() })
			authority := writeFile(t, filepath.Join(folder, "ca.pem"), certificate(t))
			configure := func(password string, settings ...string) string {
				return o.configure(t, folder, "[Alice]", "[weight_kg]", append(settings,
					"mqtt: {url: "+household.URL()+", tls: {ca_file: "+authority+"}, username: vitals, password: "+password+"}")...)
			}
			daemon := startProgramWith(t, func(p *cli.Program) { p.Timing.Takeover = row.takeover }, "--config", configure("right"), "run")
			state := func(want string) func() bool {
				return func() bool { return household.Retained()["vitals2mqtt/bridge/state"] == want }
			}
			must(t, waitFor(ctx, "the bridge to be online", state("online")))
			if row.ruin {
				writeFile(t, authority, "no certificate")
			}
			configure(row.password, "log: {format: json}")
			if !row.ruin {
				_, err = daemon.stderr.waitForLine(ctx, "broker connection failed")
				must(t, err)
			}
			if !row.ruin && !row.stop {
				must(t, waitFor(ctx, "the bridge to be offline", state("offline")))
			}
			if !row.ruin {
				daemon.interrupts <- os.Interrupt
			}
			daemon.expectExit(t, row.code)
			if !state("offline")() {
				t.Errorf("at the end the broker holds %v\n%s", household.Retained(), daemon.stderr)
			}
		})
	}
}

// certificate is somebody's, in PEM form.
func certificate(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// TestMissingConfigFileIsReportedOnce runs the daemon in a folder whose
// configuration goes and comes back, as with some editors. The environment would
// do for a configuration as well: it must not take over meanwhile.
func TestMissingConfigFileIsReportedOnce(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]",
		"mqtt: {url: "+o.broker.URL()+", base_topic: house}", "log: {format: json}")
	stderr := &outputBuffer{}
	daemon := exec.CommandContext(ctx, os.Args[0], "run")
	daemon.Args[0] = "vitals2mqtt"
	daemon.Dir, daemon.Stderr = folder, stderr
	daemon.Env = []string{
		"EXAMPLE=" + path, "V2M_WITHINGS_CLIENT_ID=" + o.cloud.ClientID(), "V2M_WITHINGS_CLIENT_SECRET=" + o.cloud.ClientSecret(),
		"V2M_WITHINGS_API_URL=" + o.cloudURL, "V2M_WITHINGS_ACCOUNT_URL=" + o.cloudURL, "V2M_WITHINGS_PROFILES=Alice",
		"V2M_MQTT_URL=" + o.broker.URL(), "V2M_WEB_ENABLED=false", "V2M_STATE_DIR=state",
	}
	must(t, daemon.Start())
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait() // killed: that is an error by definition
	})
	must(t, o.waitRetained(ctx, "house/bridge/state", "online"))
	aside := filepath.Join(folder, "config.yaml~")
	must(t, os.Rename(path, aside))
	_, err := stderr.waitForLine(ctx, "reload failed")
	must(t, err)
	if state := o.broker.Retained()["house/bridge/state"]; state != "online" {
		t.Errorf("the bridge is %q while the file is away", state)
	}
	must(t, os.Rename(aside, path))
	_, err = stderr.waitForLine(ctx, "configuration reloaded")
	must(t, err)
	must(t, o.waitRetained(ctx, "house/bridge/state", "online"))
	if n := strings.Count(stderr.String(), "reload failed"); n != 1 {
		t.Errorf("it is told %d times:\n%s", n, stderr)
	}
}

// A file that is changed while the daemon starts is read again, as at any later
// time: a warning comes between the first look and everything else.
func TestConfigChangeDuringStartIsReloaded(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "mqtt: {url: "+o.broker.URL()+", listen: 127.0.0.1:1883}")
	changed := sync.OnceFunc(func() { o.configure(t, folder, "[Alice]", "[weight_kg]") })
	daemon := startProgramWith(t, func(p *cli.Program) {
		stderr := p.Stderr
		p.Stderr = writerFunc(func(line []byte) (int, error) {
			changed()
			return stderr.Write(line)
		})
	}, "--config", path, "run")
	_, err := daemon.stderr.waitForLine(ctx, "configuration reloaded")
	must(t, err)
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
}

// writerFunc is a function as an io.Writer.
type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (w writerFunc) Write(p []byte) (int, error) { return w(p) }
