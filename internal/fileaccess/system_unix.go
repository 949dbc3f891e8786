// SPDX-License-Identifier: MIT

//go:build unix

package fileaccess

import (
	"io/fs"
	"os"
	"syscall"
)

// NonBlocking is a flag for os.OpenFile: opening a named pipe does not wait for
// its other end.
const NonBlocking = syscall.O_NONBLOCK

// ownerOf returns the owner of a file.
func ownerOf(info fs.FileInfo) (uid, gid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(stat.Uid), int(stat.Gid), true
}

// IsWritable reports whether this process may create files in a folder. It
// writes nothing.
func IsWritable(folder string) bool {
	const write, search = 2, 1
	info, err := os.Stat(folder)
	return err == nil && info.IsDir() && syscall.Access(folder, write|search) == nil
}
