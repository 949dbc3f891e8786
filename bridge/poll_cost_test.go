// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// countingArchive counts the batches that are applied; elsewhere are the changes
// of another process.
type countingArchive struct {
	*faultyArchive

	applied, elsewhere atomic.Int64
}

func (a *countingArchive) Revision(context.Context, string) (int64, error) {
	return a.elsewhere.Load(), nil
}

func (a *countingArchive) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (sensors.Changes, error) {
	a.applied.Add(1)
	return a.faultyArchive.Apply(ctx, user, b, o, at)
}

// pollCosts is a bridge with one profile that has every key, and nothing new
// after its start.
type pollCosts struct {
	*countingHarness

	archive *countingArchive
	cloud   *simulator.Cloud
}

func (c *pollCosts) start(t *testing.T) *bridge.Bridge {
	t.Helper()
	sleepUntil(time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC))
	person := simulator.DemoPeople()[0]
	person.Days, person.Rests = 40, true
	sim := newSimHarness(t, simulator.Options{Seed: 7, Strict: true, People: []simulator.Person{person}})
	c.cloud = sim.cloud
	c.countingHarness = &countingHarness{harness: sim.harness}
	c.archive = &countingArchive{faultyArchive: sim.archive}
	who := sim.signIn(t)[0]
	who.Keys = sensors.Keys()
	o := c.options(who)
	o.Publisher, o.StateStore = countingPublisher{c.publisher, c.countingHarness}, countingStore{c.store, c.countingHarness}
	o.Archive = c.archive
	return newBridge(t, o)
}

// TestPollWithoutNewsAppliesNothing counts what a poll does whose responses all
// say the same as those before.
func TestPollWithoutNewsAppliesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c pollCosts
		b := c.start(t)
		runFor(t, b, 0, func() {
			<-time.After(3*time.Hour + 2*time.Minute) // after the first hour, what was just measured is old
			for range 12 {                            // each response is applied once an hour
				before := c.publisher.all()
				applied, requests := c.archive.applied.Load(), c.cloud.Requests()
				c.takeCounts()
				<-time.After(5 * time.Minute)
				spent := c.takeCounts()
				if c.cloud.Requests()["measure getmeas"] == requests["measure getmeas"] {
					t.Fatal("no poll within five minutes")
				}
				if c.archive.applied.Load() > applied {
					continue
				}
				if spent.documents+spent.saves > 0 {
					t.Errorf("%+v", spent)
				}
				var changed []string
				for topic, payload := range c.publisher.all() {
					if before[topic] != payload {
						changed = append(changed, topic)
					}
				}
				slices.Sort(changed)
				want := []string{"vitals2mqtt/alice/last_sync/detail", "vitals2mqtt/bridge/health"}
				if !slices.Equal(changed, want) {
					t.Errorf("published %v, want %v", changed, want)
				}
				return
			}
			t.Error("every poll applied a response")
		})
	})
}

// TestAppliedAgainWhenSomethingChanged lets another process change the archive,
// and the responses be as before.
func TestAppliedAgainWhenSomethingChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		archive := &countingArchive{faultyArchive: h.archive}
		at := time.Now().Add(-time.Hour)
		alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70_000, at))}
		o := h.options(withKeys(profile("Alice", alice), "weight_kg"))
		o.Archive = archive
		b := newBridge(t, o)
		polls := func(n int) (applied int64) {
			before := archive.applied.Load()
			for range n {
				if err := b.Poll(t.Context(), "alice"); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Minute)
			}
			return archive.applied.Load() - before
		}
		fetchOnce(t, b)
		polls(2)
		if got := polls(3); got != 0 {
			t.Errorf("three polls without news applied %d responses", got)
		}
		alice.measures = measuresOf(weighIn(1, 71_000, at))
		if got := polls(1); got != 1 || h.publisher.get("vitals2mqtt/alice/weight_kg") != "71" {
			t.Errorf("a change applied %d responses, and shows %s", got, h.publisher.get("vitals2mqtt/alice/weight_kg"))
		}
		polls(1)
		if got := polls(3); got != 0 {
			t.Errorf("three polls after it applied %d responses", got)
		}
		archive.elsewhere.Add(1)
		if got := polls(1); got != 1 {
			t.Errorf("after a change by another process %d responses were applied, want 1", got)
		}
		polls(1)
		<-time.After(time.Hour)
		if got := polls(1); got != 1 {
			t.Errorf("after an hour %d responses were applied, want 1", got)
		}
	})
}

// TestFirstRoundBuildsOneDocument counts the documents of a profile until its
// first round has ended, and expects the document before every value in it.
func TestFirstRoundBuildsOneDocument(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c pollCosts
		b := c.start(t)
		c.takeCounts()
		if err := b.Poll(t.Context(), "alice"); err != nil {
			t.Fatal(err)
		}
		tree, documents, values := c.publisher.all(), 0, 0
		for _, topic := range c.publisher.order {
			if _, isDocument := c.tree.DocumentID(topic); isDocument && strings.Contains(tree[topic], "weight_kg") {
				documents++
				if values > 0 {
					t.Errorf("%d values were published before the document", values)
				}
			}
			if strings.HasPrefix(topic, "vitals2mqtt/alice/") && strings.HasSuffix(topic, "_kg") {
				values++
			}
		}
		// The bridge's is from before, and devices wait for the list.
		if spent := c.takeCounts(); documents != 1 || values == 0 || spent.profileDocuments != 1 {
			t.Errorf("%d documents with %d values, built %d times", documents, values, spent.profileDocuments)
		}
	})
}

// TestHangingEndpointDelaysNoValues has nights that are not answered.
func TestHangingEndpointDelaysNoValues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		hang := make(chan struct{})
		alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70_000, time.Now().Add(-time.Hour)))}
		alice.nightsBetween = func(_, _ time.Time) (withings.Nights, error) { <-hang; return withings.Nights{}, nil }
		b := h.bridge(t, withKeys(profile("Alice", alice), "weight_kg", "sleep_score"))
		runFor(t, b, 0, func() {
			<-time.After(3 * time.Second)
			if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "70" {
				t.Errorf("the weight is %q while the nights are not answered", got)
			}
			close(hang)
			<-time.After(time.Second)
		})
	})
}

// TestHealthReportIsBounded measures bridge/health for some numbers of profiles
// of which every one has a finding, and how often it is published.
func TestHealthReportIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		size := func(n int) int {
			h := newHarness()
			var profiles []bridge.Profile
			for i := range n {
				account := &fakeCloud{user: strconv.Itoa(i), measures: failing[withings.Measures](errOutage)}
				p := profile(fmt.Sprintf("Profile %03d", i), account)
				profiles = append(profiles, withKeys(p, "weight_kg"))
			}
			b := h.bridge(t, profiles...)
			if err := b.Poll(t.Context(), profiles[0].Slug); err == nil {
				t.Error("no outage")
			}
			report := h.publisher.get(h.tree.BridgeHealth())
			if n <= 20 && strings.Count(report, `"held_back"`) != n {
				t.Errorf("%d profiles: not all are in %s", n, report)
			}
			return len(report)
		}
		one, twenty, hundred, thousand := size(1), size(20), size(100), size(1000)
		t.Logf("%d, %d, %d and %d bytes", one, twenty, hundred, thousand)
		if hundred > 2*twenty || thousand > 2*twenty {
			t.Errorf("20 profiles have %d bytes, 100 have %d, 1,000 have %d", twenty, hundred, thousand)
		}
	})
}
