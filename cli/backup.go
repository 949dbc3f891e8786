// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/history"
)

type backupCommand struct {
	jsonFlag

	File    string `arg:"" name:"file" help:"New file for the copy."`
	Replace bool   `help:"Replace an existing file."`
}

// Help is the long help text.
func (backupCommand) Help() string {
	return "Writes a copy of the archive while the daemon runs: copying the file itself can give a damaged copy. To " +
		"restore it, stop the daemon and put it back as history.db in the state directory."
}

// backupResult is what a backup wrote.
type backupResult struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

func (b backupCommand) run(ctx context.Context, s *session) (err error) {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(b.File); err == nil {
		if info.IsDir() {
			return usageError(b.File + " is a folder; name a new file in it")
		}
		if !b.Replace {
			return usageError(b.File + " already exists; choose another file, or --replace it")
		}
	}
	if err := refuseArchive(settings, b.File); err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	if err := b.checkDamage(s, settings, archive); err != nil {
		return err
	}
	if err := b.write(ctx, archive); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder of %s does not exist: %w", b.File, err)
		}
		return fmt.Errorf("copying the archive: %w", err)
	}
	info, err := os.Stat(b.File)
	if err != nil {
		return err
	}
	if b.JSON {
		return s.printJSON(backupResult{b.File, info.Size()})
	}
	s.printf("Wrote %s (%s).\n", b.File, formatBytes(info.Size()))
	return nil
}

// checkDamage keeps the copy from replacing one of before a damage, which may
// be the only one that has what was imported. The copy in the state directory
// is not kept: each backup of the add-on has its own.
func (b backupCommand) checkDamage(s *session, c *config.Config, archive *history.Archive) error {
	existing, err := os.Stat(b.File)
	staged, stagedErr := os.Stat(daemon.ArchivePath(c) + history.BackupSuffix)
	isStaged := err == nil && stagedErr == nil && os.SameFile(existing, staged)
	if err == nil && !isStaged && archive.Damage() != nil {
		return fmt.Errorf("%s is kept, because it may have what the archive has lost; choose another file: %w",
			b.File, archive.Damage())
	}
	warnOfDamage(s, archive)
	return nil
}

// write writes the copy. An existing file stays until the new one is complete.
func (b backupCommand) write(ctx context.Context, archive *history.Archive) error {
	if !b.Replace {
		return archive.Backup(ctx, b.File)
	}
	unfinished := b.File + ".new"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := archive.Backup(ctx, unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, b.File)
}

// formatBytes is a size for people.
func formatBytes(bytes int64) string {
	const unit = 1000
	if bytes < unit {
		return plural(int(bytes), "byte", "bytes")
	}
	size, prefixes := float64(bytes)/unit, "kMGT"
	for size >= unit && len(prefixes) > 1 {
		size, prefixes = size/unit, prefixes[1:]
	}
	return fmt.Sprintf("%.1f %cB", size, prefixes[0])
}
