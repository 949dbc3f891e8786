// SPDX-License-Identifier: MIT

package tokenstore

import (
	"fmt"
	"strings"

	"vitals2mqtt/internal/atomicfile"
)

// Stage takes the token of a profile, and what was moved aside, out of the way,
// to get another slug. It may be repeated, also after a crash. Hold the locks
// of both slugs.
func (f *File) Stage(from, to string) error {
	source, err := f.path(from)
	if err != nil {
		return err
	}
	target, err := f.path(to)
	if err != nil {
		return err
	}
	return move(from, source, atomicfile.StagedPath(target))
}

// Unstage ends what Stage began, after all profiles were staged. It may be
// repeated too.
func (f *File) Unstage(to string) error {
	target, err := f.path(to)
	if err != nil {
		return err
	}
	return move(to, atomicfile.StagedPath(target), target)
}

// move renames a token file and its files in quarantine.
func move(profile, from, to string) error {
	for _, name := range append(quarantinedFiles(from), from) {
		if err := atomicfile.Rename(name, to+strings.TrimPrefix(name, from)); err != nil {
			return fmt.Errorf("renaming the token of %s: %w", profile, err)
		}
	}
	return nil
}
