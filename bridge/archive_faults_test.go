// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	archives "vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// personWithScale is a simulated cloud with one invented person and her scale.
func personWithScale(t *testing.T) (*simHarness, bridge.Profile) {
	t.Helper()
	sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: []simulator.Person{
		{Name: "Alice", HeightCM: 171, WeightG: 68_400, Scale: true, Days: 5},
	}})
	return h, h.signIn(t)[0]
}

// openPatient opens an archive as the daemon does.
func openPatient(t *testing.T, path string) *archives.Archive {
	t.Helper()
	archive, err := archives.Open(t.Context(), archives.Options{Path: path, Patient: true})
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// weightEvents are the weights of the events that were sent, in order.
func weightEvents(t *testing.T, h *harness) []string {
	t.Helper()
	weights := []string{}
	for _, payload := range h.publisher.messages(eventTopic) {
		var event struct {
			Weight json.Number `json:"weight_kg"`
		}
		if err := json.Unmarshal([]byte(payload), &event); err != nil {
			t.Fatal(err)
		}
		if event.Weight != "" {
			weights = append(weights, event.Weight.String())
		}
	}
	return weights
}

// archivedWeights are the weights in an archive, the newest first.
func archivedWeights(t *testing.T, archive bridge.Archive, user string, newest int) []string {
	t.Helper()
	window := sensors.Window{Kind: sensors.KindMeasures, Field: "1", Days: 400}
	records, err := archive.Window(t.Context(), user, window, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(records, func(a, b sensors.Record) int { return int(b.At - a.At) })
	weights := []string{}
	for _, rec := range records[:min(len(records), newest)] {
		weights = append(weights, rec.Values["weight_kg"].String())
	}
	return weights
}

// TestArchiveFailsForHours has a full disk while a person weighs herself every
// hour. Values stay current, and what was measured meanwhile is archived once
// there is space again; each event is sent once.
func TestArchiveFailsForHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := personWithScale(t)
		weights := []string{"70.1", "70.2", "70.3", "70.4", "70.5"}
		runFor(t, h.bridge(t, alice), 2*time.Hour, func() {
			<-time.After(time.Hour)
			user := alice.Cloud.State().UserID
			before := h.cursorOf(t, user)
			h.archive.fail(errDiskFull)
			for _, weight := range weights {
				h.cloud.Weigh("Alice", weight, time.Now().Add(-time.Minute))
				<-time.After(time.Hour)
				if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != weight {
					t.Errorf("weight %s while the archive fails, want %s", got, weight)
				}
			}
			if got := h.cursorOf(t, user); !got.Equal(before) {
				t.Errorf("the cursor moved from %v to %v although nothing was stored", before, got)
			}
			h.archive.fail(nil)
		})
		if got := weightEvents(t, h.harness); !slices.Equal(got, weights) {
			t.Errorf("events of %v, want %v", got, weights)
		}
		slices.Reverse(weights)
		if got := archivedWeights(t, h.archive, alice.Cloud.State().UserID, len(weights)); !slices.Equal(got, weights) {
			t.Errorf("archived %v, want %v", got, weights)
		}
	})
}

// TestArchiveThatCannotBeOpenedAtTheStart has something else in its place for an
// hour. Values are published, and the archive is filled afterwards.
func TestArchiveThatCannotBeOpenedAtTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := personWithScale(t)
		path := filepath.Join(t.TempDir(), "history.db")
		if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		archive := openPatient(t, path)
		defer closeArchive(t, archive)
		o := h.options(alice)
		o.Archive = archive
		b := newBridge(t, o)
		runFor(t, b, time.Hour, func() {
			<-time.After(time.Hour)
			if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got == "" {
				t.Error("no weight is published without the archive")
			}
			if got := b.Facts().Archive.Err; got == nil {
				t.Error("the archive is fine")
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			h.cloud.Weigh("Alice", "70.1", time.Now().Add(-time.Minute))
		})
		if len(h.publisher.cleared) > 0 {
			t.Errorf("cleared %v", h.publisher.cleared)
		}
		if err := b.Facts().Archive.Err; err != nil {
			t.Errorf("the archive still fails: %v", err)
		}
		if got := archivedWeights(t, archive, alice.Cloud.State().UserID, 1); !slices.Equal(got, []string{"70.1"}) {
			t.Errorf("archived %v", got)
		}
	})
}

