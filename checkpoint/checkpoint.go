// SPDX-License-Identifier: MIT

// Package checkpoint stores what the daemon needs after a restart and was not
// measured: the retained topics, the roster of profiles and its instance id. It
// holds neither measurements nor tokens.
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
	"vitals2mqtt/internal/fileaccess"
)

// ErrReadOnly reports a change of a folder that was opened for reading.
var ErrReadOnly = errors.New("the state directory was opened for reading only")

// ErrInUse reports that another daemon uses the state directory.
var ErrInUse = errors.New("another vitals2mqtt uses this state directory: " +
	"stop it, or give this one a state_dir of its own")

// lockFile is locked as long as a daemon runs.
const lockFile = "daemon.lock"

// lockRetryInterval is the time between attempts to lock: IsInUse holds the
// lock for a moment.
const lockRetryInterval = 30 * time.Millisecond

// Folder is the state directory of one daemon.
type Folder struct {
	path string
	lock *flock.Flock // nil when it was opened for reading
}

// Open creates the folder when it is missing, and locks it until Close. It
// returns ErrInUse when another daemon holds the lock.
func Open(path string) (*Folder, error) {
	profiles := filepath.Join(path, "profiles")
	// Creating the profiles' folder creates a private state directory; the mode of
	// an existing one is the user's choice.
	if err := atomicfile.MakeFolder(profiles); err != nil {
		return nil, fileaccess.Wrap("cannot use the state directory (see state_dir)", path, err)
	}
	lock := flock.New(filepath.Join(path, lockFile), flock.SetPermissions(0o600),
		flock.SetFlag(os.O_CREATE|os.O_RDONLY|fileaccess.NonBlocking))
	locked, err := lock.TryLock()
	for tries := 10; err == nil && !locked && tries > 0; tries-- {
		<-time.After(lockRetryInterval)
		locked, err = lock.TryLock()
	}
	if err != nil {
		return nil, fileaccess.Wrap("locking the state directory", path, err)
	}
	_ = atomicfile.ChownLikeParent(lock.Path())
	if !locked {
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	f := &Folder{path: path, lock: lock}
	for _, folder := range []string{path, profiles} {
		if err := atomicfile.RemoveLeftovers(folder); err != nil {
			return nil, errors.Join(fileaccess.Wrap("cleaning the state directory", path, err), f.Close())
		}
	}
	if err := atomicfile.CheckWritable(profiles); err != nil {
		return nil, errors.Join(fileaccess.Wrap("the state directory is not writable", path, err), f.Close())
	}
	return f, nil
}

// OpenReadOnly reads a folder that a daemon may be using. It creates nothing.
func OpenReadOnly(path string) *Folder { return &Folder{path: path} }

// read reads one of the folder's files. Unless opened for reading only, it
// makes the file private.
func (f *Folder) read(path string) ([]byte, error) {
	if f.lock == nil {
		return fileaccess.ReadRegular(path)
	}
	return atomicfile.Read(path)
}

// Close releases the lock.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Unlock()
}

// instanceFile holds the instance id.
const instanceFile = "instance"

var instanceIDPattern = regexp.MustCompile(`^[0-9a-f]{8}$`)

// InstanceID returns the id of this installation: eight hex digits, generated
// once. Opened for reading only, a missing id is fs.ErrNotExist.
func (f *Folder) InstanceID() (string, error) {
	path := filepath.Join(f.path, instanceFile)
	data, err := f.read(path)
	id := strings.TrimSpace(string(data))
	switch {
	case err == nil && instanceIDPattern.MatchString(id):
		return id, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the instance id: %w", err)
	case f.lock == nil:
		return "", fmt.Errorf("reading the instance id: %w", fs.ErrNotExist)
	case err == nil:
		if _, err := atomicfile.Quarantine(path, data); err != nil {
			return "", fmt.Errorf("the instance id is damaged: %w", err)
		}
	}
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	id = hex.EncodeToString(random[:])
	if err := atomicfile.Write(path, []byte(id+"\n")); err != nil {
		return "", fmt.Errorf("storing the instance id: %w", err)
	}
	return id, nil
}
