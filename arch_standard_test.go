// SPDX-License-Identifier: MIT

package main_test

import (
	"maps"
	"slices"
	"testing"
)

// pure returns the packages without side effects: they receive their input as
// arguments and return their results.
func pure() []string { return []string{"discovery", "sensors", "topics", "units"} }

// restrictedStandard lists the packages that may import a restricted package of
// the standard library; packages that are not listed are unrestricted.
func restrictedStandard() map[string][]string {
	return map[string][]string{
		"database/sql": {"history"},
		// Flags of test binaries; other packages take an Options struct.
		"flag": {"internal/goldentest", "cli/clitest"},
		"log":  {},
	}
}

func checkStandardLibrary(t *testing.T, files []source) {
	t.Helper()
	restricted := restrictedStandard()
	for _, file := range files {
		if isEndToEnd(file.dir) {
			continue
		}
		for _, name := range imports(file) {
			if may, listed := restricted[name]; listed && !slices.Contains(may, file.dir) {
				t.Errorf("%s: %s must not import %s; only %v may", file.path, file.dir, name, may)
			}
			effect := slices.ContainsFunc([]string{"net/http", "os"}, isWithin(name))
			if effect && !file.test && slices.Contains(pure(), file.dir) {
				t.Errorf("%s: %s is pure and must not import %s", file.path, file.dir, name)
			}
		}
	}
}

// TestAllowedImportsAreLayered checks the table itself: every package in it is
// listed, and no chain of allowed imports is a cycle.
func TestAllowedImportsAreLayered(t *testing.T) {
	t.Parallel()
	allowed := allowedImports()
	for _, pkg := range slices.Sorted(maps.Keys(allowed)) {
		reached := slices.Clone(allowed[pkg])
		for i := 0; i < len(reached); i++ {
			below, listed := allowed[reached[i]]
			if !listed {
				t.Errorf("%s may import %s, which is not listed", pkg, reached[i])
			}
			for _, next := range below {
				if !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
		if slices.Contains(reached, pkg) {
			t.Errorf("%s may import itself by way of %v", pkg, reached)
		}
	}
}
