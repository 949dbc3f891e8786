package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// bridgeStates are all that the bridge has said of itself, in order.
func (o *harness) bridgeStates(t *testing.T) func() []string {
	t.Helper()
	var mu sync.Mutex
	var said []string
	must(t, o.broker.Watch("vitals2mqtt/bridge/state", func(_ string, payload []byte, _ bool) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, string(payload))
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(said)
	}
}

func TestDaemonReloadsConfiguration(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), startHarness(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeFile(t, path, o.config("[Alice, Bob]", "all"))
	signIn(t, path, "Alice", "Bob")
	writeFile(t, path, o.config("[Alice]", "[weight_kg, fat_ratio_pct]"))
	states := o.bridgeStates(t)
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/status", "online"))
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/fat_ratio_pct", ""))
	if tree := o.broker.Retained(); tree["vitals2mqtt/bob/status"] != "" {
		t.Error("somebody who is not configured is published")
	}

	// A key goes, a person comes, and nobody is told that the daemon was away.
	writeFile(t, path, o.config("[Alice, Bob]", "[weight_kg]"))
	_, err := daemon.stderr.waitForLine(ctx, "configuration reloaded")
	must(t, err)
	must(t, o.waitRetained(ctx, "vitals2mqtt/bob/status", "online"))
	must(t, o.waitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))
	must(t, o.waitCleared(ctx, "vitals2mqtt/alice/fat_ratio_pct"))
	must(t, o.waitCleared(ctx, "vitals2mqtt/alice/fat_ratio_pct/detail"))
	if slices.Contains(states(), "offline") {
		t.Errorf("a reload was told as %v", states())
	}

	// A wrong edit is reported with its place, and changes nothing.
	writeFile(t, path, o.config("[Alice, Bob]", "[weight_kgs]"))
	said, err := daemon.stderr.waitForLine(ctx, "reload failed")
	must(t, err)
	if !strings.Contains(said, "did you mean weight_kg?") || !strings.Contains(said, "config.yaml:") {
		t.Errorf("the mistake is reported as %s", said)
	}
	o.cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon lives now
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.234"))
	must(t, o.waitRetained(ctx, "vitals2mqtt/bob/status", "online"))

	// Asked to stop, it says goodbye.
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "offline"))
	must(t, waitFor(ctx, "the goodbye to be heard", func() bool { return slices.Contains(states(), "offline") }))
	if said := states(); said[len(said)-1] != "offline" || slices.Contains(said[:len(said)-1], "offline") {
		t.Errorf("the bridge said %v, want offline once, at the end", said)
	}
	if log := daemon.stderr.String(); strings.Contains(log, "71.234") || strings.Contains(log, o.cloud.ClientSecret()) {
		t.Errorf("the log holds what is private:\n%s", log)
	}
}

func TestSecondInterruptDoesNotWaitForTheBroker(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), startHarness(t)
	between := newFreezableProxy(t, o.broker.Addr())
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeFile(t, path, o.config("[Alice]", "[weight_kg]", "mqtt: {url: mqtt://"+between.address+"}"))
	signIn(t, path, "Alice")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	must(t, o.waitRetained(ctx, "vitals2mqtt/bridge/state", "online"))

	between.freeze()
	daemon.interrupts <- os.Interrupt
	must(t, waitFor(ctx, "the goodbye to hang", func() bool { return between.blockedWrites() > 0 }))
	select {
	case <-daemon.ended:
		t.Fatal("it ended without having said goodbye")
	default:
	}
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 1)
	if !strings.Contains(daemon.stderr.String(), "stopped immediately") {
		t.Errorf("it does not say that goodbyes may be missing:\n%s", daemon.stderr)
	}
	if got := o.broker.Retained()["vitals2mqtt/bridge/state"]; got != "online" {
		t.Errorf("the bridge is %q: the broker did not hang", got)
	}
}

func TestEmbeddedBrokerRequiresPassword(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	address := freeAddress(t)
	path := o.configure(t, folder, "[Alice]", "[weight_kg]",
		"mqtt: {url: embedded, listen: "+address+", username: vitals, password: br0ker}")
	daemon := startProgram(t, "--config", path, "run")
	_, err := daemon.stderr.waitForLine(t.Context(), "connected to broker")
	must(t, err)

	// Another program with the right password gets in, with a wrong one it does not.
	other := func(password string) string {
		t.Helper()
		return writeFile(t, filepath.Join(folder, password+".yaml"), o.config("[Alice]", "[weight_kg]",
			"mqtt: {url: mqtt://"+address+", username: vitals, password: "+password+"}", "state_dir: other"))
	}
	run(t, "--config", other("br0ker"), "check", "--live").expect(t, 4, "ok    broker")
	run(t, "--config", other("wr0ng"), "check", "--live").expect(t, 4, "FAIL  broker")
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
	if strings.Contains(daemon.stderr.String(), "br0ker") {
		t.Errorf("the log holds the password:\n%s", daemon.stderr)
	}
}
