// SPDX-License-Identifier: MIT

package vendor

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// Download is the data download of one account: its files, of which nothing was
// read yet. Nothing is ever unpacked to disk.
type Download struct {
	limits  Limits
	entries []entry
	refused []refusal // what is never opened
	total   *atomic.Int64
	seen    int
	person  string // the short name in the name of a ZIP
	closers []io.Closer
}

// entry is one file of a download.
type entry struct {
	name string // for reports: the path, without what a terminal would interpret
	base string
	size int64 // as the container says
	// packed marks a file of a ZIP, which has a checksum.
	packed bool
	open   func() (io.ReadCloser, error)
}

// refusal is a file that is not opened, and why.
type refusal struct{ name, reason string }

func newDownload(limits Limits) *Download {
	return &Download{limits: limits.withDefaults(), total: new(atomic.Int64)}
}

// OpenZIP opens the ZIP that the vendor sends.
func OpenZIP(r io.ReaderAt, size int64, limits Limits) (*Download, error) {
	d := newDownload(limits)
	if err := d.addZIP(r, size, "", 0); err != nil {
		return nil, err
	}
	return d, nil
}

// OpenFolder opens an unpacked download. Symbolic links are not followed; take
// the FS of an os.Root, so that none is by accident.
func OpenFolder(folder fs.FS, limits Limits) (*Download, error) {
	d := newDownload(limits)
	err := fs.WalkDir(folder, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			if name != "." && isHidden(path.Base(name)) {
				return fs.SkipDir
			}
			return d.count()
		case !e.Type().IsRegular():
			d.refused = append(d.refused, refusal{printable(name), "it is a link or no regular file"})
			return d.count()
		}
		return d.addFile(folder, name, e)
	})
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// OpenFile opens a single file of a download by its name.
func OpenFile(name string, open func() (io.ReadCloser, error), limits Limits) *Download {
	d := newDownload(limits)
	d.add(name, 0, 0, open)
	return d
}

