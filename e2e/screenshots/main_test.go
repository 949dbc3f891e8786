// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/e2e/browser"
)

// The guide shows every view on both screens and in both themes, and no picture
// is left over.
func TestGuideShowsEveryView(t *testing.T) {
	t.Parallel()
	const limit = 1_500_000 // bytes of all pictures
	guide, err := os.ReadFile("../../docs/page.md")
	if err != nil {
		t.Fatal(err)
	}
	total, known := int64(0), map[string]bool{}
	for _, view := range browser.Views() {
		for _, picture := range view.Pictures() {
			known[picture.File] = true
			if !strings.Contains(string(guide), "(images/"+picture.File+")") {
				t.Errorf("docs/page.md does not show %s", picture.File)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.webp"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
		if !known[info.Name()] {
			t.Errorf("no view has the picture %s", info.Name())
		}
	}
	if len(files) != len(known) || total > limit {
		t.Errorf("%d pictures of %d bytes, want %d of at most %d", len(files), total, len(known), limit)
	}
}
