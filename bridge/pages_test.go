// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// pagedCloud has one weigh-in on each page: the oldest first, but in a range the
// newest. The offset of a page is its number.
type pagedCloud struct {
	fakeCloud

	groups   []withings.Group
	breakAt  int64 // the page that fails, 0 for none
	requests []string
	onPage   func(what string)
}

// newPagedCloud has a weigh-in every week before a time, four of them in the
// last thirty days.
func newPagedCloud(before time.Time, groups int) *pagedCloud {
	c := &pagedCloud{}
	c.user = "1"
	for i := range groups {
		at := before.AddDate(0, 0, 7*(i-groups)+1)
		c.groups = append(c.groups, weighIn(int64(i+1), int64(70000+i), at))
	}
	return c
}

func (c *pagedCloud) pages(what string, offset int64, groups []withings.Group) iter.Seq2[withings.Measures, error] {
	return func(yield func(withings.Measures, error) bool) {
		for ; ; offset++ {
			c.requests = append(c.requests, fmt.Sprintf("%s %d", what, offset))
			if c.breakAt != 0 && offset == c.breakAt {
				yield(withings.Measures{}, errOutage)
				return
			}
			var page withings.Measures
			if int(offset) < len(groups) {
				page.Groups = groups[offset : offset+1]
			}
			isLast := int(offset) >= len(groups)-1
			if !isLast {
				page.Offset = withings.Int{N: offset + 1, OK: true}
			}
			if !yield(page, nil) || isLast {
				return
			}
			if c.onPage != nil {
				c.onPage(what)
			}
		}
	}
}

func (c *pagedCloud) Measures(
	_ context.Context, since time.Time, offset int64,
) iter.Seq2[withings.Measures, error] {
	if !since.IsZero() {
		return c.pages("new", offset, nil)
	}
	return c.pages("all", offset, c.groups)
}

func (c *pagedCloud) MeasuresBetween(
	_ context.Context, from, to time.Time,
) iter.Seq2[withings.Measures, error] {
	recent := slices.DeleteFunc(slices.Clone(c.groups), func(g withings.Group) bool {
		return g.Date.N < from.Unix() || g.Date.N > to.Unix()
	})
	slices.Reverse(recent)
	return c.pages("recent", 0, recent)
}

// TestHistoryIsReadPageByPage: the newest value is published before the years
// are read, a history that breaks off goes on at its last page, and nothing in
// it is news.
func TestHistoryIsReadPageByPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		weight := h.tree.Value("alice", "weight_kg")
		alice := newPagedCloud(start, 6)
		alice.breakAt = 4
		var b *bridge.Bridge
		alice.onPage = func(what string) {
			states := b.Health().Profiles["alice"].History
			if slices.ContainsFunc(states[1:], func(h bridge.EndpointHistory) bool { return h.State == bridge.HistoryReading }) {
				t.Errorf("two histories are read at once: %v", states)
			}
			state := states[0].State
			if (state == bridge.HistoryReading) != (what == "all") {
				t.Errorf("while %s is read, the history is %s", what, state)
			}
			if what == "all" && h.publisher.get(weight) != "70.005" {
				t.Errorf("after %v, the weight is %q", alice.requests, h.publisher.get(weight))
			}
		}
		fetch := func(want ...string) {
			t.Helper()
			alice.requests = nil
			b = h.bridge(t, profile("Alice", alice))
			before := b.Health().Profiles["alice"].HistoryRead
			err := b.Once(t.Context(), "")
			failed := alice.breakAt != 0
			if failed != (err != nil) {
				t.Errorf("error %v", err)
			}
			if read := b.Health().Profiles["alice"].HistoryRead; read == failed || before != (want[0] == "new 0") {
				t.Errorf("the history is read: %t, before %t", read, before)
			}
			if !slices.Equal(alice.requests, want) {
				t.Errorf("requests %v, want %v", alice.requests, want)
			}
		}
		fetch("recent 0", "recent 1", "recent 2", "recent 3", "all 0", "all 1", "all 2", "all 3", "all 4")
		alice.breakAt = 0
		fetch("recent 0", "recent 1", "recent 2", "recent 3", "all 3", "all 4", "all 5")
		fetch("new 0")
		if got := h.publisher.messages(h.tree.Event("alice")); len(got) != 0 {
			t.Errorf("events %v of the history", got)
		}
	})
}

// TestHistoryWithoutAccess: an endpoint that the account has no access to has no
// history to wait for; one that fails has, and nobody's is read without sign-in.
func TestHistoryWithoutAccess(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		failure error
		read    bool
		state   bridge.HistoryState
	}{
		{nil, true, bridge.HistoryDone},
		{errForbidden, true, bridge.HistoryRefused},
		{errOutage, false, bridge.HistoryFailing},
		{withings.ErrSignIn, false, bridge.HistorySignIn},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHarness()
			alice := &fakeCloud{user: "1", nights: func(time.Time) (withings.Nights, error) {
				return withings.Nights{}, row.failure
			}}
			b := h.bridge(t, profile("Alice", alice))
			runFor(t, b, time.Minute, nil)
			if read := b.Health().Profiles["alice"].HistoryRead; read != row.read {
				t.Errorf("nights return %v: the history is read: %t", row.failure, read)
			}
			nights := bridge.EndpointHistory{Endpoint: sensors.EndpointNights, State: row.state}
			if states := b.Health().Profiles["alice"].History; !slices.Contains(states, nights) {
				t.Errorf("nights return %v: the histories are %v, want %v", row.failure, states, nights)
			}
		})
	}
}

// TestRangeOfSeveralPages: what only one of the pages lists is there, and a
// range that breaks off removes nothing.
func TestRangeOfSeveralPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		weight := h.tree.Value("alice", "weight_kg")
		alice := newPagedCloud(start, 5)
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		<-time.After(25 * time.Hour)
		alice.groups = slices.Delete(alice.groups, 4, 5)
		alice.breakAt = 1
		_ = h.bridge(t, profile("Alice", alice)).Once(t.Context(), "")
		if got := h.publisher.get(weight); got != "70.004" {
			t.Errorf("the weight is %q after half a range", got)
		}
		alice.breakAt = 0
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		if got := h.publisher.get(weight); got != "70.003" {
			t.Errorf("the weight is %q, want the one of the first page", got)
		}
	})
}
