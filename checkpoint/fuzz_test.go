package checkpoint_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vitals2mqtt/checkpoint"
)

// FuzzRoster reads any list of profiles: one that is accepted is stored and read
// the same again, another is kept aside and never overwritten.
func FuzzRoster(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"profiles":[{"name":"Alice","slug":"alice"}],"former":[{"name":"Bob","slug":"bob"}],` +
			`"moves":[{"from":"a","to":"b","keep_tokens":true}],"staged":true}`,
		`{"version":2}`, `{"version":"x"}`, `{`, ``, `null`, `[]`,
		`{"profiles":[{"name":"../..","slug":"../../etc"}]}`, "{\"profiles\":[{\"name\":\"\xff\"}]}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "state")
		folder := openFolder(t, path)
		file := filepath.Join(path, "profiles.json")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		roster, err := folder.Roster()
		if err != nil {
			kept := file
			if damaged, ok := errors.AsType[*checkpoint.DamagedError](err); ok {
				kept = filepath.Join(path, filepath.Base(damaged.RenamedTo))
			}
			if left, err := os.ReadFile(kept); err != nil || !bytes.Equal(left, data) {
				t.Errorf("it is not kept: %q, %v", left, err)
			}
			return
		}
		for _, entry := range roster.Profiles {
			// A slug names files: one that is a path must not reach them.
			if err := folder.Stage(entry.Slug, "other"); err == nil && filepath.Base(entry.Slug) != entry.Slug {
				t.Errorf("the slug %q names a file", entry.Slug)
			}
		}
		if err := folder.SaveRoster(roster); err != nil {
			t.Fatal(err)
		}
		again, err := folder.Roster()
		roster.Version = again.Version
		if diff := cmp.Diff(roster, again, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("read again: %v\n%s", err, diff)
		}
	})
}
