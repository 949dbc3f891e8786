// SPDX-License-Identifier: MIT

package cli_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// nobodyUID is a user without privileges.
const nobodyUID = 65534

// makeUnwritable makes a folder inside one of t.TempDir read-only for
// runUnprivileged.
func makeUnwritable(t *testing.T, parent, folder string) {
	t.Helper()
	if os.Geteuid() == 0 {
		clitest.Must(t, os.Chmod(filepath.Dir(parent), 0o755))
		clitest.Must(t, filepath.WalkDir(parent, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(path, nobodyUID, nobodyUID)
		}))
	}
	clitest.Must(t, os.Chmod(folder, 0o500))
}

// runUnprivileged runs the program without root's file access, which is dropped
// for one thread.
func runUnprivileged(t *testing.T, args ...string) clitest.Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	program := clitest.NewProgram(&stdout, &stderr, nil)
	ended := make(chan int)
	go func() {
		runtime.LockOSThread()
		if os.Geteuid() == 0 {
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSGID, nobodyUID, 0, 0)
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, nobodyUID, 0, 0)
		}
		ended <- program.Run(args)
	}()
	return clitest.Result{Code: <-ended, Stdout: stdout.String(), Stderr: stderr.String()}
}

// With a read-only token folder neither the consent nor the topics may be
// removed, because the tokens cannot be.
func TestUndeletableTokensStopLogoutAndPurge(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path, tokens := filepath.Join(folder, "config.yaml"), filepath.Join(folder, "state", "tokens")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	makeUnwritable(t, folder, tokens)
	before := o.Broker.Retained()
	for _, command := range [][]string{{"logout", "alice"}, {"purge", "alice", "--yes"}} {
		runUnprivileged(t, append([]string{"--config", path}, command...)...).Expect(t, 1, "is not writable")
	}
	if after := o.Broker.Retained(); len(after) != len(before) || after["vitals2mqtt/alice/weight_kg"] == "" {
		t.Errorf("%d of %d topics are left", len(after), len(before))
	}
	clitest.Must(t, os.Chmod(tokens, 0o700))
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 0, "Consent revoked")
}
