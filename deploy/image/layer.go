// SPDX-License-Identifier: MIT

package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// layer returns the files of a COPY as a tar archive. root has what is copied.
// Owners, modes and times do not depend on the machine.
func (c copyStep) layer(root string, when time.Time) ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	folder := c.to
	if !strings.HasSuffix(c.to, "/") {
		folder = path.Dir(c.to)
	}
	// As builders do, the folders above get the same owner.
	for _, name := range foldersTo(folder) {
		if err := archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755, Uid: c.uid, Gid: c.gid, ModTime: when, Format: tar.FormatUSTAR,
		}); err != nil {
			return nil, err
		}
	}
	for _, from := range c.from {
		if err := c.add(archive, filepath.Join(root, filepath.FromSlash(from)), when); err != nil {
			return nil, fmt.Errorf("%s: %w", c.text, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// add adds a file, or what is in a folder.
func (c copyStep) add(archive *tar.Writer, from string, when time.Time) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	to := path.Clean(c.to)
	if !info.IsDir() && strings.HasSuffix(c.to, "/") {
		to = path.Join(to, filepath.Base(from))
	}
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == from && entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		return c.write(archive, name, strings.TrimPrefix(path.Join(to, filepath.ToSlash(inside)), "/"), when)
	})
}

// write adds one file or folder under a name.
func (c copyStep) write(archive *tar.Writer, file, name string, when time.Time) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	header := tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: 0o644, Uid: c.uid, Gid: c.gid, ModTime: when,
		Format: tar.FormatUSTAR,
	}
	if info.Mode()&0o100 != 0 {
		header.Mode = 0o755
	}
	if info.IsDir() {
		header.Typeflag, header.Name, header.Size = tar.TypeDir, name+"/", 0
	}
	if c.private {
		header.Mode &= 0o700
	}
	if err := archive.WriteHeader(&header); err != nil || info.IsDir() {
		return err
	}
	data, err := os.ReadFile(file) //nolint:gosec // named on the command line
	if err != nil {
		return err
	}
	_, err = archive.Write(data)
	return err
}

// foldersTo returns a folder of an image and those above it, the uppermost
// first.
func foldersTo(folder string) (all []string) {
	for folder = strings.Trim(folder, "/"); folder != "" && folder != "."; folder = path.Dir(folder) {
		all = append(all, folder)
	}
	slices.Reverse(all)
	return all
}
