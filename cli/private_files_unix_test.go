// SPDX-License-Identifier: MIT

//go:build unix

package cli_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestFilesArePrivateWhateverTheUmask runs the program as a process that leaves
// new files open to everybody, with the state directory behind a symbolic link.
func TestFilesArePrivateWhateverTheUmask(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	clitest.Must(t, err)
	disk := filepath.Join(folder, "disk")
	clitest.Must(t, os.Mkdir(disk, 0o700))
	clitest.Must(t, os.Symlink(disk, filepath.Join(folder, "link")))
	path := o.Configure(t, folder, "[Alice]", "all", "state_dir: link/state")
	clitest.SignIn(t, path, "Alice") // with the umask of the test
	clitest.Must(t, os.Rename(filepath.Join(disk, "state", "tokens", "alice.json"), filepath.Join(folder, "alice.json")))
	clitest.Must(t, os.RemoveAll(filepath.Join(disk, "state")))
	clitest.Must(t, os.MkdirAll(filepath.Join(disk, "state", "tokens"), 0o700))
	clitest.Must(t, os.Rename(filepath.Join(folder, "alice.json"), filepath.Join(disk, "state", "tokens", "alice.json")))
	clitest.Must(t, os.Chmod(filepath.Join(disk, "state", "tokens", "alice.json"), 0o666)) // #nosec G302 -- that is the test

	out := filepath.Join(folder, "out")
	clitest.Must(t, os.MkdirAll(filepath.Join(out, "fresh"), 0o700))
	for _, command := range []string{
		"once", "backup " + out + "/copy.db", "dump --output " + out + "/dump.json", "export alice --output " + out + "/export.csv",
		"report alice --output " + out + "/report.html", "push rotate", "init --config " + out + "/fresh/config.yaml --no-find",
	} {
		script := "umask 000; exec vitals2mqtt --config " + path + " " + command + " </dev/null"
		if strings.HasPrefix(command, "init") {
			script = "umask 000; exec vitals2mqtt " + command + " </dev/null"
		}
		child := exec.CommandContext(t.Context(), "sh", "-c", script)
		child.Env = append(os.Environ(), "EXAMPLE="+example)
		if text, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, text)
		}
	}
	files := 0
	for _, root := range []string{filepath.Join(disk, "state"), out} {
		clitest.Must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			files++
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			return nil
		}))
	}
	if files < 15 {
		t.Errorf("only %d files and folders", files)
	}
}
