// SPDX-License-Identifier: MIT

// Package atomicfile writes private files that survive a crash intact, and
// moves damaged ones aside. It does not interpret their content.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"vitals2mqtt/internal/fileaccess"
)

const (
	fileMode   = 0o600
	folderMode = 0o700
	// groupAndOtherBits are the mode bits that private files and folders lack.
	groupAndOtherBits = 0o077

	// tempInfix marks the temporary files that a killed process may leave.
	tempInfix = ".tmp-"
	// probeSize is written to prove that a file could be. It is larger than any of
	// the files, so that a nearly full disk fails.
	probeSize = 16 << 10
)

// Write replaces a file atomically: readers see the old or the new content,
// even after a crash. It is durable when Write returns.
func Write(path string, data []byte) (err error) {
	name, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		_ = os.Remove(name)
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// WriteNew is Write for a file that must not exist: otherwise it returns
// fs.ErrExist and leaves the file alone, also when another process is writing it
// at the same time.
func WriteNew(path string, data []byte) error {
	name, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	err = os.Link(name, path) // unlike a rename, this replaces nothing
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = renameIfMissing(name, path) // not every file system has links
	}
	if removed := os.Remove(name); err == nil && removed != nil && !errors.Is(removed, fs.ErrNotExist) {
		err = removed
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func renameIfMissing(name, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return os.Rename(name, path)
}

// writeTemp writes a temporary file next to path, syncs it and returns its
// name. It leaves nothing behind when it fails.
func writeTemp(path string, data []byte) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+tempInfix+"*") // made with mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if err := ChownLikeParent(file.Name()); err != nil {
		return "", err
	}
	if _, err := file.Write(data); err != nil {
		return "", err
	}
	if err := file.Sync(); err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

// Read returns the content of a private file, and restricts its mode if
// necessary. A missing file is fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	data, err := fileaccess.ReadRegular(path)
	if err != nil {
		return nil, err
	}
	// It may have been deleted meanwhile.
	if _, err := RestrictMode(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return data, nil
}

// RestrictMode removes the permissions of group and others. It returns the
// former mode if there were any, else 0. A missing file is fs.ErrNotExist. What a
// symbolic link leads to keeps its mode: run by root in the folder of another
// user, the program would change any file for that user.
func RestrictMode(path string) (former fs.FileMode, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	isLink := info.Mode()&fs.ModeSymlink != 0
	if isLink || info.Mode().Perm()&groupAndOtherBits == 0 || runtime.GOOS == "windows" {
		return 0, nil
	}
	if err := os.Chmod(path, fileMode); err != nil {
		return 0, fmt.Errorf("cannot restrict the mode of %s: %w", path, err)
	}
	return info.Mode().Perm(), nil
}

// Remove deletes a file durably; a missing one is not an error.
func Remove(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Probe proves that Write to this path could work now, by doing everything but
// the rename. Probes may run concurrently.
func Probe(path string) error {
	name, err := writeTemp(path, make([]byte, probeSize))
	if err != nil {
		return err
	}
	// RemoveLeftovers may have deleted it already.
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// CheckWritable proves that a file in this folder could be written now.
func CheckWritable(folder string) error { return Probe(filepath.Join(folder, "probe")) }

// syncFolder makes a rename durable. Windows does not support it, and some
// network shares refuse it; failing there would prevent storing any token.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path) //nolint:gosec // a folder of our own
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
