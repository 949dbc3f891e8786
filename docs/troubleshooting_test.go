// SPDX-License-Identifier: MIT

package docs_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vitals2mqtt/history"
)

// TestTroubleshootingHasEveryReason looks up the reasons that `status` prints
// for missing values.
func TestTroubleshootingHasEveryReason(t *testing.T) {
	t.Parallel()
	guide := read(t, "troubleshooting.md")
	reasons := stringsIn(t, "../cli/status_text.go", "reasonText")
	if len(reasons) < 12 {
		t.Errorf("only %d reasons were found: the search is broken", len(reasons))
	}
	for _, reason := range reasons {
		if slices.Contains([]string{"current", "not configured"}, reason) {
			continue
		}
		if !slices.ContainsFunc(guide.prose, func(l line) bool { return strings.HasPrefix(l.text, "| "+reason+" | ") }) {
			t.Errorf("troubleshooting.md does not say what to do about %q", reason)
		}
	}
}

// TestTroubleshootingKnowsFindings looks up the codes in the first column of
// its tables.
func TestTroubleshootingKnowsFindings(t *testing.T) {
	t.Parallel()
	findings := read(t, "doctor.md").text
	code, found := regexp.MustCompile("`([a-z]+(?:_[a-z]+)+)`"), 0
	for _, row := range read(t, "troubleshooting.md").prose {
		if !strings.HasPrefix(row.text, "| `") {
			continue
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(row.text, "| "), " | ")
		for _, match := range code.FindAllStringSubmatch(first, -1) {
			if match[1] == "sleep_state" { // a value
				continue
			}
			// One finding is a value too.
			if found++; !strings.Contains(findings, "| `"+match[1]+"` | ") {
				t.Errorf("troubleshooting.md:%d: there is no finding %s", row.number, match[1])
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d codes were found: the search is broken", found)
	}
}

// TestUpgradeNamesVersions compares the versions of files with the program.
func TestUpgradeNamesVersions(t *testing.T) {
	t.Parallel()
	versions := map[string]string{"`history.db`, the archive": archiveVersion(t)}
	for start, constant := range map[string]struct{ path, name string }{
		"`tokens/<profile>.json`":               {"../tokenstore/layout.go", "layoutVersion"},
		"`profiles.json`, the list of profiles": {"../checkpoint/roster.go", "rosterVersion"},
	} {
		source, err := os.ReadFile(constant.path)
		must(t, err)
		found := regexp.MustCompile(`(?m)^const ` + constant.name + ` = (\d+)$`).FindSubmatch(source)
		if found == nil {
			t.Fatalf("%s has no constant %s", constant.path, constant.name)
		}
		versions[start] = string(found[1])
	}
	guide := read(t, "upgrade.md")
	for start, version := range versions {
		row := fmt.Sprintf("| %s | %s | ", start, version)
		if !strings.Contains(guide.text, row) {
			t.Errorf("upgrade.md has no row %q", row)
		}
	}
}

// archiveVersion is the version of a new archive, as its file has it.
func archiveVersion(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	must(t, archive.Close())
	file, err := os.ReadFile(path)
	must(t, err)
	const offset = 60 // of PRAGMA user_version in the header of SQLite files
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(file[offset:])), 10)
}
