// Package checkpoint keeps what the daemon must remember over a restart:
// current readings, cursors, what lies on the broker, its own id. It is not the
// history, and no token comes near it.
package checkpoint

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"vitals2mqtt/internal/atomicfile"
)

// ErrReadOnly says that a folder was opened for reading and cannot be changed.
var ErrReadOnly = errors.New("the state directory was opened for reading only")

// ErrInUse says that another daemon works with the same state directory.
var ErrInUse = errors.New("another vitals2mqtt uses this state directory: stop it, or give this one a state_dir of its own")

// lockFile is what a daemon holds as long as it runs.
const lockFile = "daemon.lock"

// lockRetryInterval lies between tries to get the lock: somebody may just be looking
// whether a daemon is in, which takes it for a moment.
const lockRetryInterval = 30 * time.Millisecond

// Folder is the state directory of one daemon.
type Folder struct {
	path string
	lock *flock.Flock // nil when it was opened for reading
}

// Open makes the folder when there is none, and keeps every other daemon out of
// it until Close. It returns ErrInUse when one is in.
func Open(path string) (*Folder, error) {
	profiles := filepath.Join(path, "profiles")
	// The profiles' folder makes the state directory, private, when there is none;
	// one that is there stays as open as the user has it.
	if err := atomicfile.MakeFolder(profiles); err != nil {
		return nil, fmt.Errorf("the state directory cannot be made (state_dir names another): %w", err)
	}
	lock := flock.New(filepath.Join(path, lockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	for tries := 10; err == nil && !locked && tries > 0; tries-- {
		<-time.After(lockRetryInterval)
		locked, err = lock.TryLock()
	}
	if err != nil {
		return nil, fmt.Errorf("locking the state directory: %w", err)
	}
	_ = atomicfile.Adopt(lock.Path())
	if !locked {
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	f := &Folder{path: path, lock: lock}
	for _, folder := range []string{path, profiles} {
		if err := atomicfile.RemoveLeftovers(folder); err != nil {
			return nil, errors.Join(fmt.Errorf("tidying the state directory: %w", err), f.Close())
		}
	}
	if err := atomicfile.CheckWritable(profiles); err != nil {
		return nil, errors.Join(fmt.Errorf("the state directory cannot be written to: %w", err), f.Close())
	}
	return f, nil
}

// OpenReadOnly looks into a folder that a daemon may be using. Nothing is made.
func OpenReadOnly(path string) *Folder { return &Folder{path: path} }

// read reads one of the folder's files, and takes the permissions of others off it.
// Who only looks changes nothing.
func (f *Folder) read(path string) ([]byte, error) {
	if f.lock == nil {
		return os.ReadFile(path) //nolint:gosec // a file of our own
	}
	return atomicfile.Read(path)
}

// Close lets other daemons in.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Unlock()
}

// instanceFile holds the bridge's id.
const instanceFile = "instance"

var instanceIDPattern = regexp.MustCompile(`^[0-9a-f]{8}$`)

// InstanceID returns the id of this bridge: eight hex digits, made once. Without
// a folder to keep it in, it is fs.ErrNotExist when opened for reading.
func (f *Folder) InstanceID() (string, error) {
	path := filepath.Join(f.path, instanceFile)
	data, err := f.read(path)
	id := strings.TrimSpace(string(data))
	switch {
	case err == nil && instanceIDPattern.MatchString(id):
		return id, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the bridge's id: %w", err)
	case f.lock == nil:
		return "", fmt.Errorf("reading the bridge's id: %w", fs.ErrNotExist)
	case err == nil:
		if _, err := atomicfile.Quarantine(path, data); err != nil {
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
