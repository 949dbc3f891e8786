package main_test

import (
	"maps"
	"slices"
	"testing"
)

// pure are the packages without effects: what they need is passed in, and what
// they find is returned.
func pure() []string { return []string{"discovery", "sensors", "topics", "units"} }

// restrictedStandard says which packages may import a package of the standard
// library; packages that are not listed here are free.
func restrictedStandard() map[string][]string {
	return map[string][]string{
		"database/sql": {},
		"flag":         {"internal/goldentest", "cli/clitest"}, // the flags of test binaries; everyone else takes an Options struct
		"log":          {},
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

// TestAllowedImportsAreLayered proves of the tables what the files cannot show:
// every package in them is listed, and no chain of allowed imports is a cycle.
func TestAllowedImportsAreLayered(t *testing.T) {
	t.Parallel()
	allowed := allowedImports()
	for _, room := range slices.Sorted(maps.Keys(allowed)) {
		reached := slices.Clone(allowed[room])
		for i := 0; i < len(reached); i++ {
			below, listed := allowed[reached[i]]
			if !listed {
				t.Errorf("%s may import %s, which is not listed", room, reached[i])
			}
			for _, next := range below {
				if !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
		if slices.Contains(reached, room) {
			t.Errorf("%s may import itself by way of %v", room, reached)
		}
	}
}
