// SPDX-License-Identifier: MIT

// Package goldentest compares generated output with files of the repository:
// pages, schemas and expected results. With the flag -update it writes those
// files instead. It is for tests only.
package goldentest

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//nolint:gochecknoglobals // a flag is one
var update = flag.Bool("update", false, "write generated files and expected results instead of comparing with them")

// Updating reports whether files are written instead of compared. Use it only
// where Compare does not fit.
func Updating() bool { return *update }

// Compare fails the test unless the file at path holds exactly got.
func Compare(tb testing.TB, path string, got []byte) {
	tb.Helper()
	compare(tb, path, "", "", got)
}

// CompareSection does the same for the part of a file between two markers.
func CompareSection(tb testing.TB, path, begin, end string, got []byte) {
	tb.Helper()
	compare(tb, path, begin, end, got)
}

func compare(tb testing.TB, path, begin, end string, got []byte) {
	tb.Helper()
	// go generate runs only the tests whose names contain it.
	if !strings.Contains(tb.Name(), "Golden") {
		tb.Fatalf("%s compares with %s: its name must contain Golden, or go generate skips it", tb.Name(), path)
	}
	whole, err := os.ReadFile(path) //nolint:gosec // a file of this repository
	if err != nil && (!*update || begin != "") {
		tb.Fatal(err)
	}
	before, want, after, found := split(whole, []byte(begin), []byte(end))
	if !found {
		tb.Fatalf("%s has no section between %q and %q", path, begin, end)
	}
	if bytes.Equal(got, want) && err == nil {
		return
	}
	if *update {
		//nolint:gosec,forbidigo // for everyone who reads the repository; a torn file shows in git diff
		if err := os.WriteFile(path, bytes.Join([][]byte{before, got, after}, nil), 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	tb.Errorf("%s is stale: run go generate ./... and review git diff (-file +program)\n%s", path,
		cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
}

// split cuts a text behind begin and before end; without markers all of it is
// in the middle.
func split(whole, begin, end []byte) (before, middle, after []byte, found bool) {
	if len(begin) == 0 {
		return nil, whole, nil, true
	}
	head, rest, found := bytes.Cut(whole, begin)
	if !found {
		return nil, nil, nil, false
	}
	middle, tail, found := bytes.Cut(rest, end)
	return slices.Concat(head, begin), middle, slices.Concat(end, tail), found
}
