// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestEventsAreSentOnceWhileTheArchiveIsFull: the store keeps few records, and
// the cursor does not move, so every poll fetches all of them again.
func TestEventsAreSentOnceWhileTheArchiveIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		b := h.bridge(t, profile("Alice", alice))
		h.archive.fail(errDiskFull)
		var groups []withings.Group
		var want []int64
		for i := range int64(9) {
			g := weighIn(i+1, 36500+i, time.Now().Add(time.Duration(i-10)*time.Second))
			g.Measures[0].Type.N = 71 // a body temperature
			groups, want = append(groups, g), append(want, i+1)
		}
		alice.measures = measuresOf(groups...)
		check := func(when string) {
			t.Helper()
			fetchOnce(t, b)
			h.publisher.waitConfirmed()
			if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, want) {
				t.Errorf("%s: the events of %v were sent, want %v", when, got, want)
			}
		}
		check("full")
		check("still full")
		h.archive.fail(nil)
		check("with room again")
		b = h.bridge(t, profile("Alice", alice))
		check("after a restart")
	})
}

// unreadableArchive is an archive whose windows cannot be read for a while.
type unreadableArchive struct {
	*faultyArchive

	broken bool
}

// Window implements bridge.Archive.
func (a *unreadableArchive) Window(
	ctx context.Context, user string, w sensors.Window, policy sensors.Policy,
) ([]sensors.Record, error) {
	if a.broken {
		return nil, errors.New("input/output error")
	}
	return a.faultyArchive.Window(ctx, user, w, policy)
}

// TestNothingIsLostWhenTheArchiveCannotBeRead: a batch that hides an older
// record needs the archive to be read after it was stored.
func TestNothingIsLostWhenTheArchiveCannotBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		archive := &unreadableArchive{faultyArchive: h.archive}
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		b := newBridge(t, o)
		now := time.Now()
		first := weighIn(1, 70000, now.Add(-2*time.Minute))
		alice.measures = measuresOf(first)
		fetchOnce(t, b)
		archive.broken = true
		first.Date.N -= 3600
		first.Modified.N += 60
		alice.measures = measuresOf(first, weighIn(2, 71000, now.Add(-time.Minute)))
		_ = b.Once(t.Context(), "alice")
		archive.broken = false
		alice.measures = measuresOf()
		fetchOnce(t, b)
		h.publisher.waitConfirmed()
		if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "71.0" && got != "71" && got != "71.00" {
			t.Errorf("the weight is %q, want 71", got)
		}
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("the events of %v were sent", got)
		}
	})
}

// TestBackfillLeavesTheEventsToTheDaemon: what was measured since the last poll
// may be stored by a backfill first.
func TestBackfillLeavesTheEventsToTheDaemon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := newHarness(), &fakeCloud{user: "1"}
		path := filepath.Join(t.TempDir(), "history.db")
		archive, other := openArchive(t, path), openArchive(t, path)
		defer closeArchive(t, archive)
		defer closeArchive(t, other)
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		b := newBridge(t, o)
		fetchOnce(t, b)
		old := weighIn(1, 70000, time.Now().AddDate(-1, 0, 0))
		alice.measures = measuresOf(old, weighIn(2, 71000, time.Now().Add(-time.Minute)))
		backfill(t, alice, other, onlyMeasures)
		fetchOnce(t, b)
		h.publisher.waitConfirmed()
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{2}) {
			t.Errorf("the events of %v were sent, want that of 2", got)
		}
	})
}

// forgetfulArchive is an archive that cannot record for a while that events were
// published, and that another process changes.
type forgetfulArchive struct {
	*faultyArchive

	broken  bool
	changes int64
}

// Told implements bridge.Archive.
func (a *forgetfulArchive) Told(ctx context.Context, user string, refs ...sensors.Ref) error {
	if a.broken {
		return errDiskFull
	}
	return a.faultyArchive.Told(ctx, user, refs...)
}

// Revision implements bridge.Archive.
func (a *forgetfulArchive) Revision(context.Context, string) (int64, error) { return a.changes, nil }

// TestEventsAreSentOnceWhenThatCannotBeRecorded: not again when the archive is
// read anew, and not after a restart if it was recorded later.
func TestEventsAreSentOnceWhenThatCannotBeRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		archive := &forgetfulArchive{faultyArchive: h.archive, broken: true}
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		b := newBridge(t, o)
		alice.measures = measuresOf(weighIn(1, 70000, time.Now().Add(-time.Minute)))
		check := func(when string) {
			t.Helper()
			archive.changes++
			fetchOnce(t, b)
			h.publisher.waitConfirmed()
			if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1}) {
				t.Errorf("%s: the events of %v were sent", when, got)
			}
		}
		check("sent")
		check("another process changed the archive")
		archive.broken = false
		check("the archive works again")
		b = newBridge(t, o)
		check("after a restart")
	})
}

// TestArchiveThatRecoversDuringAPoll: the poll began without the cursor, as if
// everything was old.
func TestArchiveThatRecoversDuringAPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		archive := &unreadableArchive{faultyArchive: h.archive, broken: true}
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		b := newBridge(t, o)
		group := weighIn(1, 70000, time.Now().Add(-time.Minute))
		alice.measures = func(time.Time) (withings.Measures, error) {
			archive.broken = false
			return withings.Measures{Groups: withings.List[withings.Group]{group}}, nil
		}
		alice.measuresBetween = func(from, _ time.Time) (withings.Measures, error) { return alice.measures(from) }
		fetchOnce(t, b)
		h.publisher.waitConfirmed()
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1}) {
			t.Errorf("the events of %v were sent", got)
		}
	})
}

// TestFullArchiveIsReportedUntilItStores: reading works on a full disk, also
// while nothing is fetched. That ends no problem.
func TestFullArchiveIsReportedUntilItStores(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		b := h.bridge(t, profile("Alice", alice))
		weighed := measuresOf(weighIn(1, 70000, time.Now().Add(-time.Minute)))
		h.archive.fail(errDiskFull)
		alice.measures = weighed
		fetchOnce(t, b)
		alice.measures = func(time.Time) (withings.Measures, error) {
			if b.Facts().Archive.Err == nil {
				t.Error("the archive is fine before anything is stored")
			}
			return withings.Measures{}, errors.New("no network")
		}
		_ = b.Once(t.Context(), "alice")
		if b.Facts().Archive.Err == nil {
			t.Error("the archive is fine although nothing was stored")
		}
		h.archive.fail(nil)
		alice.measures = weighed
		fetchOnce(t, b)
		if err := b.Facts().Archive.Err; err != nil {
			t.Errorf("the archive still fails: %v", err)
		}
	})
}
