// SPDX-License-Identifier: MIT

//go:build !windows

package doctor

import (
	"io/fs"
	"os"
	"syscall"
)

// hasOtherOwner reports whether a file belongs to another user than this
// process: what root writes, the daemon could not read.
func hasOtherOwner(info fs.FileInfo) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return known && int(owner.Uid) != os.Geteuid()
}
