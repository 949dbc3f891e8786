// SPDX-License-Identifier: MIT

package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// runAsNobody runs the program as another user, whom files of root are closed
// to. Without root, it is the same user, and files must be closed to all.
func runAsNobody(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	var out bytes.Buffer
	command := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	command.Args[0], command.Dir, command.Stdout, command.Stderr = "vitals2mqtt", "/", &out, &out
	command.Env = []string{"EXAMPLE=/dev/null", "HOME=/nonexistent"}
	if os.Geteuid() == 0 {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyUID, Gid: nobodyUID}}
	}
	if err := command.Run(); command.ProcessState == nil {
		t.Skip("cannot run as another user here: ", err)
	}
	return out.String(), command.ProcessState.ExitCode()
}

// Who runs, whose it is and what to type: a permission that is missing is
// explained wherever it is met.
func TestUnreadableFilesNameOwnerAndCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	// Another user must get there.
	clitest.Must(t, os.Chmod(filepath.Dir(folder), 0o755))
	clitest.Must(t, os.Chmod(folder, 0o755))
	config, state := filepath.Join(folder, "config.yaml"), filepath.Join(folder, "state")
	text := "withings: {client_id: id, client_secret: s, profiles: [Alice]}\nweb: {enabled: false}\nstate_dir: " + state + "\n"
	clitest.WriteFile(t, config, text)
	clitest.Must(t, os.Chmod(config, 0o644))
	clitest.Must(t, os.MkdirAll(filepath.Join(state, "tokens"), 0o700))
	closed, secret := filepath.Join(folder, "closed.yaml"), filepath.Join(folder, "secret")
	bySecret := filepath.Join(folder, "by_secret.yaml")
	clitest.WriteFile(t, closed, text)
	clitest.WriteFile(t, secret, "s")
	clitest.WriteFile(t, bySecret, strings.Replace(text, "client_secret: s", "client_secret_file: secret", 1))
	clitest.Must(t, os.Chmod(bySecret, 0o644))
	remedy := "chown "
	if os.Geteuid() != 0 {
		remedy = "chmod u+rwX "
		for _, path := range []string{closed, secret, filepath.Join(state, "tokens"), state} {
			clitest.Must(t, os.Chmod(path, 0))
		}
		t.Cleanup(func() { _ = os.Chmod(state, 0o700) })
	}
	for _, test := range []struct {
		args []string
		path string
		code int
	}{
		{[]string{"--config", closed, "check"}, closed, 3},
		{[]string{"--config", bySecret, "check"}, secret, 3},
		{[]string{"--config", config, "run"}, state, 1},
		{[]string{"--config", config, "login", "alice"}, state, 1},
	} {
		output, code := runAsNobody(t, test.args...)
		if code != test.code || !strings.Contains(output, test.path+" belongs to ") || !strings.Contains(output, "and this is ") ||
			!strings.Contains(output, remedy) || strings.Contains(output, "permission denied") {
			t.Errorf("%v: exit code %d: %s", test.args, code, output)
		}
	}
}
