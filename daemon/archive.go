// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/history"
)

// ArchivePath returns the file of the archive.
func ArchivePath(c *config.Config) string { return filepath.Join(c.StateDir, "history.db") }

// ErrNoArchive means that nothing was archived yet.
var ErrNoArchive = errors.New("there is no archive yet: start the daemon, or run `vitals2mqtt once`")

// OpenArchive opens the archive of a configuration, also beside a running
// daemon. To read, it must exist already.
func OpenArchive(ctx context.Context, c *config.Config, readOnly bool) (*history.Archive, error) {
	o := archiveOptions(c)
	o.ReadOnly = readOnly
	if _, err := os.Stat(o.Path); readOnly && errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoArchive
	}
	return openArchive(ctx, o)
}

func archiveOptions(c *config.Config) history.Options {
	return history.Options{
		Path:   ArchivePath(c),
		Extra:  c.Withings.ExtraTypes,
		Policy: c.Withings.Attributions,
	}
}

// openOwnArchive opens the archive for the daemon, which publishes values also
// while the archive cannot be used.
func openOwnArchive(ctx context.Context, c *config.Config) (*history.Archive, error) {
	o := archiveOptions(c)
	o.Patient = true
	return openArchive(ctx, o)
}

func openArchive(ctx context.Context, o history.Options) (*history.Archive, error) {
	archive, err := history.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	return archive, nil
}

// addArchive says why the archive fails, and whether it was damaged at the
// start.
func (o outsideFacts) addArchive(facts *health.Records) {
	facts.Path = ArchivePath(o.config)
	if fault, ok := errors.AsType[*history.Error](facts.Err); ok {
		facts.Text, facts.Remedy = fault.Error(), fault.Remedy()
	}
	if damaged := o.archive.Damage(); damaged != nil {
		facts.Damaged = &health.Problem{Text: damaged.Error(), Remedy: damaged.Remedy(), Since: damaged.Since()}
	}
}

// OpenStored opens what is stored for reading, also beside a running daemon.
// The caller calls done.
func OpenStored(ctx context.Context, c *config.Config) (stored bridge.Stored, done func(), err error) {
	stored.State = checkpoint.OpenReadOnly(c.StateDir)
	archive, err := OpenArchive(ctx, c, true)
	if errors.Is(err, ErrNoArchive) {
		return stored, func() {}, nil
	}
	if err != nil {
		return stored, func() {}, err
	}
	stored.Archive = archive
	return stored, func() { _ = archive.Close() }, nil
}
