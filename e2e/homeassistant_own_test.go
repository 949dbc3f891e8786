// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import "testing"

// TestHomeAssistantOwnIntegration runs Home Assistant's own integration beside
// this program, on the same person: both show the same, or docs/migration.md
// says why not; statistics go on when it is followed.
func TestHomeAssistantOwnIntegration(t *testing.T) {
	t.Parallel()
	l := newOwnTestbed(t)
	pairs := l.compareWithTable(l.enableAll())
	l.expectDifferences()
	l.keepStatistics(pairs)
}
