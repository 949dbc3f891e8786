// SPDX-License-Identifier: MIT

//go:build unix

package fileaccess_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"vitals2mqtt/internal/fileaccess"
)

// other is a user who owns nothing of the tests.
func other() int { return os.Geteuid() + 65532 }

func denied(path string) error {
	return fmt.Errorf("opening: %w", &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES})
}

func TestExplainNamesUserOwnerAndCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	state := filepath.Join(folder, "state")
	file := filepath.Join(state, "with space.yaml")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	me := os.Geteuid()
	user := fileaccess.Process{UID: other(), GID: other()}
	boxed := fileaccess.Process{UID: other(), GID: other(), Container: true}
	stranger := fmt.Sprintf("and this is uid %d", other())
	owned := "mode 0700, " + stranger
	pair := fmt.Sprintf("%d:%d", other(), other())
	for name, test := range map[string]struct {
		process fileaccess.Process
		path    string
		err     error
		cause   string
		remedy  string
	}{
		"file": {
			user, file, denied(file),
			"mode 0600, " + stranger, "sudo chown " + pair + " '" + file + "'",
		},
		"state folder, error inside": {
			user, state, denied(filepath.Join(state, "tokens", "alice.json")),
			owned, "sudo chown -R " + pair + " " + state,
		},
		"container": {
			boxed, state, denied(state),
			owned, fmt.Sprintf(`on the host, for what is mounted at %s; or user: "%d:`, state, me),
		},
		"to be created": {
			user, filepath.Join(state, "deeper", "state"), denied(filepath.Join(state, "deeper")),
			owned, fmt.Sprintf("sudo install -d -m 0700 -o %d -g %d ", other(), other()) + filepath.Join(state, "deeper", "state"),
		},
		"to be created in a container": {
			boxed, filepath.Join(state, "deeper"), denied(filepath.Join(state, "deeper")),
			owned, "mount a volume at " + filepath.Join(state, "deeper") + " that belongs to " + pair,
		},
		"a shared folder": {
			fileaccess.Process{UID: other()},
			"/", denied("/"),
			stranger, "use a directory of its own below it",
		},
		"own file without permission": {
			fileaccess.Process{UID: me, Name: "me"},
			"/dev/null/x", denied(state),
			fmt.Sprintf("and this is me (uid %d)", me), "",
		},
		"folder for a file": {
			user, state, &fs.PathError{Op: "read", Path: state, Err: syscall.EISDIR},
			state + " is a directory, not a file", "name a file",
		},
		"folder for a file, container": {
			boxed, state, &fs.PathError{Op: "read", Path: state, Err: syscall.EISDIR},
			state + " is a directory, not a file", "Docker creates a directory where a mounted file does not exist",
		},
		"file for a folder": {
			user, file, &fs.PathError{Op: "mkdir", Path: file, Err: syscall.ENOTDIR},
			file + " is a file, not a directory", "use another directory",
		},
		"read-only": {
			boxed, state, &fs.PathError{Op: "mkdir", Path: state, Err: syscall.EROFS},
			"read-only file system", "without :ro",
		},
		"full": {
			user, state, &fs.PathError{Op: "write", Path: file, Err: syscall.ENOSPC},
			"no space left", "free some space",
		},
		"missing": {
			user, "hunter2", &fs.PathError{Op: "open", Path: "hunter2", Err: syscall.ENOENT},
			"file not found", "",
		},
		"unknown": {user, state, errors.New("boom"), "boom", ""},
	} {
		got := test.process.Explain(test.path, test.err)
		if !strings.Contains(got.Cause, test.cause) || !strings.Contains(got.Remedy, test.remedy) {
			t.Errorf("%s:\n%q\n%q\nwant %q, %q", name, got.Cause, got.Remedy, test.cause, test.remedy)
		}
		if strings.Contains(got.Cause, " belongs to ") && test.path != "/" &&
			!strings.Contains(got.Cause, fmt.Sprintf("uid %d", me)) {
			t.Errorf("%s: does not name the owner: %s", name, got)
		}
		if strings.Contains(got.String(), "hunter2") {
			t.Errorf("%s: names a path that does not exist: %s", name, got)
		}
	}
}

func TestExplainOwnMode(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, nil, 0o000); err != nil {
		t.Fatal(err)
	}
	got := fileaccess.Self().Explain(file, denied(file))
	if got.Remedy != "chmod u+rwX "+file {
		t.Errorf("%+v", got)
	}
}

// No remedy may change the owner of a folder above the one that was named.
func TestExplainNeverChangesFoldersAbove(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	inside := filepath.Join(folder, "closed", "state")
	if err := os.MkdirAll(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	process := fileaccess.Process{UID: other(), GID: other()}
	// The kernel names the path although it was the folder above that refused.
	got := process.Explain(inside, denied(filepath.Join(inside, "missing")))
	if strings.Contains(got.Remedy, " "+folder+"\n") || !strings.Contains(got.Remedy, inside) {
		t.Errorf("%+v", got)
	}
}
