// SPDX-License-Identifier: MIT

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestCommandsBesideTheDaemon runs every command that changes something while a
// daemon uses the state directory: it works through the daemon or its locks, the
// daemon follows, and what cannot be done together is refused with words.
func TestCommandsBesideTheDaemon(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg, height_m]")
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	run := func(code int, args ...string) clitest.Result {
		t.Helper()
		result := clitest.Run(t, append([]string{"--config", path}, args...)...)
		result.Expect(t, code)
		return result
	}
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	for _, command := range []string{"run", "once"} {
		run(1, command).Expect(t, 1, "another vitals2mqtt uses this state directory")
	}

	// A sign-in by another process is picked up.
	clitest.SignIn(t, path, "Bob")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/status", "online"))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))

	// What others write into the archive is published.
	measured := o.Cloud.Now().UTC().Format("2006-01-02T15:04:05Z")
	file := clitest.WriteFile(t, filepath.Join(folder, "old.csv"), "time,key,value\n"+measured+",weight_kg,64.75\n")
	run(0, "import", "alice", file)
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "64.75"))
	run(0, "backfill", "bob")

	// A copy is whole, although the daemon writes.
	backup := filepath.Join(folder, "copy.db")
	run(0, "backup", backup)
	restored := filepath.Join(folder, "restored")
	clitest.Must(t, os.MkdirAll(restored, 0o700))
	clitest.Must(t, os.Rename(backup, filepath.Join(restored, "history.db")))
	clitest.Must(t, os.CopyFS(filepath.Join(restored, "tokens"), os.DirFS(filepath.Join(folder, "state", "tokens"))))
	text := strings.Replace(clitest.ReadFile(t, path), "state_dir: state", "state_dir: restored", 1)
	other := clitest.WriteFile(t, filepath.Join(folder, "restored.yaml"), text)
	exported := clitest.Run(t, "--config", other, "export", "alice")
	exported.Expect(t, 0, "weight_kg,64.75")
	run(0, "export", "alice").Expect(t, 0, "weight_kg,64.75")

	// What removes everything of a profile is refused, and a sign-out is followed.
	run(1, "purge", "bob", "--yes").Expect(t, 1, "stop it first")
	run(0, "logout", "bob")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/status", "offline"))
	if status := o.Broker.Retained()["vitals2mqtt/alice/status"]; status != "online" {
		t.Errorf("Alice is %q", status)
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	if log := daemon.Stderr.String(); strings.Contains(log, "locked") || strings.Contains(log, "archive failed") {
		t.Errorf("the daemon failed:\n%s", log)
	}
	run(0, "purge", "bob", "--yes")
	if left := o.Broker.Retained()["vitals2mqtt/bob/weight_kg"]; left != "" {
		t.Errorf("Bob's weight is %q", left)
	}
}
