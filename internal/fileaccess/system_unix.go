//go:build unix

package fileaccess

import (
	"io/fs"
	"os"
	"syscall"
)

// nonBlocking keeps opening a named pipe from waiting for a writer.
const nonBlocking = syscall.O_NONBLOCK

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
