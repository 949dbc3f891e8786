// SPDX-License-Identifier: MIT

package vendor_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

const oxygen = "date,value\n\"2030-02-11 21:05:40\",97\n"

// zipFile is a file of a ZIP to be made.
type zipFile struct {
	name, text string
	stored     bool
	mode       fs.FileMode
}

func makeZIP(tb failer, files ...zipFile) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range files {
		header := &zip.FileHeader{Name: file.name, Method: zip.Deflate}
		if file.stored {
			header.Method = zip.Store
		}
		if file.mode != 0 {
			header.SetMode(file.mode)
		}
		entry, err := w.CreateHeader(header)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := entry.Write([]byte(file.text)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func openZIP(data []byte, limits vendor.Limits) (*vendor.Download, error) {
	return vendor.OpenZIP(bytes.NewReader(data), int64(len(data)), limits)
}

// readError reads a download up to its error.
func readError(data []byte, limits vendor.Limits) error {
	d, err := openZIP(data, limits)
	if err != nil {
		return err
	}
	var report transfer.Report
	for _, err := range d.Read(vendor.Options{Zone: time.UTC}, &report) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestContainersAreRead(t *testing.T) {
	t.Parallel()
	want := []string{"measures 2030-02-11T21:05:40 UTC 54=97"}
	inner := makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen})
	for name, data := range map[string][]byte{
		"a ZIP":                      inner,
		"a folder within":            makeZIP(t, zipFile{name: "data_ABC/"}, zipFile{name: "data_ABC/manual_spo2.csv", text: oxygen}),
		"paths of Windows":           makeZIP(t, zipFile{name: `data_ABC\oxy.csv`, text: oxygen}),
		"a compressed ZIP within":    makeZIP(t, zipFile{name: "data_ABC_1900000000.zip", text: string(inner)}),
		"an uncompressed ZIP within": makeZIP(t, zipFile{name: "data_ABC_1900000000.zip", text: string(inner), stored: true}),
		"what macOS adds": makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen},
			zipFile{name: "__MACOSX/._manual_spo2.csv", text: "\x00\x05"}, zipFile{name: ".DS_Store", text: "x"}),
	} {
		d, err := openZIP(data, vendor.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		items, report := readAll(t, d, vendor.Options{Zone: time.UTC})
		equal(t, name, lines(items), want)
		equal(t, name+": files", len(report.Files), 1)
		if d.Size() == 0 || d.BytesRead() != int64(len(oxygen)) {
			t.Errorf("%s: size %d, read %d", name, d.Size(), d.BytesRead())
		}
	}
	d, err := vendor.OpenFolder(fstest.MapFS{
		"x/data_ABC_1900000000.zip": {Data: inner},
		".hidden/weight.csv":        {Data: []byte("x")},
	}, vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	items, _ := readAll(t, d, vendor.Options{Zone: time.UTC})
	equal(t, "a ZIP in a folder", lines(items), want)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestHostileContainersAreRefused(t *testing.T) {
	t.Parallel()
	zeros := oxygen + strings.Repeat(strings.Repeat("0", 1000)+",0\n", 20<<10)
	nested := makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen})
	for range 3 {
		nested = makeZIP(t, zipFile{name: "again.zip", text: string(nested)})
	}
	encrypted := makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen})
	for _, signature := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(encrypted, []byte(signature))
		flags := at + map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[signature]
		encrypted[flags] |= 1
	}
	method := makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen})
	at := bytes.Index(method, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(method[at+10:], 99)
	var many []zipFile
	for range 11 {
		many = append(many, zipFile{name: "x.txt"})
	}
	oxygenZIP := string(makeZIP(t, zipFile{name: "manual_spo2.csv", text: oxygen}))
	for name, test := range map[string]struct {
		data   []byte
		limits vendor.Limits
		want   string
	}{
		"no ZIP":             {[]byte("date,value\n"), vendor.Limits{}, "no ZIP"},
		"ratio":              {makeZIP(t, zipFile{name: "manual_spo2.csv", text: zeros}), vendor.Limits{Ratio: 100}, "times its size"},
		"one file":           {makeZIP(t, zipFile{name: "pwv.csv", text: oxygen}), vendor.Limits{FileBytes: 10}, "weight"},
		"all files":          {makeZIP(t, zipFile{name: "pwv.csv", text: oxygen}), vendor.Limits{TotalBytes: 10}, "together"},
		"too many files":     {makeZIP(t, many...), vendor.Limits{Entries: 10}, "more than 10 files"},
		"path above":         {makeZIP(t, zipFile{name: "../weight.csv"}), vendor.Limits{}, "path out of it"},
		"absolute path":      {makeZIP(t, zipFile{name: "/weight.csv"}), vendor.Limits{}, "path out of it"},
		"path of Windows":    {makeZIP(t, zipFile{name: `..\weight.csv`}), vendor.Limits{}, "path out of it"},
		"drive":              {makeZIP(t, zipFile{name: `C:\weight.csv`}), vendor.Limits{}, "path out of it"},
		"symbolic link":      {makeZIP(t, zipFile{name: "weight.csv", mode: fs.ModeSymlink | 0o777}), vendor.Limits{}, "symbolic link"},
		"device":             {makeZIP(t, zipFile{name: "weight.csv", mode: fs.ModeDevice}), vendor.Limits{}, "no regular file"},
		"ZIPs in each other": {nested, vendor.Limits{}, "deep in each other"},
		"large ZIP within":   {makeZIP(t, zipFile{name: "a.zip", text: oxygenZIP}), vendor.Limits{NestedBytes: 10}, "unpack it first"},
		"encrypted":          {encrypted, vendor.Limits{}, "encrypted"},
		"unknown method":     {method, vendor.Limits{}, "method 99"},
		"two people": {makeZIP(t, zipFile{name: "data_ABC_1900000000.zip", text: oxygenZIP},
			zipFile{name: "data_XYZ_1900000000.zip", text: oxygenZIP}), vendor.Limits{}, "two people"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "one file" {
				test.want = "larger than"
			}
			err := readError(test.data, test.limits)
			if !errors.Is(err, vendor.ErrRefused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestLongListsOfFilesAreRefused gives a ZIP a list of entries that is far too
// long: it must not be held in memory first.
func TestLongListsOfFilesAreRefused(t *testing.T) {
	t.Parallel()
	var files []zipFile
	name := strings.Repeat("x", 60000)
	for range 150 {
		files = append(files, zipFile{name: name, stored: true})
	}
	err := readError(makeZIP(t, files...), vendor.Limits{})
	if !errors.Is(err, vendor.ErrRefused) || !strings.Contains(err.Error(), "list of files") {
		t.Errorf("error %v", err)
	}
}

func TestLinksInFoldersAreNotFollowed(t *testing.T) {
	t.Parallel()
	d, err := vendor.OpenFolder(fstest.MapFS{
		"weight.csv":      {Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink | 0o777},
		"manual_spo2.csv": {Data: []byte(oxygen)},
	}, vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	items, report := readAll(t, d, vendor.Options{Zone: time.UTC})
	equal(t, "records", len(items), 1)
	if skipped := report.File("weight.csv").Skipped; !strings.Contains(skipped, "link") {
		t.Errorf("skipped: %q", skipped)
	}
}

// TestDamagedFilesCostThemselvesOnly damages the content of one file of a ZIP.
func TestDamagedFilesCostThemselvesOnly(t *testing.T) {
	t.Parallel()
	broken := "date,value\n\"2030-02-11 21:05:40\",7.4\n"
	data := makeZIP(t, zipFile{name: "pwv.csv", text: broken, stored: true}, zipFile{name: "manual_spo2.csv", text: oxygen})
	data[bytes.Index(data, []byte("7.4"))] = '8'
	d, err := openZIP(data, vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	items, report := readAll(t, d, vendor.Options{Zone: time.UTC})
	equal(t, "records", lines(items), []string{"measures 2030-02-11T21:05:40 UTC 54=97"})
	equal(t, "skipped", report.File("pwv.csv").Skipped, "it is damaged in the ZIP")
}
