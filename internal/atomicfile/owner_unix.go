//go:build unix

package atomicfile

import (
	"os"
	"path/filepath"
	"syscall"
)

// Adopt gives what root has made to whoever owns the folder that it lies in: a
// command that is run as root must not lock the daemon out of its own files.
func Adopt(path string) error {
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
