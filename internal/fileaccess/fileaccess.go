// SPDX-License-Identifier: MIT

// Package fileaccess reads files without waiting for ever, and explains in
// words why one cannot be used: who runs, whose it is, and what to type. It
// changes nothing on the disk.
package fileaccess

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Timeout is how long a read may take: a pipe without a writer and a network
// share that has gone away would block for ever.
const Timeout = 10 * time.Second

var (
	// ErrTooLarge reports more than the limit.
	ErrTooLarge = errors.New("too large")
	// ErrTimeout reports a read that did not end in time.
	ErrTimeout = errors.New("did not respond in time")
	// ErrNotRegular reports a device, socket or pipe in the place of a file.
	ErrNotRegular = errors.New("not a regular file")
)

// Read returns the content of a file that the user has named: at most limit
// bytes, within Timeout. Pipes such as /dev/stdin are read to their end.
func Read(path string, limit int64) ([]byte, error) { return new(Reader).Read(path, limit) }

// ReadRegular returns the content of a file of our own. Anything but a regular
// file is ErrNotRegular, and does not block.
func ReadRegular(path string) ([]byte, error) {
	// Opening a named pipe must not wait for its writer.
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDONLY|NonBlocking, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w but %s", ErrNotRegular, kind(info))}
	}
	return io.ReadAll(file)
}

// Reader bounds reads in time. A path whose last read is still blocked is not
// read a second time meanwhile: each blocked read costs a thread. The zero
// value is ready; it is safe for concurrent use.
type Reader struct {
	// Timeout is the constant by default.
	Timeout time.Duration

	mu      sync.Mutex
	blocked map[string]chan struct{}
}

// Read is the function Read.
func (r *Reader) Read(path string, limit int64) ([]byte, error) {
	return r.Do(path, func() ([]byte, error) { return read(path, limit) })
}

// Do runs a function that reads a path. What it returns after the timeout is
// lost.
func (r *Reader) Do(path string, readAll func() ([]byte, error)) ([]byte, error) {
	limit := cmp.Or(r.Timeout, Timeout)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	timeout := &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w (%s)", ErrTimeout, limit)}
	for {
		r.mu.Lock()
		ended, busy := r.blocked[path]
		if !busy {
			break
		}
		r.mu.Unlock()
		select {
		case <-ended:
		case <-timer.C:
			return nil, timeout
		}
	}
	if r.blocked == nil {
		r.blocked = map[string]chan struct{}{}
	}
	ended := make(chan struct{})
	r.blocked[path] = ended
	r.mu.Unlock()
	var data []byte
	var err error
	go func() {
		data, err = readAll()
		r.mu.Lock()
		delete(r.blocked, path)
		r.mu.Unlock()
		close(ended)
	}()
	select {
	case <-ended:
		return data, err
	case <-timer.C:
		return nil, timeout
	}
}

func read(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the files
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: syscall.EISDIR}
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		text := fmt.Errorf("%w: the limit is %d KiB", ErrTooLarge, limit>>10)
		return nil, &fs.PathError{Op: "read", Path: path, Err: text}
	}
	return data, nil
}

// kind names what is in the place of a file.
func kind(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
