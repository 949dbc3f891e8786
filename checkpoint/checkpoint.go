// Package checkpoint keeps what the daemon must remember over a restart:
// current readings, cursors, what lies on the broker, its own id. It is not the
// history, and no token comes near it.
package checkpoint

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"vitals2mqtt/internal/atomicfile"
)

// ErrInUse says that another daemon works with the same state folder.
var ErrInUse = errors.New("another vitals2mqtt uses this state folder: stop it, or give this one a state_dir of its own")

// Damaged says that a file cannot be used and was kept aside.
type Damaged struct {
	Path   string
	KeptAs string // "" when it could not be renamed
	Err    error
}

// Error implements error.
func (d *Damaged) Error() string {
	return fmt.Sprintf("%s cannot be read (%v); it is kept as %s", filepath.Base(d.Path), d.Err, filepath.Base(d.KeptAs))
}

// Unwrap returns the cause.
func (d *Damaged) Unwrap() error { return d.Err }

// Folder is the state folder of one daemon.
type Folder struct {
	path string
	lock *flock.Flock // nil when it was opened for reading
}

// Open makes the folder when there is none, and keeps every other daemon out of
// it until Close. It returns ErrInUse when one is in.
func Open(path string) (*Folder, error) {
	profiles := filepath.Join(path, "profiles")
	for _, folder := range []string{path, profiles} {
		if err := atomicfile.MakeFolder(folder); err != nil {
			return nil, fmt.Errorf("the state folder cannot be made (state_dir names another): %w", err)
		}
	}
	lock := flock.New(filepath.Join(path, "daemon.lock"), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the state folder: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	f := &Folder{path: path, lock: lock}
	for _, folder := range []string{path, profiles} {
		if err := atomicfile.RemoveLeftovers(folder); err != nil {
			return nil, errors.Join(fmt.Errorf("tidying the state folder: %w", err), f.Close())
		}
	}
	if err := atomicfile.Writable(profiles); err != nil {
		return nil, errors.Join(fmt.Errorf("the state folder cannot be written to: %w", err), f.Close())
	}
	return f, nil
}

// OpenReadOnly looks into a folder that a daemon may be using. Nothing is made.
func OpenReadOnly(path string) *Folder { return &Folder{path: path} }

// Close lets other daemons in.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Unlock()
}

// instanceFile holds the bridge's id.
const instanceFile = "instance"

var instanceID = regexp.MustCompile(`^[0-9a-f]{8}$`)

// Instance returns the id of this bridge: eight hex digits, made once. Without
// a folder to keep it in, it is fs.ErrNotExist when opened for reading.
func (f *Folder) Instance() (string, error) {
	path := filepath.Join(f.path, instanceFile)
	data, err := atomicfile.Read(path)
	id := strings.TrimSpace(string(data))
	switch {
	case err == nil && instanceID.MatchString(id):
		return id, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the bridge's id: %w", err)
	case f.lock == nil:
		return "", fmt.Errorf("reading the bridge's id: %w", fs.ErrNotExist)
	case err == nil:
		if _, err := atomicfile.KeepAside(path); err != nil {
			return "", fmt.Errorf("the bridge's id is damaged: %w", err)
		}
	}
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	id = hex.EncodeToString(random[:])
	if err := atomicfile.Write(path, []byte(id+"\n")); err != nil {
		return "", fmt.Errorf("storing the bridge's id: %w", err)
	}
	return id, nil
}

// Load reads what is remembered of a profile. Garbage is kept aside, never
// overwritten, and reported as *Damaged; the caller starts anew.
func (f *Folder) Load(profile string, into any) (found bool, err error) {
	path, err := f.profile(profile)
	if err != nil {
		return false, err
	}
	data, err := atomicfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the state of %s: %w", profile, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		damaged := &Damaged{Path: path, KeptAs: path, Err: errors.New("it is damaged, or of another version")}
		if f.lock != nil {
			if aside, err := atomicfile.KeepAside(path); err == nil {
				damaged.KeptAs = aside
			}
		}
		return false, damaged
	}
	return true, nil
}

// Save stores what is remembered of a profile; it is durable when it returns.
func (f *Folder) Save(profile string, value any) error {
	path, err := f.profile(profile)
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

const extension = ".json"

// Profiles lists the profiles something is remembered of, sorted.
func (f *Folder) Profiles() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(f.path, "profiles"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the state folder: %w", err)
	}
	var profiles []string
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), extension); ok && valid.MatchString(name) {
			profiles = append(profiles, name)
		}
	}
	slices.Sort(profiles)
	return profiles, nil
}

// valid is what a profile may be called in a file name: names are data.
var valid = regexp.MustCompile(`^[a-z0-9_]{1,100}$`)

func (f *Folder) profile(profile string) (string, error) {
	if !valid.MatchString(profile) {
		return "", fmt.Errorf("checkpoint: %q is no profile's slug", profile)
	}
	return filepath.Join(f.path, "profiles", profile+extension), nil
}
