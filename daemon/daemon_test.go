// SPDX-License-Identifier: MIT

package daemon_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

func TestDaemonReloadsConfiguration(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), clitest.Start(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice, Bob]", "all"))
	clitest.SignIn(t, path, "Alice", "Bob")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg, fat_ratio_pct]"))
	states := collect(t, o, "vitals2mqtt/bridge/state")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/status", "online"))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/fat_ratio_pct", ""))
	if tree := o.Broker.Retained(); tree["vitals2mqtt/bob/status"] != "" {
		t.Error("a profile that is not configured is published")
	}

	// A key is removed, a profile is added, and subscribers never see "offline".
	clitest.WriteFile(t, path, o.Config("[Alice, Bob]", "[weight_kg]"))
	_, err := daemon.Stderr.WaitForLine(ctx, "configuration reloaded")
	clitest.Must(t, err)
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/status", "online"))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))
	clitest.Must(t, o.WaitCleared(ctx, "vitals2mqtt/alice/fat_ratio_pct"))
	clitest.Must(t, o.WaitCleared(ctx, "vitals2mqtt/alice/fat_ratio_pct/detail"))
	if slices.Contains(states(), "offline") {
		t.Errorf("the states during a reload are %v", states())
	}

	// A mistake is reported with its place, and changes nothing.
	clitest.WriteFile(t, path, o.Config("[Alice, Bob]", "[weight_kgs]"))
	line, err := daemon.Stderr.WaitForLine(ctx, "reload failed")
	clitest.Must(t, err)
	if !strings.Contains(line, "did you mean weight_kg?") || !strings.Contains(line, "config.yaml:") {
		t.Errorf("the mistake is reported as %s", line)
	}
	o.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.234"))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/status", "online"))

	// A stop publishes "offline".
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/state", "offline"))
	clitest.Must(t, clitest.WaitFor(ctx, "offline to be published",
		func() bool { return slices.Contains(states(), "offline") }))
	published := states()
	// When the broker's acknowledgement is late, the last will repeats it.
	if strings.Contains(daemon.Stderr.String(), "relying on the last will") {
		published = slices.Compact(published)
	}
	if first := slices.Index(published, "offline"); first != len(published)-1 {
		t.Errorf("states %v, want offline once, at the end", published)
	}
	if log := daemon.Stderr.String(); strings.Contains(log, "71.234") || strings.Contains(log, o.Cloud.ClientSecret()) {
		t.Errorf("the log contains private data:\n%s", log)
	}
}

func TestSecondInterruptDoesNotWaitForTheBroker(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), clitest.Start(t)
	between := newFreezableProxy(t, o.Broker.Addr())
	path := filepath.Join(t.TempDir(), "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]", "mqtt: {url: mqtt://"+between.address+"}"))
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgramWith(t, func(p *cli.Program) { p.Timing.Broker = time.Hour }, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/state", "online"))

	between.freeze()
	daemon.Interrupts <- os.Interrupt
	clitest.Must(t, clitest.WaitFor(ctx, "offline to be blocked", func() bool { return between.blockedWrites() > 0 }))
	select {
	case <-daemon.Ended:
		t.Fatal("it exited without waiting for the broker")
	default:
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 1)
	if !strings.Contains(daemon.Stderr.String(), "stopped immediately") {
		t.Errorf("it does not report the immediate stop:\n%s", daemon.Stderr)
	}
	if got := o.Broker.Retained()["vitals2mqtt/bridge/state"]; got != "online" {
		t.Errorf("the bridge is %q: the broker did not hang", got)
	}
}

func TestEmbeddedBrokerRequiresPassword(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	address := clitest.FreeAddress(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]",
		"mqtt: {url: embedded, listen: "+address+", username: vitals, password: br0ker}")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	_, err := daemon.Stderr.WaitForLine(t.Context(), "connected to broker")
	clitest.Must(t, err)

	// Another program needs the right password.
	other := func(password string) string {
		t.Helper()
		return clitest.WriteFile(t, filepath.Join(folder, password+".yaml"), o.Config("[Alice]", "[weight_kg]",
			"mqtt: {url: mqtt://"+address+", username: vitals, password: "+password+"}", "state_dir: other"))
	}
	clitest.Run(t, "--config", other("br0ker"), "check", "--live").Expect(t, 4, "ok    broker")
	clitest.Run(t, "--config", other("wr0ng"), "check", "--live").Expect(t, 4, "FAIL  broker")
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	if strings.Contains(daemon.Stderr.String(), "br0ker") {
		t.Errorf("the log holds the password:\n%s", daemon.Stderr)
	}
}
