// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"vitals2mqtt/config"
	"vitals2mqtt/history"
)

// OpenDryRun opens a copy of the archive, an empty one when there is none, so
// that a dry run says exactly what an import would do. done removes it. The copy
// is made in a folder of its own below the given one.
func OpenDryRun(ctx context.Context, c *config.Config, below string) (_ *history.Archive, done func() error, err error) {
	folder, err := os.MkdirTemp(below, "import-dry-run-*")
	if err != nil {
		return nil, nil, fmt.Errorf("a dry run needs a place for a copy of the archive: %w", err)
	}
	remove := func() error { return os.RemoveAll(folder) }
	archive, err := copyArchive(ctx, c, filepath.Join(folder, filepath.Base(ArchivePath(c))))
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return archive, func() error { return errors.Join(archive.Close(), remove()) }, nil
}

// copyArchive opens a copy of the archive, an empty one when there is none.
func copyArchive(ctx context.Context, c *config.Config, path string) (*history.Archive, error) {
	original, err := OpenArchive(ctx, c, true)
	switch {
	case err == nil:
		if err := errors.Join(original.Backup(ctx, path), original.Close()); err != nil {
			return nil, err
		}
	case !errors.Is(err, ErrNoArchive):
		return nil, err
	}
	o := archiveOptions(c)
	o.Path = path
	return history.Open(ctx, o)
}
