// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryRowOfReliabilityHasATest looks up each test that the page names, and
// each fuzz target that it leaves out.
func TestEveryRowOfReliabilityHasATest(t *testing.T) {
	t.Parallel()
	tests := testsByName(t)
	p := read(t, "reliability.md")
	listed := map[string]bool{}
	named, tables := regexp.MustCompile("`([a-z/]+)\\.((?:Test|Fuzz)[A-Za-z0-9]+)`"), 0
	for _, row := range p.prose {
		names := named.FindAllStringSubmatch(row.text, -1)
		for _, found := range names {
			name := found[1] + "." + found[2]
			if listed[name] = true; !tests[name] {
				t.Errorf("%s:%d: there is no test %s", p.path, row.number, name)
			}
		}
		isRow := strings.HasPrefix(row.text, "| ") && !strings.HasPrefix(row.text, "| ---")
		isHead := strings.HasSuffix(row.text, " tests |") || strings.HasSuffix(row.text, " targets |")
		if isRow && isHead {
			tables++
		}
		if isRow && !isHead && len(names) == 0 && !strings.Contains(row.text, "no test yet") {
			t.Errorf("%s:%d: a row without a test: %s", p.path, row.number, row.text)
		}
	}
	for name := range tests {
		if strings.Contains(name, ".Fuzz") && !listed[name] {
			t.Errorf("%s does not list %s", p.path, name)
		}
	}
	if tables < 4 {
		t.Errorf("%d tables: the search is broken", tables)
	}
}

// testsByName has every test and fuzz target of the repository as
// "folder.TestName".
func testsByName(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
	tests := map[string]bool{}
	for _, pattern := range []string{"../*/*_test.go", "../*/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			folder := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(filepath.ToSlash(file), "../")))
			for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
				tests[folder+"."+found[1]] = true
			}
		}
	}
	return tests
}
