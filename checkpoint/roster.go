// SPDX-License-Identifier: MIT

package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"vitals2mqtt/internal/atomicfile"
)

// rosterFile holds the Roster.
const rosterFile = "profiles.json"

// rosterVersion is the version of the layout of rosterFile.
const rosterVersion = 1

// RosterEntry is a profile of the configuration. Slug names its files.
type RosterEntry struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
}

// Roster is the list of profiles that the daemon was configured with last. A
// configuration has no ids; compared with the roster, it shows which profiles
// were renamed.
type Roster struct {
	Version int `json:"version"`
	// Profiles are in the order of the configuration.
	Profiles []RosterEntry `json:"profiles"`
	// Former were configured before, and still have files.
	Former []RosterEntry `json:"former,omitempty"`
	// Moves are being carried out. Staged is true when all files were staged.
	Moves  []Move `json:"moves,omitempty"`
	Staged bool   `json:"staged,omitempty"`
}

// Move gives the files of a profile another slug.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
	// KeepTokens leaves the tokens of To: it has signed in with the same account.
	KeepTokens bool `json:"keep_tokens,omitempty"`
}

// Roster reads the roster. It is empty before the first start of a daemon. A
// damaged one is moved aside and reported as *DamagedError.
func (f *Folder) Roster() (roster Roster, err error) {
	path := filepath.Join(f.path, rosterFile)
	data, err := f.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Roster{}, nil
	}
	if err != nil {
		return Roster{}, fmt.Errorf("reading the list of profiles: %w", err)
	}
	roster, err = decodeRoster(data)
	if errors.Is(err, errNewerRoster) {
		return Roster{}, fmt.Errorf("%s %w", path, err)
	}
	if err == nil {
		return roster, nil
	}
	damaged := &DamagedError{Path: path, Err: err}
	if f.lock != nil {
		if aside, err := atomicfile.Quarantine(path, data); err == nil {
			damaged.RenamedTo = aside
		}
	}
	return Roster{}, damaged
}

// errNewerRoster follows the path of the file.
var errNewerRoster = errors.New("was written by a newer version of vitals2mqtt: update vitals2mqtt; the file is unchanged")

// decodeRoster reads the content of the file.
func decodeRoster(data []byte) (roster Roster, err error) {
	if err := json.Unmarshal(data, &roster); err != nil {
		return Roster{}, errors.New("invalid JSON")
	}
	if roster.Version > rosterVersion {
		return Roster{}, errNewerRoster
	}
	return roster, nil
}

// encodeRoster returns the content of the file.
func encodeRoster(roster Roster) ([]byte, error) {
	roster.Version = rosterVersion
	data, err := json.MarshalIndent(roster, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the list of profiles: %w", err)
	}
	return append(data, '\n'), nil
}

// SaveRoster stores the roster if it has changed; it is durable when SaveRoster
// returns.
func (f *Folder) SaveRoster(roster Roster) error {
	if f.lock == nil {
		return fmt.Errorf("the list of profiles: %w", ErrReadOnly)
	}
	data, err := encodeRoster(roster)
	if err != nil {
		return err
	}
	path := filepath.Join(f.path, rosterFile)
	if stored, err := f.read(path); err == nil && bytes.Equal(stored, data) {
		return nil
	}
	if err := atomicfile.Write(path, data); err != nil {
		return fmt.Errorf("storing the list of profiles: %w", err)
	}
	return nil
}

// ForgetProfile removes a former profile from the roster.
func (f *Folder) ForgetProfile(slug string) error {
	roster, err := f.Roster()
	if err != nil {
		return err
	}
	isForgotten := func(e RosterEntry) bool { return e.Slug == slug }
	roster.Profiles = slices.DeleteFunc(roster.Profiles, isForgotten)
	roster.Former = slices.DeleteFunc(roster.Former, isForgotten)
	return f.SaveRoster(roster)
}

// Stage takes the state of a profile out of the way, to get another slug. It
// may be repeated, also after a crash.
func (f *Folder) Stage(from, to string) error {
	path, err := f.writableProfilePath(from)
	if err != nil {
		return err
	}
	target, err := f.writableProfilePath(to)
	if err != nil {
		return err
	}
	if err := atomicfile.Rename(path, atomicfile.StagedPath(target)); err != nil {
		return fmt.Errorf("renaming the state of %s: %w", from, err)
	}
	return nil
}

// Unstage ends what Stage began, after all profiles were staged. It may be
// repeated too.
func (f *Folder) Unstage(to string) error {
	target, err := f.writableProfilePath(to)
	if err != nil {
		return err
	}
	if err := atomicfile.Rename(atomicfile.StagedPath(target), target); err != nil {
		return fmt.Errorf("renaming the state of %s: %w", to, err)
	}
	return nil
}
