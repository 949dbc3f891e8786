// SPDX-License-Identifier: MIT

package tokenstore

import (
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/withings"
)

// minAge is how long ago a file must have changed for its times to tell whether
// it changes again: the clocks of file systems have steps of up to two seconds.
const minAge = 3 * time.Second

// readCache keeps the token that was last read from each file as long as the file
// stays the same: each request to the cloud loads the token, and most find the
// same one.
// The zero value is ready.
type readCache struct {
	mu    sync.Mutex
	files map[string]lastRead
}

// lastRead is the token of a file, and what the file was like.
type lastRead struct {
	info  fs.FileInfo
	token withings.Token
}

// read returns the token that a function reads from a path, or has read before.
func (c *readCache) read(path string, readAll func() (withings.Token, error)) (withings.Token, error) {
	info, statErr := os.Stat(path)
	if statErr == nil {
		c.mu.Lock()
		last, known := c.files[path]
		c.mu.Unlock()
		if known && isSame(last.info, info) {
			last.token.Scopes = slices.Clone(last.token.Scopes)
			return last.token, nil
		}
	}
	token, err := readAll()
	after, afterErr := os.Stat(path)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || statErr != nil || afterErr != nil || !isSame(info, after) || !isSettled(info) {
		delete(c.files, path)
		return token, err
	}
	if c.files == nil {
		c.files = map[string]lastRead{}
	}
	c.files[path] = lastRead{info, token}
	token.Scopes = slices.Clone(token.Scopes)
	return token, nil
}

// isSettled reports whether what is read of a file may be kept: a later change
// shows, and others cannot read it, which every load makes sure of.
func isSettled(info fs.FileInfo) bool {
	const groupAndOthers = 0o077
	return time.Since(info.ModTime()) >= minAge && info.Mode().Perm()&groupAndOthers == 0
}

// isSame reports whether a file is the same and has not changed.
func isSame(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}
