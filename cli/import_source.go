package cli

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

// The formats of import.
const (
	formatAuto   = "auto"
	formatTidy   = "tidy"
	formatJSONL  = "jsonl"
	formatVendor = "vendor"
)

// importSource is what is imported: a text, or a download of the vendor.
type importSource struct {
	name     string
	format   string
	text     *bufio.Reader
	download *vendor.Download
	counted  *countingReader
	bytes    int64
	close    func() error
	// distanceUnit is that of distances without one, "" when it is to be found out.
	distanceUnit string
}

// openImport opens a file, a folder or the standard input, and finds out what
// it is.
func openImport(path, format string, stdin io.Reader) (*importSource, error) {
	if path == "-" {
		if format == formatVendor {
			return nil, usageError("standard input is tidy CSV or JSON Lines; name the file or folder of the vendor's download")
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

func openFolder(path, format string) (*importSource, error) {
	if format != formatAuto && format != formatVendor {
		return nil, usageError(path + " is a folder; only the vendor's download is one")
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

func openFile(file *os.File, size int64, path, format string) (*importSource, error) {
	start := make([]byte, len(zipSignature))
	if _, err := file.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	isZIP := string(start) == zipSignature
	switch {
	case isZIP && format != formatAuto && format != formatVendor:
		return nil, usageError(path + " is a ZIP; only the vendor's download is one")
	case isZIP:
		download, err := vendor.OpenZIP(file, size, vendor.Limits{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return newVendorSource(path, download, file.Close), nil
	}
	source, err := newTextSource(path, format, file, size, file.Close)
	if err != nil || source.format != formatVendor {
		return source, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(path) } //nolint:gosec // the user names it
	return newVendorSource(path, vendor.OpenFile(filepath.Base(path), open, vendor.Limits{}), file.Close), nil
}

// zipSignature is what a ZIP begins with.
const zipSignature = "PK\x03\x04"

func newVendorSource(path string, download *vendor.Download, closeFile func() error) *importSource {
	return &importSource{
		name:     path,
		format:   formatVendor,
		download: download,
		bytes:    download.Size(),
		close:    func() error { return errors.Join(download.Close(), closeFile()) },
	}
}

// newTextSource finds out what a text is. A file of the vendor's has its name.
func newTextSource(name, format string, in io.Reader, size int64, closeFile func() error) (*importSource, error) {
	counted := &countingReader{in: in}
	text := bufio.NewReaderSize(counted, detectSize)
	if format == formatAuto {
		start, err := text.Peek(detectSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		format = detectFormat(start, filepath.Base(name))
		if format == "" && isUTF16(start) {
			return nil, usageError(name + " is UTF-16; save it as UTF-8, in a spreadsheet as \"CSV UTF-8\"")
		}
		if format == "" {
			return nil, usageError(name + " is none of the formats that can be imported: a ZIP or folder of the vendor's " +
				"download, one of its files under its own name, tidy CSV, or JSON Lines; --format says which one it is")
		}
	}
	return &importSource{
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
		return formatJSONL
	case transfer.IsTidyHeader(string(header)):
		return formatTidy
	case vendor.Recognizes(name):
		return formatVendor
	}
	return ""
}

// isUTF16 reports whether a text begins with the mark of UTF-16.
func isUTF16(start []byte) bool {
	return bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff"))
}

// records reads the records.
func (i *importSource) records(o transfer.ReadOptions, report *transfer.Report) iter.Seq2[transfer.Item, error] {
	switch i.format {
	case formatJSONL:
		return transfer.ReadJSON(i.text, i.name, o, report)
	case formatTidy:
		return transfer.ReadTidy(i.text, i.name, o, report)
	}
	return i.download.Read(vendor.Options{
		Zone: o.Zone, Now: o.Now, DistanceUnit: i.distanceUnit, Extra: o.Extra,
	}, report)
}

// size is how many bytes are to be read, 0 when unknown.
func (i *importSource) size() int64 { return i.bytes }

// bytesRead is how many have been read.
func (i *importSource) bytesRead() int64 {
	if i.download != nil {
		return i.download.BytesRead()
	}
	return i.counted.read.Load()
}

// Close closes the file.
func (i *importSource) Close() error { return i.close() }

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
