// SPDX-License-Identifier: MIT

package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

// File is a file that is being written next to its path, for contents that are
// too large for Write.
type File struct {
	*os.File

	path string
}

// Create begins a private file that replaces the one at path by Commit. The
// caller calls Commit or Discard.
func Create(path string) (*File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+tempInfix+"*") // made with mode 0600
	if err != nil {
		return nil, err
	}
	if err := ChownLikeParent(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return &File{File: file, path: path}, nil
}

// Commit replaces the file at the path durably.
func (f *File) Commit() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(f.path))
}

// Discard deletes what was written. The file at the path stays as it was.
func (f *File) Discard() error {
	_ = f.Close() // it may be closed, and is of no use
	return os.Remove(f.Name())
}
