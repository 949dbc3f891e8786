package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// IsInUse reports whether a daemon works with the state directory. Nothing is made.
// The look takes the lock for a moment, and only as one of many may; a daemon
// that starts in that very moment tries again.
func IsInUse(path string) (bool, error) {
	name := filepath.Join(path, lockFile)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return false, nil // no daemon was ever here
	}
	lock := flock.New(name, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("looking at the state directory's lock: %w", err)
	}
	if !free {
		return true, nil
	}
	return false, lock.Unlock()
}
