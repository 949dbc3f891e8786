// SPDX-License-Identifier: MIT

package tokenstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/withings"
)

// Peek reads a profile's token and when it was stored without changing
// anything: it creates no folder, restricts no mode and moves no damaged file.
// It may run beside a daemon. A missing token is withings.ErrNoToken, and so is
// a damaged one, which is *DamagedError as well, with the time of the damaged
// file. A token of a newer version is *NewerError.
func Peek(stateDir, profile string) (token withings.Token, stored time.Time, err error) {
	path, err := tokenPath(filepath.Join(stateDir, folderName), profile)
	if err != nil {
		return token, stored, err
	}
	data, err := fileaccess.ReadRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		stored, err = quarantined(profile, path)
		return token, stored, err
	}
	if err != nil {
		return token, stored, fileaccess.Wrap("reading the token", path, err)
	}
	if info, err := os.Stat(path); err == nil {
		stored = info.ModTime()
	}
	token, decodeErr := decode(data)
	if newer, ok := errors.AsType[errNewerLayout](decodeErr); ok {
		return token, stored, newerError(profile, path, newer)
	}
	if decodeErr != nil {
		return token, stored, &DamagedError{Profile: profile, Err: decodeErr}
	}
	return token, stored, nil
}

// List lists the profiles that have a token, sorted. Like Peek, it changes
// nothing.
func List(stateDir string) ([]string, error) {
	profiles, err := listFolder(filepath.Join(stateDir, folderName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return profiles, err
}
