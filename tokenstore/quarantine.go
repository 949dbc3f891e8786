// SPDX-License-Identifier: MIT

package tokenstore

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/withings"
)

// quarantined returns the error of a profile without a token file: the newest
// of its files that were moved aside is the reason, as long as no other token
// is stored. It also returns when that file was written. Without one, the error
// is withings.ErrNoToken.
func quarantined(profile, path string) (written time.Time, err error) {
	files := quarantinedFiles(path)
	if len(files) == 0 {
		return time.Time{}, withings.ErrNoToken
	}
	newest := files[len(files)-1]
	damaged := &DamagedError{Profile: profile, RenamedTo: newest, Err: errors.New("moved aside")}
	if data, err := fileaccess.ReadRegular(newest); err == nil {
		if _, decodeErr := decode(data); decodeErr != nil {
			damaged.Err = decodeErr
		}
	}
	if info, err := os.Stat(newest); err == nil {
		written = info.ModTime()
	}
	return written, damaged
}

// quarantinedFiles lists the files of a profile that were moved aside, oldest
// first.
func quarantinedFiles(path string) []string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil
	}
	var files []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), filepath.Base(path)+atomicfile.QuarantineInfix) {
			files = append(files, filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	slices.Sort(files) // their names end with the time
	return files
}

func newerError(profile, path string, version errNewerLayout) *NewerError {
	return &NewerError{Profile: profile, File: path, Version: int(version), Supported: layoutVersion}
}

// checkReplaceable returns an error if a file must not be replaced, because a
// newer version has written it.
func checkReplaceable(profile, path string) error {
	data, err := fileaccess.ReadRegular(path)
	if err != nil {
		return nil //nolint:nilerr // a missing one is replaceable, other errors are those of what follows
	}
	_, decodeErr := decode(data)
	if newer, ok := errors.AsType[errNewerLayout](decodeErr); ok {
		return newerError(profile, path, newer)
	}
	return nil
}
