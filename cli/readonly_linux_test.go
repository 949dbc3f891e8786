package cli_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// nobodyUID is a user without any rights.
const nobodyUID = 65534

// makeUnwritable makes a folder inside one of t.TempDir that can be read but not
// changed by whom powerless runs as.
func makeUnwritable(t *testing.T, parent, folder string) {
	t.Helper()
	if os.Geteuid() == 0 {
		must(t, os.Chmod(filepath.Dir(parent), 0o755))
		must(t, filepath.WalkDir(parent, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(path, nobodyUID, nobodyUID)
		}))
	}
	must(t, os.Chmod(folder, 0o500))
}

// runUnprivileged runs the program as a user for whom permissions count: root's file
// access is given up for one thread, which ends with it.
func runUnprivileged(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	program := newProgram(&stdout, &stderr, nil)
	ended := make(chan int)
	go func() {
		runtime.LockOSThread()
		if os.Geteuid() == 0 {
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSGID, nobodyUID, 0, 0)
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, nobodyUID, 0, 0)
		}
		ended <- program.Run(args)
	}()
	return result{<-ended, stdout.String(), stderr.String()}
}

// TestUndeletableTokensStopLogoutAndPurge has a token folder that cannot be written
// to: neither the consent nor the topics may go, because the tokens could not.
func TestUndeletableTokensStopLogoutAndPurge(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path, tokens := filepath.Join(folder, "config.yaml"), filepath.Join(folder, "state", "tokens")
	writeFile(t, path, o.config("[Alice]", "[weight_kg]"))
	signIn(t, path, "Alice")
	run(t, "--config", path, "once").expect(t, 0)
	makeUnwritable(t, folder, tokens)
	before := o.broker.Retained()
	for _, command := range []string{"logout", "purge"} {
		runUnprivileged(t, "--config", path, command, "alice").expect(t, 1, "is not writable")
	}
	if after := o.broker.Retained(); len(after) != len(before) || after["vitals2mqtt/alice/weight_kg"] == "" {
		t.Errorf("%d of %d topics are left", len(after), len(before))
	}
	must(t, os.Chmod(tokens, 0o700))
	run(t, "--config", path, "once").expect(t, 0)
	run(t, "--config", path, "purge", "alice").expect(t, 0, "Consent revoked")
}
