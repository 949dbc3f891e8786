// SPDX-License-Identifier: MIT

//go:build unix

package fileaccess_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/internal/fileaccess"
)

func makePipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("named pipes are not supported here: ", err)
	}
	return path
}

func TestReadRefusesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := fileaccess.Read(path, 5); err != nil || string(data) != "12345" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := fileaccess.Read(path, 4); !errors.Is(err, fileaccess.ErrTooLarge) {
		t.Errorf("one byte more than the limit: %v", err)
	}
	if _, err := fileaccess.Read("/dev/zero", 4); !errors.Is(err, fileaccess.ErrTooLarge) {
		t.Errorf("a device without an end: %v", err)
	}
	if _, err := fileaccess.Read(filepath.Dir(path), 4); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("a folder: %v", err)
	}
}

// A pipe that nothing is written to ends the read, and is not waited for twice
// at a time: a daemon looks at its file every few seconds.
func TestReadOfPipeWithoutWriter(t *testing.T) {
	t.Parallel()
	path := makePipe(t)
	reader := &fileaccess.Reader{Timeout: time.Millisecond}
	reads := 0
	for range 3 {
		_, err := reader.Do(path, func() ([]byte, error) {
			reads++
			return fileaccess.Read(path, 100)
		})
		if !errors.Is(err, fileaccess.ErrTimeout) {
			t.Errorf("got %v", err)
		}
		if got := fileaccess.Explain(path, err).Cause; !strings.Contains(got, "is a named pipe to which nothing was written") {
			t.Errorf("explained as %q", got)
		}
	}
	writer, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for the reader, and lets it end
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	reader.Timeout = time.Minute
	if _, err := reader.Do(path, func() ([]byte, error) { return nil, nil }); err != nil {
		t.Errorf("after the pipe was closed: %v", err)
	}
	if reads != 1 {
		t.Errorf("%d reads at a time", reads)
	}
}

func TestReadOfPipeWithWriter(t *testing.T) {
	t.Parallel()
	path := makePipe(t)
	done := make(chan error, 1)
	go func() { done <- os.WriteFile(path, []byte("from a pipe"), 0o600) }()
	data, err := fileaccess.Read(path, 100)
	if err != nil || string(data) != "from a pipe" {
		t.Errorf("%q, %v", data, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// This is what a shell passes for <(…), and /dev/stdin leads to.
func TestReadOfOpenPipe(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close() //nolint:errcheck // of a test
	path := "/dev/fd/" + strconv.Itoa(int(read.Fd()))
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /dev/fd here")
	}
	if _, err := write.WriteString("from a shell"); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := fileaccess.Read(path, 100)
	if err != nil || string(data) != "from a shell" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestReadRegularRefusesPipesAtOnce(t *testing.T) {
	t.Parallel()
	_, err := fileaccess.ReadRegular(makePipe(t))
	if !errors.Is(err, fileaccess.ErrNotRegular) || !strings.Contains(err.Error(), "but a named pipe") {
		t.Errorf("got %v", err)
	}
	if _, err := fileaccess.ReadRegular(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestIsWritable(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if !fileaccess.IsWritable(folder) || fileaccess.IsWritable(filepath.Join(folder, "none")) {
		t.Error("a folder of our own is writable, a missing one is not")
	}
}
