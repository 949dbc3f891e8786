// SPDX-License-Identifier: MIT

package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"vitals2mqtt/internal/atomicfile"
)

// renamesFolder holds a file for each request: its name is the new slug, its
// content the former one. A command may write one while a daemon runs.
const renamesFolder = "renames"

// RequestRename asks the daemon to treat a profile as another one that was
// renamed. It needs no lock.
func (f *Folder) RequestRename(from, to string) error {
	if !profilePattern.MatchString(from) || !profilePattern.MatchString(to) {
		return fmt.Errorf("checkpoint: invalid profile slug %q or %q", from, to)
	}
	folder := filepath.Join(f.path, renamesFolder)
	if err := atomicfile.MakeFolder(folder); err != nil {
		return fmt.Errorf("storing the request: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(folder, to), []byte(from+"\n")); err != nil {
		return fmt.Errorf("storing the request: %w", err)
	}
	return nil
}

// RenameRequests returns the former slugs by the new ones.
func (f *Folder) RenameRequests() (map[string]string, error) {
	folder := filepath.Join(f.path, renamesFolder)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the requests to rename: %w", err)
	}
	requests := map[string]string{}
	for _, entry := range entries {
		if !profilePattern.MatchString(entry.Name()) {
			continue
		}
		data, err := f.read(filepath.Join(folder, entry.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the requests to rename: %w", err)
		}
		requests[entry.Name()] = strings.TrimSpace(string(data))
	}
	return requests, nil
}

// RemoveRenameRequest deletes a request; a missing one is not an error.
func (f *Folder) RemoveRenameRequest(to string) error {
	if !profilePattern.MatchString(to) {
		return fmt.Errorf("checkpoint: invalid profile slug %q", to)
	}
	if err := atomicfile.Remove(filepath.Join(f.path, renamesFolder, to)); err != nil {
		return fmt.Errorf("deleting a request to rename: %w", err)
	}
	return nil
}
