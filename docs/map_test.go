// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mapPage lists all other pages.
const mapPage = "README.md"

// TestMapListsEveryPageOnce looks for a row with one sentence for each page.
func TestMapListsEveryPageOnce(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("*.md")
	must(t, err)
	rows := map[string]string{}
	row := regexp.MustCompile(`(?m)^\| \[[^\]]+\]\(([^)]+)\) \| (.*) \|$`)
	for _, found := range row.FindAllStringSubmatch(read(t, mapPage).text, -1) {
		path, sentence := found[1], found[2]
		if _, twice := rows[path]; twice {
			t.Errorf("%s lists %s twice", mapPage, path)
		}
		if rows[path] = sentence; !strings.HasSuffix(sentence, ".") || strings.Contains(sentence, ". ") {
			t.Errorf("%s: %s is not described by one sentence: %q", mapPage, path, sentence)
		}
	}
	for _, path := range pages {
		if _, listed := rows[path]; !listed && path != mapPage {
			t.Errorf("%s does not list %s", mapPage, path)
		}
	}
	for path := range rows {
		if !slices.Contains(pages, path) {
			t.Errorf("%s lists %s, which is not a page of this folder", mapPage, path)
		}
	}
}

// TestDrawingHasTextAlternative checks what a drawing needs for those who do
// not see it, and for the dark theme.
func TestDrawingHasTextAlternative(t *testing.T) {
	t.Parallel()
	drawings, err := filepath.Glob("images/*.svg")
	must(t, err)
	if len(drawings) == 0 {
		t.Error("there is no drawing")
	}
	for _, path := range drawings {
		data, err := os.ReadFile(path)
		must(t, err)
		for _, part := range []string{
			`role="img"`, `aria-labelledby="title description"`, `<title id="title">`, `<desc id="description">`,
			"<text ", "prefers-color-scheme: dark",
		} {
			if !strings.Contains(string(data), part) {
				t.Errorf("%s has no %s", path, part)
			}
		}
	}
}
