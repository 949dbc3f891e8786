// SPDX-License-Identifier: MIT

//go:build unix

package atomicfile

import (
	"os"
	"path/filepath"
	"syscall"
)

// ChownLikeParent changes the owner of a file that root has created to that of
// its folder: a command run as root must not lock the daemon out of its files.
func ChownLikeParent(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	return os.Lchown(path, int(owner.Uid), int(owner.Gid))
}
