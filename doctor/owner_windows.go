package doctor

import "io/fs"

// foreign cannot be told by a number here; the system itself keeps users apart.
func foreign(fs.FileInfo) bool { return false }
