// SPDX-License-Identifier: MIT

package atomicfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/internal/atomicfile"
)

func TestCreateReplacesByCommitOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "export.csv")
	for _, step := range []struct {
		commit bool
		text   string
		want   string
	}{{true, "first", "first"}, {false, "second", "first"}, {true, "third", "third"}} {
		file, err := atomicfile.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(step.text); err != nil {
			t.Fatal(err)
		}
		end := file.Discard
		if step.commit {
			end = file.Commit
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != step.want {
			t.Errorf("the file is %q (%v), want %q", got, err, step.want)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
			t.Errorf("%d files are left (%v)", len(left), err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
	if _, err := atomicfile.Create(filepath.Join(folder, "missing", "x")); err == nil {
		t.Error("a file in a missing folder was created")
	}
}
