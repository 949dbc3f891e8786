package cli_test

import (
	"fmt"
	"net"
	"path/filepath"
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
	run(t, "", nil, "--config", path, "--log", "chatty", "check").expect(t, 2, "--log")
}

// TestFailedReloadKeepsOldConfiguration edits the file into one that is
// valid, but whose page cannot have its port.
func TestFailedReloadKeepsOldConfiguration(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	taken, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	text := o.configLines("[Alice]", "[weight_kg]") +
		fmt.Sprintf("mqtt: {url: %q}\nstate_dir: %q\nweb: ", o.broker.URL(), filepath.Join(folder, "state"))
	path := writeFile(t, filepath.Join(folder, "config.yaml"), text+"{enabled: false}\n")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
	writeFile(t, path, text+fmt.Sprintf("{listen: %q}\n", taken.Addr()))
	_, err = daemon.stderr.waitForLine(ctx, "reload failed")
	must(t, err)
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
	text := o.configLines("[Alice]", "[weight_kg]") +
		fmt.Sprintf("mqtt: {url: %q}\nweb: {enabled: false}\nstate_dir: %q\n", o.broker.URL(), filepath.Join(folder, "state"))
	path := writeFile(t, filepath.Join(folder, "config.yaml"), text)
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
	before := o.broker.Retained()["vitals2mqtt/bridge/info"]
	for _, level := range []string{"error", "info"} {
		writeFile(t, path, text+"log: {level: "+level+"}\n")
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
