//go:build !windows

package doctor

import (
	"io/fs"
	"os"
	"syscall"
)

// foreign says that a file belongs to another user than the one who looks: what
// root writes, the daemon could not read.
func foreign(info fs.FileInfo) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return known && int(owner.Uid) != os.Geteuid()
}
