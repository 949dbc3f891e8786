// Package atomicfile writes private files that are whole after a crash, and
// keeps files aside that are not. It does not know what is in them.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

const (
	fileMode   = 0o600
	folderMode = 0o700
	// groupAndOtherBits are the bits that a private file or folder does not have.
	groupAndOtherBits = 0o077

	// tempInfix marks files that a killed process may leave behind.
	tempInfix = ".tmp-"
	// probeSize is written to prove that a file could be: more than any of ours,
	// so that a disk with a few bytes left does not pass.
	probeSize = 16 << 10
)

// Write replaces a file as a whole: a reader, and whoever comes after a crash,
// sees the old content or the new one. It is durable when Write returns.
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

// writeTemp makes a temporary file beside path, with its content on the disk, and
// returns its name. It leaves nothing behind when it fails.
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
	if err := Adopt(file.Name()); err != nil {
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

// Read returns a private file's content and narrows its mode when others can
// read it. A missing file is fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // a file of our own
	if err != nil {
		return nil, err
	}
	if _, err := RestrictMode(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // somebody may have removed it meanwhile
		return nil, err
	}
	return data, nil
}

// RestrictMode takes the permissions of others off a file. It returns the former mode
// when there were any, else 0. A missing file is fs.ErrNotExist.
func RestrictMode(path string) (former fs.FileMode, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Mode().Perm()&groupAndOtherBits == 0 || runtime.GOOS == "windows" {
		return 0, nil
	}
	if err := os.Chmod(path, fileMode); err != nil {
		return 0, fmt.Errorf("cannot restrict the mode of %s: %w", path, err)
	}
	return info.Mode().Perm(), nil
}

// Remove deletes a file for good: it does not come back after a crash. A
// missing one is fine.
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

// Probe proves that Write to this path could work now, by doing all of it but
// the renaming. Any number of probes may run at the same time.
func Probe(path string) error {
	name, err := writeTemp(path, make([]byte, probeSize))
	if err != nil {
		return err
	}
	// Whoever clears leftovers may have been faster; then it is gone as it should be.
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// CheckWritable proves that a file in this folder could be written now.
func CheckWritable(folder string) error { return Probe(filepath.Join(folder, "probe")) }

// syncFolder makes a rename durable. Windows has nothing of the kind, and some
// network shares refuse it: nothing better can be had there, and failing would
// mean that no token is ever stored.
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