// TestArchiveDeletedWhileRunning fetches everything again into a new archive; no
// topic disappears meanwhile, and no event comes twice.
func TestArchiveDeletedWhileRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := personWithScale(t)
		path := filepath.Join(t.TempDir(), "history.db")
		archive := openPatient(t, path)
		defer closeArchive(t, archive)
		o := h.options(alice)
		o.Archive = archive
		runFor(t, newBridge(t, o), time.Hour, func() {
			<-time.After(time.Hour)
			h.cloud.Weigh("Alice", "70.1", time.Now().Add(-time.Minute))
			<-time.After(time.Hour)
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(path + suffix); err != nil {
					t.Fatal(err)
				}
			}
			<-time.After(time.Hour)
			h.cloud.Weigh("Alice", "70.2", time.Now().Add(-time.Minute))
		})
		if len(h.publisher.cleared) > 0 {
			t.Errorf("cleared %v", h.publisher.cleared)
		}
		if got := weightEvents(t, h.harness); !slices.Equal(got, []string{"70.1", "70.2"}) {
			t.Errorf("events of %v", got)
		}
		user := alice.Cloud.State().UserID
		if got := archivedWeights(t, archive, user, 2); !slices.Equal(got, []string{"70.2", "70.1"}) {
			t.Errorf("archived %v", got)
		}
		if all := archivedWeights(t, archive, user, 99); len(all) < 4 {
			t.Errorf("only %v is archived", all)
		}
	})
}

// TestArchiveReplacedDuringAFetch begins a new archive while a response is under
// way. It gets the whole history, and nothing in it is news.
func TestArchiveReplacedDuringAFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, now := newHarness(), time.Now()
		path := filepath.Join(t.TempDir(), "history.db")
		archive := openPatient(t, path)
		defer closeArchive(t, archive)
		old, recent := weighIn(1, 70000, now.Add(-999*time.Hour)), weighIn(2, 70100, now.Add(-time.Minute))
		alice := &fakeCloud{user: "1", measures: measuresOf(old, recent)}
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		b := newBridge(t, o)
		fetchOnce(t, b)
		alice.measuresBetween = func(time.Time, time.Time) (withings.Measures, error) {
			return withings.Measures{Groups: withings.List[withings.Group]{recent}}, nil
		}
		alice.measures = func(since time.Time) (withings.Measures, error) {
			if since.IsZero() {
				return withings.Measures{Groups: withings.List[withings.Group]{old, recent}}, nil
			}
			for _, suffix := range []string{"", "-wal", "-shm"} {
				_ = os.Remove(path + suffix) // it is missing the second time
			}
			return withings.Measures{Groups: withings.List[withings.Group]{recent}}, nil
		}
		fetchOnce(t, b)
		if got := weightEvents(t, h); len(got) > 0 {
			t.Errorf("events of %v", got)
		}
		if got := archivedWeights(t, archive, "1", 9); !slices.Equal(got, []string{"70.1", "70"}) {
			t.Errorf("archived %v", got)
		}
	})
}

// TestDeletedNewestValuesUncoverTheOnesBefore deletes the newest weigh-in, day
// after day. Each time the one before is back, from the archive: the cloud is
// asked no more often than without deletions.
func TestDeletedNewestValuesUncoverTheOnesBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := map[bool]map[string]int{}
		for _, deletes := range []bool{false, true} {
			h, now := newHarness(), time.Now()
			groups := []withings.Group{}
			for i := range int64(6) {
				groups = append(groups, weighIn(i+1, 70000+100*i, now.Add(time.Duration(i-6)*time.Hour)))
			}
			var mu sync.Mutex // of groups
			alice := &fakeCloud{user: "1"}
			alice.measures = func(since time.Time) (withings.Measures, error) {
				if !since.IsZero() {
					return withings.Measures{}, nil // nothing is new
				}
				mu.Lock()
				defer mu.Unlock()
				return withings.Measures{Groups: slices.Clone(groups)}, nil
			}
			alice.measuresBetween = func(time.Time, time.Time) (withings.Measures, error) {
				return alice.measures(time.Time{})
			}
			archive := openArchive(t, filepath.Join(t.TempDir(), "history.db"))
			p := profile("Alice", alice)
			p.Schedule = everySchedule(time.Hour)
			o := h.options(p)
			o.Archive = archive
			runFor(t, newBridge(t, o), 0, func() {
				<-time.After(time.Hour + time.Minute) // between two polls
				for _, want := range []string{"70.4", "70.3", "70.2", "70.1", "70"} {
					if deletes {
						mu.Lock()
						groups = groups[:len(groups)-1]
						mu.Unlock()
					} else {
						want = "70.5"
					}
					<-time.After(25 * time.Hour)
					if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != want {
						t.Errorf("weight %s, want %s", got, want)
					}
				}
			})
			requests[deletes] = map[string]int{
				"measures": alice.callCount("measures"), "between": alice.callCount("measures between"),
			}
			closeArchive(t, archive)
		}
		for name, without := range requests[false] {
			if with := requests[true][name]; with != without {
				t.Errorf("%s: %d requests with deletions, %d without", name, with, without)
			}
		}
	})
}

