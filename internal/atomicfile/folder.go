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

// MakeFolder creates a folder that only its owner can enter, with its parents,
// and narrows one that others can enter. Call it for folders of our own naming
// only: narrowing one that a person named (/tmp, say) would break the machine.
func MakeFolder(path string) error {
	_, before := os.Stat(path)
	if err := os.MkdirAll(path, folderMode); err != nil {
		return err
	}
	if errors.Is(before, fs.ErrNotExist) {
		if err := Adopt(path); err != nil {
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

// ErrChanged says that a file is no longer what was found to be useless.
var ErrChanged = errors.New("the file was replaced concurrently")

// Quarantine renames a file that cannot be used, so that nothing overwrites it,
// and returns its new name. Useless is what was read from it: when somebody has
// replaced it since, the file stays in its place and ErrChanged is returned.
func Quarantine(path string, damaged []byte) (string, error) {
	aside := path + ".broken-" + time.Now().UTC().Format("20060102T150405.000000000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	// Looking only before the renaming would leave a gap in which a good file is
	// taken away; what was renamed can be looked at in peace.
	found, err := os.ReadFile(aside) //nolint:gosec // a file of our own
	if err == nil && !bytes.Equal(found, damaged) {
		return "", restore(aside, path)
	}
	return aside, syncFolder(filepath.Dir(path))
}

// restore returns a file to its place unless there is a yet newer one.
func restore(aside, path string) error {
	err := os.Link(aside, path) // in contrast to renaming, this never overwrites
	switch {
	case err == nil || errors.Is(err, fs.ErrExist):
		_ = os.Remove(aside)
	default: // no hard links here
		if err := os.Rename(aside, path); err != nil {
			return fmt.Errorf("returning %s to its place: %w", filepath.Base(aside), err)
		}
	}
	return ErrChanged
}

// RemoveLeftovers deletes what a killed process left half-written. Call it only
// while nobody else writes to the folder.
func RemoveLeftovers(folder string) error {
	return removeLeftovers(folder, func(name string) bool { return strings.Contains(name, tempInfix) })
}

// RemoveLeftoversOf does the same for one file. Call it only while nobody else
// writes that file.
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
