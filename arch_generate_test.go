// SPDX-License-Identifier: MIT

package main_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// checkGenerated compares the packages that write generated files with those
// that generate.go names.
func checkGenerated(t *testing.T, files []source) {
	t.Helper()
	var writers, named []string
	for _, file := range files {
		if slices.Contains(imports(file), module+"/internal/goldentest") {
			writers = append(writers, "./"+file.dir)
		}
	}
	text, err := os.ReadFile("generate.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		command, directive := strings.CutPrefix(line, "//go:generate ")
		for word := range strings.FieldsSeq(command) {
			if directive && strings.HasPrefix(word, "./") {
				named = append(named, word)
			}
		}
	}
	slices.Sort(writers)
	slices.Sort(named)
	if writers = slices.Compact(writers); !slices.Equal(writers, named) {
		t.Errorf("generate.go runs the tests of %v; tests of %v use goldentest", named, writers)
	}
}
