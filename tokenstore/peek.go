package tokenstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"vitals2mqtt/withings"
)

// Peek reads a profile's token and when it was stored, and changes nothing: no
// folder is made, no mode is narrowed, no garbage is put aside. It is for
// looking while a daemon is at work. A missing token is withings.ErrNoToken, and
// so is garbage, which is *Damaged as well.
func Peek(stateFolder, profile string) (token withings.Token, stored time.Time, err error) {
	f := &File{folder: filepath.Join(stateFolder, "tokens")}
	path, err := f.path(profile)
	if err != nil {
		return token, stored, err
	}
	data, err := os.ReadFile(path) //nolint:gosec // the name was checked
	if errors.Is(err, fs.ErrNotExist) {
		return token, stored, withings.ErrNoToken
	}
	if err != nil {
		return token, stored, fmt.Errorf("reading the token: %w", err)
	}
	if info, err := os.Stat(path); err == nil {
		stored = info.ModTime()
	}
	token, decodeErr := decode(data)
	if decodeErr != nil {
		return token, stored, &DamagedError{Profile: profile, Err: decodeErr}
	}
	return token, stored, nil
}
