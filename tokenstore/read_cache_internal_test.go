// SPDX-License-Identifier: MIT

package tokenstore

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

func TestUnchangedFileIsReadOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alice.json")
	long := time.Now().Add(-time.Hour) // clock: files of the real file system
	write := func(name, text string, changed time.Time) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	var cache readCache
	reads := 0
	expect := func(what, text string, more int) {
		t.Helper()
		before := reads
		for range 3 {
			token, err := cache.read(path, func() (withings.Token, error) {
				reads++
				data, err := os.ReadFile(path)
				return withings.Token{UserID: string(data), Scopes: []string{"a"}}, err
			})
			if err != nil || token.UserID != text || token.Scopes[0] != "a" {
				t.Errorf("%s: read %+v, %v; want %q", what, token, err, text)
			}
			token.Scopes[0] = "the caller's own"
		}
		if reads-before != more {
			t.Errorf("%s: %d reads, want %d", what, reads-before, more)
		}
	}
	write(path, "one", long)
	expect("unchanged", "one", 1)
	write(path, "two", long.Add(time.Second))
	expect("written in place", "two", 1)
	write(path+".new", "six", long.Add(time.Second))
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	expect("replaced by a file of the same size and time", "six", 1)
	write(path, "now", time.Now().Add(time.Hour)) // clock: files of the real file system
	expect("changed a moment ago", "now", 3)
	write(path, "all", long)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	expect("readable by others", "all", 3)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := cache.read(path, func() (withings.Token, error) { return withings.Token{}, fs.ErrNotExist }); err == nil {
		t.Error("a removed file was read")
	}
}
