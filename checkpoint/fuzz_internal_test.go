// SPDX-License-Identifier: MIT

package checkpoint

import (
	"bytes"
	"path/filepath"
	"testing"
)

// FuzzRoster reads any list of profiles: one that is accepted is written and read
// the same again, and no slug in it names a file elsewhere.
func FuzzRoster(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"profiles":[{"name":"Alice","slug":"alice"}],"former":[{"name":"Bob","slug":"bob"}],` +
			`"moves":[{"from":"a","to":"b","keep_tokens":true}],"staged":true}`,
		`{"version":2}`, `{"version":"x"}`, `{`, ``, `null`, `[]`,
		`{"profiles":[{"name":"../..","slug":"../../etc"}]}`, "{\"profiles\":[{\"name\":\"\xff\",\"slug\":\"a\\u0000\"}]}",
	} {
		f.Add([]byte(text))
	}
	folder := OpenReadOnly("state")
	f.Fuzz(func(t *testing.T, data []byte) {
		roster, err := decodeRoster(data)
		if err != nil {
			return
		}
		for _, entry := range roster.Profiles {
			if path, err := folder.profilePath(entry.Slug); err == nil && filepath.Dir(path) != filepath.Join("state", "profiles") {
				t.Errorf("the slug %q names %s", entry.Slug, path)
			}
		}
		first, err := encodeRoster(roster)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeRoster(first)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := encodeRoster(again); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%v\n%s\n%s", err, first, second)
		}
	})
}
