// SPDX-License-Identifier: MIT

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// StagedPath is where a file waits until its place is free, while several files
// exchange their names.
func StagedPath(path string) string { return path + ".moving" }

// Rename renames a file within its folder durably, and replaces what was there.
// A missing one is not an error, so that it may be repeated after a crash.
func Rename(from, to string) error {
	err := os.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}
