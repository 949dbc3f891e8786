// SPDX-License-Identifier: MIT

package daemon_test

import (
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// The reason and the file stay visible after many polls and a restart, until
// the profile has signed in again.
func TestDamagedTokenStaysTheReason(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"empty": "", "half": `{"version":1,"refresh_tok`, "garbage": "\x00\xff"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
			path := filepath.Join(folder, "config.yaml")
			clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
			clitest.SignIn(t, path, "Alice")
			tokens := filepath.Join(folder, "state", "tokens")
			clitest.WriteFile(t, filepath.Join(tokens, "alice.json"), content)
			for range 2 { // the second time, the file has been moved aside
				clitest.Run(t, "--config", path, "once").Expect(t, 4)
				clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "invalid JSON", "alice.json.broken-")
				clitest.Run(t, "--config", path, "doctor").Expect(t, 4, "invalid JSON", "alice.json.broken-")
			}
			clitest.SignIn(t, path, "Alice")
			clitest.Run(t, "--config", path, "once").Expect(t, 0)
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
			if after := clitest.Run(t, "--config", path, "profiles"); strings.Contains(after.Stdout, "broken") {
				t.Errorf("still shown after the sign-in:\n%s", after.Stdout)
			}
			if kept, err := filepath.Glob(filepath.Join(tokens, "*.broken-*")); err != nil || len(kept) != 1 {
				t.Errorf("kept aside: %v, %v; want the damaged file", kept, err)
			}
		})
	}
}

// A newer version's file is neither read nor replaced, by no command.
func TestTokenOfNewerVersionIsKept(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	file := filepath.Join(folder, "state", "tokens", "alice.json")
	const content = `{"version":99,"refresh_token":"hunter2hunter2"}`
	clitest.WriteFile(t, file, content)
	for _, command := range [][]string{{"once"}, {"login", "alice", "--paste"}, {"logout", "alice"}, {"purge", "alice", "--yes"}} {
		clitest.Run(t, append([]string{"--config", path}, command...)...).Expect(t, 1, "newer version", "update vitals2mqtt")
	}
	listed := clitest.Run(t, "--config", path, "profiles")
	listed.Expect(t, 0, "newer version")
	if strings.Contains(listed.Stdout, "login alice") {
		t.Errorf("a sign-in is requested:\n%s", listed.Stdout)
	}
	if kept := clitest.ReadFile(t, file); kept != content {
		t.Errorf("the file is now %q", kept)
	}
}
