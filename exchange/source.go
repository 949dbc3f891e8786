// SPDX-License-Identifier: MIT

package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"

	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// The formats. Auto is for reading only, the last two are for writing only.
const (
	FormatAuto      = "auto"
	FormatTidy      = "tidy"
	FormatJSONL     = "jsonl"
	FormatVendor    = "vendor"
	FormatDashboard = "dashboard"
	FormatInflux    = "influx"
)

// Source is what is imported: a text, or a download of the vendor.
type Source struct {
	name     string
	format   string
	text     *bufio.Reader
	download *vendor.Download
	counted  *countingReader
	bytes    int64
	close    func() error
	// DistanceUnit is that of distances without one, "" when it is to be found out.
	DistanceUnit string
}

// Open opens a file, a folder or, as "-", the standard input, and finds out what
// it is when the format is FormatAuto.
func Open(path, format string, stdin io.Reader) (*Source, error) {
	if path == "-" {
		if format == FormatVendor {
			return nil, InputError("standard input is tidy CSV or JSON Lines; name the file or folder of the vendor's download")
		}
		return newTextSource("standard input", format, stdin, 0, func() error { return nil })
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(path, format)
	}
	file, err := os.Open(path) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	source, err := openFile(file, info.Size(), path, format)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return source, nil
}

func openFolder(path, format string) (*Source, error) {
	if format != FormatAuto && format != FormatVendor {
		return nil, InputError(path + " is a folder; only the vendor's download is one")
	}
	root, err := os.OpenRoot(path) // no link leads out of it
	if err != nil {
		return nil, err
	}
	download, err := vendor.OpenFolder(root.FS(), vendor.Limits{})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), root.Close())
	}
	return newVendorSource(path, download, root.Close), nil
}

func openFile(file *os.File, size int64, path, format string) (*Source, error) {
	start := make([]byte, len(zipSignature))
	if _, err := file.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	isZIP := string(start) == zipSignature
	switch {
	case isZIP && format != FormatAuto && format != FormatVendor:
		return nil, InputError(path + " is a ZIP; only the vendor's download is one")
	case isZIP:
		download, err := vendor.OpenZIP(file, size, vendor.Limits{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return newVendorSource(path, download, file.Close), nil
	}
	source, err := newTextSource(path, format, file, size, file.Close)
	if err != nil || source.format != FormatVendor {
		return source, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(path) } //nolint:gosec // the user names it
	return newVendorSource(path, vendor.OpenFile(filepath.Base(path), open, vendor.Limits{}), file.Close), nil
}

// zipSignature is what a ZIP begins with.
const zipSignature = "PK\x03\x04"

func newVendorSource(path string, download *vendor.Download, closeFile func() error) *Source {
	return &Source{
		name:     path,
		format:   FormatVendor,
		download: download,
		bytes:    download.Size(),
		close:    func() error { return errors.Join(download.Close(), closeFile()) },
	}
}

// newTextSource finds out what a text is. A file of the vendor's has its name.
func newTextSource(name, format string, in io.Reader, size int64, closeFile func() error) (*Source, error) {
	counted := &countingReader{in: in}
	text := bufio.NewReaderSize(counted, detectSize)
	if format == FormatAuto {
		start, err := text.Peek(detectSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		format = detectFormat(start, filepath.Base(name))
		if format == "" && isUTF16(start) {
			return nil, InputError(name + " is UTF-16; save it as UTF-8, in a spreadsheet as \"CSV UTF-8\"")
		}
		if format == "" {
			return nil, InputError(name + " is none of the formats that can be imported: a ZIP or folder of the vendor's " +
				"download, one of its files under its own name, tidy CSV, or JSON Lines")
		}
	}
	return &Source{
		name: filepath.Base(name), format: format, text: text, counted: counted, bytes: size, close: closeFile,
	}, nil
}

// detectSize is how much of a file shows its format.
const detectSize = 4096

// detectFormat says what a file is by its beginning and its name, "" when that
// does not show it.
func detectFormat(start []byte, name string) string {
	content := bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff")))
	header, _, _ := bytes.Cut(content, []byte("\n"))
	switch {
	case bytes.HasPrefix(content, []byte("{")):
		return FormatJSONL
	case transfer.IsTidyHeader(string(header)):
		return FormatTidy
	case vendor.Recognizes(name):
		return FormatVendor
	}
	return ""
}

// isUTF16 reports whether a text begins with the mark of UTF-16.
func isUTF16(start []byte) bool {
	return bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff"))
}

// records reads the records.
func (s *Source) records(o transfer.ReadOptions, report *transfer.Report) iter.Seq2[transfer.Item, error] {
	switch s.format {
	case FormatJSONL:
		return transfer.ReadJSON(s.text, s.name, o, report)
	case FormatTidy:
		return transfer.ReadTidy(s.text, s.name, o, report)
	}
	return s.download.Read(vendor.Options{
		Zone: o.Zone, Now: o.Now, DistanceUnit: s.DistanceUnit, Extra: o.Extra,
	}, report)
}

// Size is how many bytes are to be read, 0 when unknown.
func (s *Source) Size() int64 { return s.bytes }

// BytesRead is how many have been read.
func (s *Source) BytesRead() int64 {
	if s.download != nil {
		return s.download.BytesRead()
	}
	return s.counted.read.Load()
}

// Close closes the file.
func (s *Source) Close() error { return s.close() }

// countingReader counts what is read.
type countingReader struct {
	in   io.Reader
	read atomic.Int64
}

// Read implements io.Reader.
func (c *countingReader) Read(into []byte) (int, error) {
	n, err := c.in.Read(into)
	c.read.Add(int64(n))
	return n, err
}
