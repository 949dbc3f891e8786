// SPDX-License-Identifier: MIT

package main_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSourceFilesSayTheirLicence looks for the SPDX identifier of LICENSE among
// the first lines of every source file, so that a copied file still says it.
func TestSourceFilesSayTheirLicence(t *testing.T) {
	t.Parallel()
	name, _, found := strings.Cut(string(readFile(t, "LICENSE")), " License\n")
	if !found {
		t.Fatal("LICENSE does not begin with the name of a licence")
	}
	checked := 0
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", ".cache", "dist", "secrets", "testdata"}, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		head := readFile(t, file)
		if !isSource(filepath.ToSlash(file), head) {
			return nil
		}
		checked++
		lines := strings.SplitN(string(head), "\n", 4)
		lines = lines[:min(len(lines), 3)]
		if !slices.ContainsFunc(lines, func(line string) bool {
			return strings.HasSuffix(strings.TrimSuffix(line, " */"), " SPDX-License-Identifier: "+name)
		}) {
			t.Errorf("%s does not have %q among its first lines", file, "SPDX-License-Identifier: "+name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 500 {
		t.Errorf("only %d source files were found: the search is broken", checked)
	}
}

// isSource reports whether a file was written by hand and can have a comment.
// What the program writes for its users is theirs.
func isSource(file string, head []byte) bool {
	if slices.Contains([]string{"config.yaml", "config.example.yaml"}, file) {
		return false
	}
	switch path.Ext(file) {
	case ".go", ".py", ".js", ".css", ".yaml", ".yml", ".bash", ".fish", ".conf", ".service", ".sysusers":
		return true
	}
	return path.Base(file) == "Dockerfile" || bytes.HasPrefix(head, []byte("#!"))
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
