// SPDX-License-Identifier: MIT

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"vitals2mqtt/internal/atomicfile"
)

// writeFolder writes a format of several files. They replace those of the
// folder together, when all are complete.
func (j *exportJob) writeFolder(ctx context.Context, s *session, path string) error {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	folder := &exportFolder{path: path}
	w := j.NewFolderWriter(folder.create)
	shown := j.newProgress(s.Stderr)
	_, err := j.Write(ctx, w, shown.reach)
	shown.close()
	if err != nil {
		return errors.Join(err, folder.discard())
	}
	if err := folder.commit(); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	for _, file := range folder.files {
		s.printf("Wrote %s.\n", filepath.Join(path, file.name))
	}
	if len(folder.files) == 0 {
		s.printf("There is nothing that this format can carry.\n")
	}
	for _, remark := range w.Remarks() {
		s.printf("Note: %s\n", remark)
	}
	return nil
}

// folderMode is for folders with health data.
const folderMode = 0o700

// exportFolder holds the files that are being written to a folder.
type exportFolder struct {
	path  string
	files []exportFile
}

type exportFile struct {
	name string
	file *atomicfile.File
}

// create begins a file.
func (f *exportFolder) create(name string) (io.WriteCloser, error) {
	file, err := atomicfile.Create(filepath.Join(f.path, name))
	if err != nil {
		return nil, err
	}
	f.files = append(f.files, exportFile{name, file})
	return flushingWriter{bufio.NewWriter(file)}, nil
}

// flushingWriter leaves the closing of its file to the folder.
type flushingWriter struct{ *bufio.Writer }

// Close implements io.Closer.
func (w flushingWriter) Close() error { return w.Flush() }

func (f *exportFolder) commit() (err error) {
	for _, one := range f.files {
		err = errors.Join(err, one.file.Commit())
	}
	return err
}

func (f *exportFolder) discard() (err error) {
	for _, one := range f.files {
		err = errors.Join(err, one.file.Discard())
	}
	return err
}
