// SPDX-License-Identifier: MIT

package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"vitals2mqtt/internal/fileaccess"
)

// IsInUse reports whether a daemon uses the state directory. It creates
// nothing. It takes a shared lock for a moment; a daemon that starts just then
// retries.
func IsInUse(path string) (bool, error) {
	name := filepath.Join(path, lockFile)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return false, nil // no daemon has run yet
	}
	lock := flock.New(name, flock.SetFlag(os.O_RDONLY|fileaccess.NonBlocking))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("checking the lock of the state directory: %w", err)
	}
	if !free {
		return true, nil
	}
	return false, lock.Unlock()
}
