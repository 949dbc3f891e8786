// SPDX-License-Identifier: MIT

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestSystemdCredentials has the secrets where systemd puts them: in files that
// nobody can write, in a folder that a variable names.
func TestSystemdCredentials(t *testing.T) {
	t.Parallel()
	o, folder, credentials := clitest.Start(t), t.TempDir(), t.TempDir()
	clitest.Must(t, os.WriteFile(filepath.Join(credentials, "withings"), []byte(o.Cloud.ClientSecret()+"\n"), 0o400))
	clitest.Must(t, os.Chmod(credentials, 0o500))          // #nosec G302 -- a folder
	t.Cleanup(func() { _ = os.Chmod(credentials, 0o700) }) // #nosec G302 -- a folder
	text := replaceLine(t, o.Config("[Alice]", "[weight_kg]"), "client_secret: ",
		"client_secret_file: ${CREDENTIALS_DIRECTORY}/withings")
	path := clitest.WriteFile(t, filepath.Join(folder, "config.yaml"), text)
	environ := clitest.WithEnviron("CREDENTIALS_DIRECTORY=" + credentials)
	login := clitest.StartProgramWith(t, environ, "--config", path, "login", "alice", "--paste")
	if code, err := clitest.LoginByPaste(t.Context(), login, "Alice", "allow"); err != nil || code != 0 {
		t.Fatalf("login: %d, %v\n%s", code, err, login.Stderr)
	}
	clitest.RunWith(t, environ, "--config", path, "once").Expect(t, 0)

	// The same by a variable, as with %d in the unit.
	withVariable := clitest.WithEnviron("V2M_WITHINGS_CLIENT_SECRET_FILE=" + filepath.Join(credentials, "withings"))
	clitest.WriteFile(t, path, replaceLine(t, text, "client_secret_file: ", ""))
	clitest.RunWith(t, withVariable, "--config", path, "check", "--live").Expect(t, 0)

	clitest.WriteFile(t, path, text)
	clitest.Run(t, "--config", path, "check").Expect(t, 3, "CREDENTIALS_DIRECTORY")
	clitest.RunWith(t, clitest.WithEnviron("CREDENTIALS_DIRECTORY="+folder), "--config", path, "check").
		Expect(t, 3, "client_secret_file: cannot read file: file not found")
}

// replaceLine replaces the one line of the section withings that begins so, or
// removes it.
func replaceLine(t *testing.T, text, begin, by string) string {
	t.Helper()
	before, rest, found := strings.Cut(text, "\n  "+begin)
	_, after, ended := strings.Cut(rest, "\n")
	if !found || !ended {
		t.Fatalf("no line begins with %q in\n%s", begin, text)
	}
	if by != "" {
		by = "  " + by + "\n"
	}
	return before + "\n" + by + after
}
