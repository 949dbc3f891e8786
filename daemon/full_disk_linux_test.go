// SPDX-License-Identifier: MIT

package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/simulator/api"
	"vitals2mqtt/tokenstore"
)

// smallDisk is a file system in memory for a state directory. It exists for the
// program that runs on it alone, and for those who know its process.
type smallDisk struct {
	program *child
	path    string // as seen from outside
}

// runOnSmallDisk starts the program on a copy of its state directory, which is a
// file system of a few megabytes. Where users may not mount one it skips.
func runOnSmallDisk(t *testing.T, state string, args ...string) *smallDisk {
	t.Helper()
	const script = `mount -t tmpfs -o size=4m,mode=0700 tmpfs "$1" && cp -a "$2/." "$1" && shift 2 && exec vitals2mqtt "$@"`
	saved := state + ".saved"
	clitest.Must(t, os.Rename(state, saved))
	clitest.Must(t, os.Mkdir(state, 0o700))
	inNamespace := func(command *exec.Cmd) {
		command.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
		}
	}
	try := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "tmpfs", state)
	inNamespace(try)
	if output, err := try.CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, output)
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), "sh",
		append([]string{"-c", script, "sh", state, saved}, args...)...)
	inNamespace(command)
	program := startCommand(t, command)
	return &smallDisk{program, fmt.Sprintf("/proc/%d/root%s", command.Process.Pid, state)}
}

func (d *smallDisk) filler() string { return filepath.Join(d.path, "filler") }

// copied is a copy of the state directory, made while the program is stopped.
// SQLite cannot open the archive itself from outside, as it follows links to
// where they lead here.
func (d *smallDisk) copied(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	d.stopped(t, func() { clitest.Must(t, os.CopyFS(folder, os.DirFS(d.path))) })
	return folder
}

// stopped calls a function while the program is stopped.
func (d *smallDisk) stopped(t *testing.T, do func()) {
	t.Helper()
	process := d.program.command.Process
	clitest.Must(t, process.Signal(syscall.SIGSTOP))
	clitest.Must(t, clitest.WaitFor(t.Context(), "the program to stop", func() bool {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process.Pid))
		return err == nil && strings.Contains(string(status), "\nState:\tT")
	}))
	do()
	clitest.Must(t, process.Signal(syscall.SIGCONT))
}

// fill takes all the space that is left, while the program is stopped at a moment
// at which it has no temporary file: removing that would make space.
func (d *smallDisk) fill(t *testing.T) {
	t.Helper()
	clitest.Must(t, clitest.WaitFor(t.Context(), "a moment without temporary files", func() bool {
		temporary := false
		d.stopped(t, func() {
			clitest.Must(t, filepath.WalkDir(d.path, func(name string, _ fs.DirEntry, err error) error {
				temporary = temporary || strings.Contains(name, ".tmp-")
				return err
			}))
			if !temporary {
				d.takeAll(t)
			}
		})
		return !temporary
	}))
}

func (d *smallDisk) takeAll(t *testing.T) {
	t.Helper()
	file, err := os.Create(d.filler())
	clitest.Must(t, err)
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	clitest.Must(t, file.Close())
}

func (d *smallDisk) free(t *testing.T) {
	t.Helper()
	clitest.Must(t, os.Remove(d.filler()))
}

// TestFullDisk fills the disk under a running program. Values go on, and what
// could not be stored is named and stored later; a token that could not be
// stored is not renewed.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	disk := runOnSmallDisk(t, filepath.Join(folder, "state"), "--config", path, "run")
	_, err := disk.program.output.WaitForLine(ctx, `"reason":"start"`)
	clitest.Must(t, err)
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	healthHas := func(text string) func() bool {
		return func() bool { return strings.Contains(o.Broker.Retained()["vitals2mqtt/bridge/health"], text) }
	}

	disk.fill(t)
	o.Cloud.Weigh("Alice", "71.111", time.Now()) // clock: the daemon uses the real time
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.111"))
	clitest.Must(t, clitest.WaitFor(ctx, "the full archive", healthHas("archive_not_stored")))
	clitest.Must(t, clitest.WaitFor(ctx, "its cause", healthHas("no space left")))

	tokens, err := tokenstore.New(filepath.Join(folder, "state.saved"))
	clitest.Must(t, err)
	before, err := tokens.Load(ctx, "alice")
	clitest.Must(t, err)
	const refresh = "v2/oauth2 refresh_token"
	renewals := o.Cloud.Requests()[refresh]
	o.Cloud.AddFault(api.Fault{Call: "measure getmeas", Times: 1, Status: 401})
	clitest.Must(t, clitest.WaitFor(ctx, "the token that cannot be stored", healthHas("/state/tokens.")))
	if n := o.Cloud.Requests()[refresh] - renewals; n != 0 {
		t.Errorf("%d renewals of a token that cannot be stored", n)
	}
	if log := disk.program.output.String(); strings.Contains(log, "sign-in needed") {
		t.Error("somebody is asked to sign in")
	}

	disk.free(t)
	o.Cloud.Weigh("Alice", "71.222", time.Now()) // clock: the daemon uses the real time
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.222"))
	clitest.Must(t, clitest.WaitFor(ctx, "the end of the problem", func() bool { return !healthHas("archive_not_stored")() }))
	clitest.Must(t, clitest.WaitFor(ctx, "the weigh-ins", func() bool {
		stored := archivedWeights(t, disk.copied(t))
		return slices.Contains(stored, "71.111") && slices.Contains(stored, "71.222")
	}))
	after, err := tokenstore.New(disk.path)
	clitest.Must(t, err)
	if renewed, err := after.Load(ctx, "alice"); err != nil || renewed.Refresh == before.Refresh {
		t.Errorf("the token was not renewed, %v", err)
	}
	disk.program.stopWith(t, syscall.SIGTERM)
}