// Close closes the ZIPs of a folder.
func (d *Download) Close() error {
	errs := make([]error, 0, len(d.closers))
	for _, c := range d.closers {
		errs = append(errs, c.Close())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// BytesRead is how many bytes were read up to now.
func (d *Download) BytesRead() int64 { return d.total.Load() }

func (d *Download) count() error {
	if d.seen++; d.seen > d.limits.Entries {
		return refusef("it has more than %d files", d.limits.Entries)
	}
	return nil
}

func (d *Download) addFile(folder fs.FS, name string, e fs.DirEntry) error {
	if err := d.count(); err != nil {
		return err
	}
	info, err := e.Info()
	if err != nil {
		return err
	}
	open := func() (io.ReadCloser, error) { return folder.Open(name) }
	if isZIP(name) {
		return d.addNested(nested{printable(name), info.Size(), open, nil})
	}
	d.add(name, info.Size(), 0, open)
	return nil
}

func (d *Download) add(name string, size, packed int64, open func() (io.ReadCloser, error)) {
	shown := printable(name)
	d.entries = append(d.entries, entry{
		name:   shown,
		base:   path.Base(name),
		size:   size,
		packed: packed > 0,
		open: func() (io.ReadCloser, error) {
			file, err := open()
			if err != nil {
				return nil, err
			}
			return &boundedFile{ReadCloser: file, limits: d.limits, name: shown, packed: packed, total: d.total}, nil
		},
	})
}

// check reads a file of a ZIP to its end, where the checksum is.
func (e entry) check() error {
	if !e.packed {
		return nil
	}
	file, err := e.open()
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, file)
	return errors.Join(err, file.Close())
}

// maxNesting is how deep a ZIP may lie in others.
const maxNesting = 2

// addZIP adds the files of a ZIP that lies in a folder of the download.
func (d *Download) addZIP(r io.ReaderAt, size int64, within string, depth int) error {
	directory := &directoryReader{ReaderAt: r, left: maxDirectory}
	archive, err := zip.NewReader(directory, size)
	directory.open = true
	switch {
	case errors.Is(err, ErrRefused):
		return err
	case errors.Is(err, zip.ErrInsecurePath):
		return refusef("a file of the ZIP has a path out of it")
	case err != nil:
		return refusef("it is no ZIP that can be read: %v", err)
	}
	for _, file := range archive.File {
		if err := d.addEntry(file, directory, within, depth); err != nil {
			return err
		}
	}
	return nil
}

// addEntry adds one file of a ZIP. What the vendor's ZIP never has refuses the
// ZIP: somebody else has made it.
func (d *Download) addEntry(file *zip.File, r io.ReaderAt, within string, depth int) error {
	const encrypted = 1
	if err := d.count(); err != nil {
		return err
	}
	name := strings.ReplaceAll(file.Name, `\`, "/")
	shown := printable(path.Join(within, path.Clean("/" + name)[1:]))
	mode := file.Mode()
	switch {
	case strings.HasPrefix(name, "/") || slices.Contains(strings.Split(name, "/"), "..") || strings.Contains(name, ":"):
		return refusef("a file of the ZIP has a path out of it")
	case mode&fs.ModeSymlink != 0:
		return refusef("%s in the ZIP is a symbolic link", shown)
	case mode.IsDir() || strings.HasSuffix(name, "/"):
		return nil
	case !mode.IsRegular():
		return refusef("%s in the ZIP is no regular file", shown)
	case isHidden(path.Base(name)) || strings.HasPrefix(name, "__MACOSX/"):
		return nil
	case file.Flags&encrypted != 0:
		return refusef("%s in the ZIP is encrypted", shown)
	case file.Method != zip.Store && file.Method != zip.Deflate:
		return refusef("%s in the ZIP is compressed by method %d,"+
			" only stored and deflated files are read", shown, file.Method)
	}
	packed := max(1, clampSize(file.CompressedSize64))
	if !isZIP(name) {
		d.add(path.Join(within, name), clampSize(file.UncompressedSize64), packed, file.Open)
		return nil
	}
	if depth >= maxNesting {
		return refusef("ZIPs lie more than %d deep in each other", maxNesting)
	}
	inner := nested{shown, clampSize(file.UncompressedSize64), file.Open, nil}
	if offset, err := file.DataOffset(); err == nil && file.Method == zip.Store {
		inner.at = io.NewSectionReader(r, offset, clampSize(file.CompressedSize64))
	}
	return d.addNestedAt(inner, depth+1)
}

// nested is a ZIP within a download.
type nested struct {
	name string
	size int64
	open func() (io.ReadCloser, error)
	at   io.ReaderAt // nil when it can be read from front to back only
}

func (d *Download) addNested(n nested) error { return d.addNestedAt(n, 1) }

func (d *Download) addNestedAt(n nested, depth int) error {
	if who := shortName(n.name); who != "" {
		if d.person != "" && d.person != who {
			return refusef("it holds the downloads of two people: import them one by one")
		}
		d.person = who
	}
	if n.at != nil {
		return d.addZIP(n.at, n.size, n.name, depth)
	}
	file, err := n.open()
	if err != nil {
		return refusef("%s cannot be opened: %v", n.name, err)
	}
	if at, ok := file.(io.ReaderAt); ok {
		d.closers = append(d.closers, file)
		return d.addZIP(at, n.size, n.name, depth)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, d.limits.NestedBytes+1))
	switch {
	case err != nil:
		return refusef("%s cannot be read: %v", n.name, err)
	case int64(len(data)) > d.limits.NestedBytes:
		return refusef("%s in the ZIP is larger than %d MB: unpack it first", n.name, d.limits.NestedBytes/mebibyte)
	}
	return d.addZIP(bytes.NewReader(data), int64(len(data)), n.name, depth)
}

// shortName is the user's short name in the name of a ZIP as the vendor sends
// it, data_ABC_1900000000.zip, else "".
func shortName(name string) string {
	parts := strings.Split(strings.TrimSuffix(path.Base(name), ".zip"), "_")
	if len(parts) != 3 || parts[0] != "data" {
		return ""
	}
	return parts[1]
}

func isZIP(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

func isHidden(base string) bool { return strings.HasPrefix(base, ".") || base == "__MACOSX" }

// clampSize is a size as a signed number; one that is too large is a lie.
func clampSize(size uint64) int64 { return int64(min(size, 1<<62)) }

// printable is a name without control characters, and not too long to show.
func printable(name string) string {
	const longest = 120
	quoted := strconv.Quote(name)
	quoted = strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
	if runes := []rune(quoted); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return quoted
}
