// SPDX-License-Identifier: MIT

package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// MakeFolder creates a folder and its parents that only the owner can enter,
// and restricts the mode of an existing one. Call it only for folders that the
// program names: restricting one that the user named (such as /tmp) would break
// the machine.
func MakeFolder(path string) error {
	_, before := os.Stat(path)
	if err := os.MkdirAll(path, folderMode); err != nil {
		return err
	}
	if errors.Is(before, fs.ErrNotExist) {
		if err := ChownLikeParent(path); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&groupAndOtherBits != 0 && runtime.GOOS != "windows" {
		if err := os.Chmod(path, folderMode); err != nil {
			return fmt.Errorf("cannot restrict the mode of folder %s: %w", path, err)
		}
	}
	return nil
}

// ErrChanged reports that a file is no longer the one that was read.
var ErrChanged = errors.New("the file was replaced concurrently")

// QuarantineInfix follows the former name of a file in quarantine; the time
// follows it, so that names sort by age.
const QuarantineInfix = ".broken-"

// Quarantine renames a damaged file, so that nothing overwrites it, and returns
// its new name. damaged is the content that was read: if the file has been
// replaced since, it stays and ErrChanged is returned.
func Quarantine(path string, damaged []byte) (string, error) {
	aside := path + QuarantineInfix + time.Now().UTC().Format("20060102T150405.000000000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	// Comparing before the rename would leave a gap in which a good file could be
	// moved.
	found, err := os.ReadFile(aside) //nolint:gosec // a file of our own
	if err == nil && !bytes.Equal(found, damaged) {
		return "", restore(aside, path)
	}
	return aside, syncFolder(filepath.Dir(path))
}

// restore moves a file back unless there is a newer one.
func restore(aside, path string) error {
	err := os.Link(aside, path) // unlike a rename, it never overwrites
	switch {
	case err == nil || errors.Is(err, fs.ErrExist):
		_ = os.Remove(aside)
	default: // hard links are not supported
		if err := os.Rename(aside, path); err != nil {
			return fmt.Errorf("restoring %s: %w", filepath.Base(aside), err)
		}
	}
	return ErrChanged
}

// RemoveLeftovers deletes the temporary files of killed processes. Call it only
// while no one else writes to the folder.
func RemoveLeftovers(folder string) error {
	return removeLeftovers(folder, func(name string) bool { return strings.Contains(name, tempInfix) })
}

// RemoveLeftoversOf does the same for one file.
func RemoveLeftoversOf(path string) error {
	prefix := filepath.Base(path) + tempInfix
	return removeLeftovers(filepath.Dir(path), func(name string) bool { return strings.HasPrefix(name, prefix) })
}

func removeLeftovers(folder string, leftover func(name string) bool) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var failed []error
	for _, entry := range entries {
		if !leftover(entry.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
