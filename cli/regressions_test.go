package cli_test

import (
	"net"
	"strings"
	"testing"

	"vitals2mqtt/cli"
)

// panickingWriter cannot be written to in the worst way.
type panickingWriter struct{}

func (panickingWriter) Write([]byte) (int, error) { panic("torn") }

func TestPanicIsNotSwallowed(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); got != "torn" {
			t.Errorf("a panic inside came out as %v", got)
		}
	}()
	code := cli.Program{Stdout: panickingWriter{}, Stderr: panickingWriter{}}.Run([]string{"version"})
	t.Errorf("a panic inside came out as exit code %d", code)
}

func TestUnknownLogLevelIsAUsageError(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	run(t, "--config", path, "--log", "chatty", "check").expect(t, 2, "--log")
}

// TestFailedReloadKeepsOldConfiguration edits the file into one that is
// valid, but whose page cannot have its port.
func TestFailedReloadKeepsOldConfiguration(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	taken, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	own := freeAddress(t)
	notifications := "notifications: {public_url: http://" + own + ", listen: " + own + "}"
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", notifications)
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
	o.configure(t, folder, "[Alice]", "[weight_kg]", notifications, "web: {listen: "+taken.Addr().String()+"}")
	_, err = daemon.stderr.waitForLine(ctx, "reload failed")
	must(t, err)
	must(t, waitFor(ctx, "the second start", func() bool { return strings.Count(daemon.stderr.String(), `"message":"started"`) == 2 }))
	must(t, waitFor(ctx, "the notification port", func() bool {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", own)
		return err == nil && conn.Close() == nil
	}))
	select {
	case <-daemon.ended:
		t.Errorf("the daemon has ended with %d", daemon.code)
	default:
	}
}

// TestReloadAppliesLogLevel silences the log and lets it speak again.
func TestReloadAppliesLogLevel(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
	before := o.broker.Retained()["vitals2mqtt/bridge/info"]
	for _, level := range []string{"error", "info"} {
		o.configure(t, folder, "[Alice]", "[weight_kg]", "log: {level: "+level+"}")
		must(t, waitFor(ctx, level, func() bool {
			return o.broker.Retained()["vitals2mqtt/bridge/info"] != before
		}))
		before = o.broker.Retained()["vitals2mqtt/bridge/info"]
	}
	_, err := daemon.stderr.waitForLine(ctx, "configuration reloaded")
	must(t, err)
	if n := strings.Count(daemon.stderr.String(), `"message":"configuration reloaded"`); n != 1 {
		t.Errorf("%d reloads are told, want only the one into level info:\n%s", n, daemon.stderr)
	}
}