// TestImportByAnotherProcessIsPublished adds a newer weight to the archive while
// the bridge runs: it appears without any response of the cloud.
func TestImportByAnotherProcessIsPublished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, now := newHarness(), time.Now()
		alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, now.Add(-time.Hour)))}
		path := filepath.Join(t.TempDir(), "history.db")
		archive, other := openArchive(t, path), openArchive(t, path)
		defer closeArchive(t, archive)
		defer closeArchive(t, other)
		o := h.options(profile("Alice", alice))
		o.Archive = archive
		runFor(t, newBridge(t, o), 10*time.Minute, func() {
			<-time.After(time.Minute)
			kind, field, ok := sensors.FieldFor("weight_kg", sensors.Number(decimal.FromInt(72)), nil)
			if !ok {
				t.Fatal("weight has no field")
			}
			rec := sensors.Record{At: time.Now().Unix(), Source: sensors.SourceImport, Fields: []sensors.Field{field}}
			rec.ID = sensors.NaturalID(kind, rec)
			batch := sensors.Batch{Kind: kind, Records: []sensors.Record{rec}}
			if _, err := other.Apply(t.Context(), "1", batch, sensors.ApplyOptions{Now: time.Now()}, sensors.Progress{}); err != nil {
				t.Fatal(err)
			}
		})
		if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "72" {
			t.Errorf("weight %s after the import", got)
		}
		if got := weightEvents(t, h); len(got) > 0 {
			t.Errorf("events of %v", got)
		}
	})
}

// TestManyPendingEventsAfterARestart is killed with more events than the queue
// holds: the newest are sent in order, and the others never.
func TestManyPendingEventsAfterARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, now := newHarness(), time.Now()
		archive := openArchive(t, filepath.Join(t.TempDir(), "history.db"))
		defer closeArchive(t, archive)
		alice := &fakeCloud{user: "1"}
		restart := func() *bridge.Bridge {
			h.publisher.waitConfirmed()
			o := h.options(profile("Alice", alice))
			o.Archive = archive
			return newBridge(t, o)
		}
		fetchOnce(t, restart()) // the history was read
		const pending, bound = 600, 500
		var groups []withings.Group
		for i := range int64(pending) {
			groups = append(groups, weighIn(i+1, 70000+i, now.Add(time.Duration(i-pending)*time.Second)))
		}
		decoded := sensors.DecodeMeasures(withings.Measures{Groups: groups}, sensors.DecodeOptions{Now: now})
		options := sensors.ApplyOptions{Now: now, Since: now.Add(-time.Hour)}
		if _, err := archive.Apply(t.Context(), "1", decoded, options, sensors.Progress{}); err != nil {
			t.Fatal(err) // killed before anything else
		}
		h.publisher.offline = true
		fetchOnce(t, restart())
		h.publisher.offline = false
		for range 2 {
			fetchOnce(t, restart())
		}
		got := groupsOf(t, h.publisher.messages(eventTopic))
		if len(got) != bound || got[0] != pending-bound+1 || !slices.IsSorted(got) || got[bound-1] != pending {
			t.Errorf("%d events: %v", len(got), got)
		}
		if left, err := archive.Untold(t.Context(), "1"); len(left) > 0 || err != nil {
			t.Errorf("%d are still pending, %v", len(left), err)
		}
	})
}
