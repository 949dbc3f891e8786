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
	"strings"
	"time"
)

const (
	fileMode   = 0o600
	folderMode = 0o700

	// temporary marks files that a killed process may leave behind.
	temporary = ".tmp-"
)

// MakeFolder creates a folder that only its owner can enter, with its parents,
// and narrows one that others can enter.
func MakeFolder(path string) error {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		if err := os.Chmod(path, folderMode); err != nil {
			return fmt.Errorf("others can enter %s, and that cannot be changed: %w", path, err)
		}
	}
	return nil
}

// Write replaces a file as a whole: a reader, and whoever comes after a crash,
// sees the old content or the new one. It is durable when Write returns.
func Write(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, filepath.Base(path)+temporary+"*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if _, err = file.Write(data); err != nil {
		return err
	}
	if err = file.Sync(); err != nil {
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	if err = os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename durable. Windows has nothing of the kind.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path) //nolint:gosec // a folder of our own
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Read returns a private file's content and narrows its mode when others can
// read it. A missing file is fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // a file of our own
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		if err := os.Chmod(path, fileMode); err != nil {
			return nil, fmt.Errorf("others can read %s, and that cannot be changed: %w", path, err)
		}
	}
	return data, nil
}

// Writable proves that a file in this folder could be written now, by doing it.
func Writable(folder string) error {
	probe := filepath.Join(folder, "probe")
	if err := Write(probe, []byte("probe\n")); err != nil {
		return err
	}
	return os.Remove(probe)
}

// KeepAside renames a file that cannot be used, so that nothing overwrites it,
// and returns its new name.
func KeepAside(path string) (string, error) {
	aside := path + ".broken-" + time.Now().UTC().Format("20060102T150405.000000000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	return aside, nil
}

// RemoveLeftovers deletes what a killed process left half-written. Call it only
// while nobody else writes to the folder.
func RemoveLeftovers(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var failed []error
	for _, entry := range entries {
		if strings.Contains(entry.Name(), temporary) {
			failed = append(failed, os.Remove(filepath.Join(folder, entry.Name())))
		}
	}
	return errors.Join(failed...)
}
