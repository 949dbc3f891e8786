// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"vitals2mqtt/internal/atomicfile"
)

// writeFile writes a single file, in a folder under a name of its own.
func (j *exportJob) writeFile(ctx context.Context, s *session, path string) (err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, j.FileName())
	}
	file, err := createExport(path)
	if err != nil {
		return err
	}
	shown := j.newProgress(s.Stderr)
	count, err := j.Write(ctx, j.NewWriter(file), shown.reach)
	shown.close()
	if err != nil {
		return errors.Join(err, file.Discard())
	}
	if err := file.Commit(); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	s.printf("Wrote %s: %s.\n", path, plural(count, "record", "records"))
	return nil
}

// createExport begins a file that replaces the one at path when it is complete.
func createExport(path string) (*atomicfile.File, error) {
	file, err := atomicfile.Create(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder of %s does not exist", path)
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	return file, nil
}

// exportDay is the unit in which an export shows how far it is.
const exportDay = 24 * time.Hour

// dayProgress shows how many days of the history are written: records are
// written in the order of their time.
type dayProgress struct {
	out   io.Writer
	until time.Time
	shown *progress
	last  time.Time
}

func (j *exportJob) newProgress(out io.Writer) *dayProgress {
	if !j.Filter.To.IsZero() && j.Filter.To.Before(j.now) {
		return &dayProgress{out: out, until: j.Filter.To}
	}
	return &dayProgress{out: out, until: j.now}
}

// reach is called with the time of each record. Only the first one says how
// long the history is.
func (d *dayProgress) reach(at time.Time) {
	if d.shown == nil {
		d.shown, d.last = newProgress(d.out, "export", "days", max(1, int64(d.until.Sub(at)/exportDay))), at
	}
	if days := at.Sub(d.last) / exportDay; days > 0 {
		d.shown.Add(int64(days))
		d.last = d.last.Add(days * exportDay)
	}
}

func (d *dayProgress) close() {
	if d.shown != nil {
		d.shown.Close()
	}
}
