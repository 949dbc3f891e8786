// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"strconv"
	"testing"

	"vitals2mqtt/withings"
)

// byDate puts the groups that a device sent together.
func byDate(groups []withings.Group) map[int64][]withings.Group {
	visits := map[int64][]withings.Group{}
	for _, g := range groups {
		if g.Device() != "" {
			visits[g.Date.N] = append(visits[g.Date.N], g)
		}
	}
	return visits
}

// TestBodyScanPattern compares what comes of a weigh-in with what was recorded
// of one.
func TestBodyScanPattern(t *testing.T) {
	t.Parallel()
	p := BodyScanOwner()
	sizes := tally{}
	for date, groups := range byDate(allGroups(t, newSinglePersonCloud(p), p)) {
		sizes[strconv.Itoa(len(groups))]++
		devices, firsts := tally{}, tally{}
		for _, g := range groups {
			devices[g.Device()]++
			firsts[measureKind(g.Measures[0])]++
		}
		if len(devices) != 1 {
			t.Errorf("%d: %d scales", date, len(devices))
		}
		if got := firsts.String(); got != sorted("1 11 91 196") && got != sorted("1 11 91 196 158") {
			t.Errorf("%d: groups that begin with %s", date, got)
		}
		for _, g := range groups {
			kinds := map[string]int{}
			for _, m := range g.Measures {
				kinds[measureKind(m)]++
			}
			maps.DeleteFunc(kinds, func(_ string, n int) bool { return n == 1 })
			whole := g.Measures[0].Type.N == 1
			if want := map[string]int{"5@7": 2, "8@7": 2}; whole && !maps.Equal(kinds, want) || !whole && len(kinds) > 0 {
				t.Errorf("group %d: more than once: %v", g.ID.N, kinds)
			}
		}
	}
	if got := sizes.String(); got != "4 5" {
		t.Errorf("weigh-ins of %s groups", got)
	}
}
