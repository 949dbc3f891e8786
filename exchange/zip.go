// SPDX-License-Identifier: MIT

package exchange

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// notesName is the file of a ZIP with what its format cannot carry.
const notesName = "notes.txt"

// WriteZIP writes a format of several files as a ZIP. They are written at the
// same time, and therefore to an empty folder first, which the caller removes.
func (e *Export) WriteZIP(ctx context.Context, out io.Writer, folder string, now time.Time) (err error) {
	var names []string
	w := e.NewFolderWriter(func(name string) (io.WriteCloser, error) {
		names = append(names, name)
		path := filepath.Join(folder, filepath.Base(name))
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateMode) //nolint:gosec // the caller's folder
		if err != nil {
			return nil, err
		}
		return bufferedFile{bufio.NewWriter(file), file}, nil
	})
	if _, err := e.Write(ctx, w, func(time.Time) {}); err != nil {
		return err
	}
	packed := zip.NewWriter(out)
	for _, name := range names {
		if err := addFile(packed, filepath.Join(folder, filepath.Base(name)), name, now); err != nil {
			return fmt.Errorf("writing the export: %w", err)
		}
	}
	if remarks := w.Remarks(); len(remarks) > 0 {
		notes, err := packed.CreateHeader(&zip.FileHeader{Name: notesName, Method: zip.Deflate, Modified: now})
		if err == nil {
			_, err = io.WriteString(notes, strings.Join(remarks, "\n")+"\n")
		}
		if err != nil {
			return fmt.Errorf("writing the export: %w", err)
		}
	}
	if err := packed.Close(); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	return nil
}

// privateMode is that of files with health data.
const privateMode = 0o600

// bufferedFile is a file that is written in large pieces.
type bufferedFile struct {
	*bufio.Writer

	file *os.File
}

// Close implements io.Closer.
func (b bufferedFile) Close() error { return errors.Join(b.Flush(), b.file.Close()) }

func addFile(packed *zip.Writer, path, name string, now time.Time) (err error) {
	file, err := os.Open(path) //nolint:gosec // it was written just now
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	into, err := packed.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
	if err != nil {
		return err
	}
	_, err = io.Copy(into, file)
	return err
}
