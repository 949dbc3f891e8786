// SPDX-License-Identifier: MIT

//go:build unix

package atomicfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"vitals2mqtt/internal/atomicfile"
)

// A command that is run as root must not lock out the daemon of another user.
// The test needs root, as in a container.
func TestFilesOfRootGetFolderOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can change owners")
	}
	folder := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, 65532, 65533); err != nil {
		t.Skip("owners cannot be changed here: ", err)
	}
	file, inner := filepath.Join(folder, "token"), filepath.Join(folder, "profiles")
	if err := atomicfile.Write(file, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.MakeFolder(inner); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, inner} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if owner, ok := info.Sys().(*syscall.Stat_t); !ok || owner.Uid != 65532 || owner.Gid != 65533 {
			t.Errorf("%s belongs to %d:%d", path, owner.Uid, owner.Gid)
		}
	}
}
