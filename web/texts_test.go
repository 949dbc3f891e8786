// SPDX-License-Identifier: MIT

package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"vitals2mqtt/display"
)

// TestEveryTextExists looks up the keys that templates and code name.
func TestEveryTextExists(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`\b(Say|Count|frame)(?:\(\w+,)? ?\(?"([a-z_-]+(?:\.[a-z_-]+)+)"`)
	files, err := filepath.Glob("assets/*.html")
	if err != nil {
		t.Fatal(err)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range slices.Concat(files, code) {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range named.FindAllStringSubmatch(string(body), -1) {
			found++
			forms := []string{key[2]}
			if key[1] == "Count" {
				forms = []string{key[2] + ".one", key[2] + ".many"}
			}
			for _, form := range forms {
				for _, language := range display.Languages() {
					if !language.Has(form) {
						t.Errorf("%s: %s has no text %q", path, language, form)
					}
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d keys were found", found)
	}
}
