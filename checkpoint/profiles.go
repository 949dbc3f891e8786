// SPDX-License-Identifier: MIT

package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"vitals2mqtt/internal/atomicfile"
)

// DamagedError reports a file that cannot be used and was moved aside.
type DamagedError struct {
	Path      string
	RenamedTo string // "" when it could not be renamed
	Err       error
}

// Error implements error.
func (d *DamagedError) Error() string {
	moved := "it was not moved"
	if d.RenamedTo != "" {
		moved = "it was moved to " + filepath.Base(d.RenamedTo)
	}
	return fmt.Sprintf("%s is invalid (%v); %s", filepath.Base(d.Path), d.Err, moved)
}

// Unwrap returns the cause.
func (d *DamagedError) Unwrap() error { return d.Err }

// Load reads the state of a profile. A damaged file is moved aside, never
// overwritten, and reported as *DamagedError; into may then be partly filled.
func (f *Folder) Load(profile string, into any) (found bool, err error) {
	path, err := f.profilePath(profile)
	if err != nil {
		return false, err
	}
	data, err := f.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the state of %s: %w", profile, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		damaged := &DamagedError{Path: path, Err: errors.New("damaged, or of another version")}
		if f.lock != nil {
			if aside, err := atomicfile.Quarantine(path, data); err == nil {
				damaged.RenamedTo = aside
			}
		}
		return false, damaged
	}
	return true, nil
}

// Save stores the state of a profile; it is durable when Save returns. It
// returns ErrReadOnly when the folder was opened for reading.
func (f *Folder) Save(profile string, value any) error {
	path, err := f.writableProfilePath(profile)
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the state of %s: %w", profile, err)
	}
	if err := atomicfile.Write(path, append(data, '\n')); err != nil {
		return fmt.Errorf("storing the state of %s: %w", profile, err)
	}
	return nil
}

// Remove deletes the state of a profile; a missing one is not an error. It
// returns ErrReadOnly when the folder was opened for reading.
func (f *Folder) Remove(profile string) error {
	path, err := f.writableProfilePath(profile)
	if err != nil {
		return err
	}
	if err := atomicfile.Remove(path); err != nil {
		return fmt.Errorf("deleting the state of %s: %w", profile, err)
	}
	return nil
}

const profileExtension = ".json"

// Profiles lists the profiles with stored state, sorted.
func (f *Folder) Profiles() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(f.path, "profiles"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the state directory: %w", err)
	}
	var profiles []string
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), profileExtension); ok && profilePattern.MatchString(name) {
			profiles = append(profiles, name)
		}
	}
	slices.Sort(profiles)
	return profiles, nil
}

// profilePattern matches the slugs that are allowed in file names.
var profilePattern = regexp.MustCompile(`^[a-z0-9_]{1,100}$`)

func (f *Folder) profilePath(profile string) (string, error) {
	if !profilePattern.MatchString(profile) {
		return "", fmt.Errorf("checkpoint: invalid profile slug %q", profile)
	}
	return filepath.Join(f.path, "profiles", profile+profileExtension), nil
}

// writableProfilePath is profilePath for changes.
func (f *Folder) writableProfilePath(profile string) (string, error) {
	path, err := f.profilePath(profile)
	if err == nil && f.lock == nil {
		err = fmt.Errorf("the state of %s: %w", profile, ErrReadOnly)
	}
	return path, err
}
