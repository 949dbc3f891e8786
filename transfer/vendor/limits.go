// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// ErrRefused is why a download is not read at all.
var ErrRefused = errors.New("not read")

// refusef returns an ErrRefused with its reason.
func refusef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// Limits bound what a download may hold. They are counted while reading: what a
// ZIP says about itself is not believed. A zero field is the default.
type Limits struct {
	// Entries is how many files and folders there may be. The default is 10,000.
	Entries int
	// FileBytes is how large one file may be, unpacked. The default is 2 GiB.
	FileBytes int64
	// TotalBytes is how large all files may be together. The default is 8 GiB.
	TotalBytes int64
	// Ratio is how many times larger than packed a file may be. It counts from
	// ratioFrom bytes on. The default is 500.
	Ratio int64
	// NestedBytes is how large a ZIP within a ZIP may be when it is compressed
	// itself: it is held in memory. The default is 64 MiB.
	NestedBytes int64
}

const (
	defaultEntries = 10_000
	kibibyte       = 1 << 10
	mebibyte       = 1 << 20
	gibibyte       = 1 << 30
	// ratioFrom is where the ratio of a file begins to count: short files of zeros
	// are harmless.
	ratioFrom = 16 * mebibyte
	// maxDirectory bounds the list of entries of a ZIP.
	maxDirectory = 8 * mebibyte
)

func (l Limits) withDefaults() Limits {
	orDefault := func(n *int64, value int64) {
		if *n == 0 {
			*n = value
		}
	}
	if l.Entries == 0 {
		l.Entries = defaultEntries
	}
	orDefault(&l.FileBytes, 2*gibibyte)
	orDefault(&l.TotalBytes, 8*gibibyte)
	orDefault(&l.Ratio, 500)
	orDefault(&l.NestedBytes, 64*mebibyte)
	return l
}

// boundedFile counts what is read of one file.
type boundedFile struct {
	io.ReadCloser

	limits Limits
	name   string
	packed int64 // 0 when the file is not packed
	read   int64
	total  *atomic.Int64
}

func (f *boundedFile) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	f.read += int64(n)
	switch total := f.total.Add(int64(n)); {
	case f.read > f.limits.FileBytes:
		return n, refusef("%s is larger than %d MB", f.name, f.limits.FileBytes/mebibyte)
	case total > f.limits.TotalBytes:
		return n, refusef("the files are larger than %d MB together", f.limits.TotalBytes/mebibyte)
	case f.packed > 0 && f.read > ratioFrom && f.read/f.packed > f.limits.Ratio:
		return n, refusef("%s unpacks to more than %d times its size", f.name, f.limits.Ratio)
	}
	return n, err
}

// directoryReader bounds what is read of a ZIP while its list of entries is
// read.
type directoryReader struct {
	io.ReaderAt

	left int64
	open bool // the list was read: no bound any more
}

func (d *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if !d.open {
		if d.left -= int64(len(p)); d.left < 0 {
			return 0, refusef("the list of files in the ZIP is longer than %d MB", maxDirectory/mebibyte)
		}
	}
	return d.ReaderAt.ReadAt(p, off)
}
