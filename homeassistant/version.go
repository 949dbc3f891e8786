// SPDX-License-Identifier: MIT

package homeassistant

import (
	"strconv"
	"strings"
)

// version is a release of Home Assistant: a year and a month.
type version struct{ year, month int }

// The releases that changed the form of commands.
var (
	meanTypeSince  = version{2025, 4}
	unitClassSince = version{2025, 11}
)

// parseVersion reads "2026.11.0". What it cannot read is the newest version.
func parseVersion(text string) version {
	parts := strings.SplitN(text, ".", 3)
	if len(parts) < 2 {
		return version{year: 1 << 30}
	}
	year, failed := strconv.Atoi(parts[0])
	month, failedToo := strconv.Atoi(parts[1])
	if failed != nil || failedToo != nil {
		return version{year: 1 << 30}
	}
	return version{year, month}
}

// isBefore reports whether v is older than than.
func (v version) isBefore(than version) bool {
	return v.year < than.year || v.year == than.year && v.month < than.month
}
