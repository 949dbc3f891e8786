// SPDX-License-Identifier: MIT

package sensors_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// reconcile applies a batch to an archive.
func reconcile(t *testing.T, m *memory, b sensors.Batch, o sensors.ApplyOptions) sensors.Changes {
	t.Helper()
	changes, err := sensors.Reconcile(b, o, m)
	if err != nil {
		t.Fatal(err)
	}
	m.store(changes, o)
	return changes
}

// wantChanges compares how many records a batch changed.
func wantChanges(t *testing.T, what string, c sensors.Changes, put, gone, news int) {
	t.Helper()
	if len(c.Put) != put || len(c.Gone) != gone || len(c.News) != news {
		t.Errorf("%s: %d put, %d gone, %d news; want %d, %d, %d", what, len(c.Put), len(c.Gone), len(c.News), put, gone,
			news)
	}
}

func measuresBatch(groups ...withings.Group) sensors.Batch {
	return sensors.DecodeMeasures(measuresOf(groups...), decodeOptions(pollOptions()))
}

func TestReconcileVersions(t *testing.T) {
	t.Parallel()
	m := newMemory()
	first := group(1, at(-1), measure(1, 70, 0))
	edited, older := first, first
	edited.Modified, edited.Measures = wireInt(at(-0.5)), []withings.Measure{measure(1, 71, 0)}
	older.Modified = wireInt(at(-2))
	wantChanges(t, "new", reconcile(t, m, measuresBatch(first), pollOptions()), 1, 0, 1)
	wantChanges(t, "the same", reconcile(t, m, measuresBatch(first), pollOptions()), 0, 0, 0)
	wantChanges(t, "edited", reconcile(t, m, measuresBatch(edited), pollOptions()), 1, 0, 0)
	wantChanges(t, "the version before", reconcile(t, m, measuresBatch(first), pollOptions()), 0, 0, 0)
	wantChanges(t, "an older one", reconcile(t, m, measuresBatch(older), pollOptions()), 0, 0, 0)
	target := edited
	target.Category, target.Modified = wireInt(2), wireInt(at(-0.1))
	wantChanges(t, "it is a target now", reconcile(t, m, measuresBatch(target), pollOptions()), 0, 1, 0)
	wantChanges(t, "an unknown target", reconcile(t, newMemory(), measuresBatch(target), pollOptions()), 0, 0, 0)
}

// TestReconcileRemovals deletes, and lists again what was deleted.
func TestReconcileRemovals(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	m := newMemory()
	kept, deleted := group(1, at(-60), measure(1, 70, 0)), group(2, at(-50), measure(1, 71, 0))
	wantChanges(t, "two", reconcile(t, m, measuresBatch(kept, deleted), pollOptions()), 2, 0, 0)
	c := reconcile(t, m, measuresBatch(kept).Covering(from, to), rereadOptions())
	wantChanges(t, "one left", c, 0, 1, 0)
	if !c.Complete || c.Gone[0].ID != 2 {
		t.Errorf("changes %+v", c)
	}
	wantChanges(t, "once more", reconcile(t, m, measuresBatch(kept).Covering(from, to), rereadOptions()), 0, 0, 0)
	o := rereadOptions()
	o.Since = unixTime(at(-100))
	wantChanges(t, "listed again", reconcile(t, m, measuresBatch(kept, deleted), o), 1, 0, 0)
}

// TestManyRemovalsMustBeConfirmed has a response that lacks a part of what it
// covers.
func TestManyRemovalsMustBeConfirmed(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	var groups []withings.Group
	for i := range int64(30) {
		groups = append(groups, group(i+1, at(-24*25)+i*3600*6, measure(1, 70+i, 0)))
	}
	for left, rejected := range map[int]bool{30: false, 20: false, 19: true, 1: true, 0: true} {
		m := newMemory()
		reconcile(t, m, measuresBatch(groups...), pollOptions())
		o := rereadOptions()
		o.RejectRemovals = true
		c := reconcile(t, m, measuresBatch(groups[:left]...).Covering(from, to), o)
		if c.Rejected != rejected || rejected && len(c.Put)+len(c.Gone) != 0 || !rejected && len(c.Gone) != 30-left {
			t.Errorf("%d left: rejected %t, %d gone", left, c.Rejected, len(c.Gone))
		}
		o.RejectRemovals = false
		wantChanges(t, "confirmed", reconcile(t, m, measuresBatch(groups[:left]...).Covering(from, to), o), 0,
			len(groups)-left-len(c.Gone), 0)
	}
	// Most of a few, as well.
	m, o := newMemory(), rereadOptions()
	o.RejectRemovals = true
	reconcile(t, m, measuresBatch(groups[:6]...), pollOptions())
	if c := reconcile(t, m, measuresBatch(groups[:2]...).Covering(from, to), o); !c.Rejected {
		t.Error("four of six are believed to be gone at once")
	}
	if c := reconcile(t, m, measuresBatch(groups[:3]...).Covering(from, to), o); c.Rejected || len(c.Gone) != 3 {
		t.Error("three of six are not believed to be gone")
	}
}

// TestNightIsNewsWhenReady has a night that the cloud is still computing.
func TestNightIsNewsWhenReady(t *testing.T) {
	t.Parallel()
	m, night := newMemory(), eightHourNight(1)
	half := night
	half.Completed, half.Modified = withings.Flag{OK: true}, wireInt(night.Modified.N-60)
	batch := func(n withings.Night) sensors.Batch {
		return sensors.DecodeNights(nightsOf(n), decodeOptions(pollOptions()))
	}
	late := pollOptions()
	late.Since = noon().Add(24 * time.Hour)
	wantChanges(t, "pending", reconcile(t, m, batch(half), pollOptions()), 1, 0, 0)
	wantChanges(t, "still", reconcile(t, m, batch(half), pollOptions()), 0, 0, 0)
	wantChanges(t, "ready", reconcile(t, m, batch(night), late), 1, 0, 1)
	half.Modified = wireInt(night.Modified.N + 60)
	wantChanges(t, "computed again", reconcile(t, m, batch(half), late), 0, 0, 0)
}

func TestStagesScoredAnew(t *testing.T) {
	t.Parallel()
	m := newMemory()
	batch := func(rows ...withings.Stage) sensors.Batch {
		return sensors.DecodeStages(stagesOf(rows...), decodeOptions(pollOptions()))
	}
	other := stageRow(-3, -1, 1)
	other.HashDeviceID = "watch"
	wantChanges(t, "three", reconcile(t, m, batch(stageRow(-3, -2, 1), stageRow(-2, -1, 2), other), pollOptions()), 3, 0, 0)
	wantChanges(t, "the same", reconcile(t, m, batch(stageRow(-2, -1, 2), other), pollOptions()), 0, 0, 0)
	// The first stretch is shorter, and the one after it begins earlier.
	c := reconcile(t, m, batch(stageRow(-3, -2.5, 1), stageRow(-2.5, -1, 3)), pollOptions())
	wantChanges(t, "scored anew", c, 2, 1, 0)
}

func TestReconcileReturnsErrors(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.fails = true
	if _, err := sensors.Reconcile(measuresBatch(group(1, at(-1))), pollOptions(), m); !errors.Is(err, errMemory) {
		t.Errorf("error %v", err)
	}
}

// fileRecord is a record of a file.
func fileRecord(second int64, fields map[string]int64) sensors.Record {
	rec := sensors.Record{At: second, Source: sensors.SourceImport}
	for _, name := range sortedNames(fields) {
		number := sensors.Number(decimal.FromInt(fields[name]))
		rec.Fields = append(rec.Fields, sensors.Field{Name: name, Position: sensors.NoPosition, Value: number})
	}
	rec.ID = sensors.NaturalID(sensors.KindMeasures, rec)
	sensors.Interpret(sensors.KindMeasures, &rec, nil)
	return rec
}

func sortedNames(fields map[string]int64) []string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func fileBatch(records ...sensors.Record) sensors.Batch {
	return sensors.Batch{Kind: sensors.KindMeasures, Records: records}
}

func TestImportedRecords(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	m, second := newMemory(), at(-60)
	weight := fileRecord(second, map[string]int64{"1": 70})
	c := reconcile(t, m, fileBatch(weight, fileRecord(second, map[string]int64{"8": 14})), pollOptions())
	wantChanges(t, "two files of one second", c, 1, 0, 0)
	sensors.Interpret(c.Kind, &c.Put[0], nil)
	if len(c.Put[0].Fields) != 2 || len(c.Put[0].Values) != 2 {
		t.Errorf("merged %+v", c.Put[0])
	}
	wantChanges(t, "again", reconcile(t, m, fileBatch(weight), pollOptions()), 0, 0, 0)
	c = reconcile(t, m, fileBatch(fileRecord(second, map[string]int64{"1": 70, "76": 50})), pollOptions())
	wantChanges(t, "with more", c, 1, 0, 0)
	if len(c.Put[0].Fields) != 3 {
		t.Errorf("with more: %+v", c.Put[0])
	}
	wantChanges(t, "not in the cloud", reconcile(t, m, measuresBatch().Covering(from, to), rereadOptions()), 0, 0, 0)

	// The cloud has the weight and the fat of that second.
	mine := group(1, second, measure(1, 70, 0), measure(8, 14, 0))
	c = reconcile(t, m, measuresBatch(mine), pollOptions())
	wantChanges(t, "the cloud's", c, 2, 0, 0)
	for _, rec := range c.Put {
		if rec.Source == sensors.SourceImport && (len(rec.Fields) != 1 || rec.Fields[0].Name != "76") {
			t.Errorf("left of the file: %+v", rec)
		}
	}
	wantChanges(t, "imported once more", reconcile(t, m, fileBatch(weight), pollOptions()), 0, 0, 0)
	mine.Measures, mine.Modified = append(mine.Measures, measure(76, 50, 0)), wireInt(at(-1))
	wantChanges(t, "all of it", reconcile(t, m, measuresBatch(mine), pollOptions()), 1, 1, 0)
}

// TestEventsOfUntoldRecords stops between storing and publishing.
func TestEventsOfUntoldRecords(t *testing.T) {
	t.Parallel()
	s := newStore()
	weighed, rhythm := group(1, at(-1), measure(1, 70, 0)), rhythmGroup(7, at(-0.5), 1)
	takeGroups(s, []withings.Group{weighed, rhythm})
	applyHeartRecords(s, heartRecordsOf(ecgRecord(9, at(-0.5)+35, 1)), pollOptions())
	s = s.restarted(pollOptions())
	var untold []sensors.KindRecord
	for _, kind := range []sensors.Kind{sensors.KindHeart, sensors.KindMeasures} {
		for _, rec := range recordsOf(t, s, kind) {
			untold = append(untold, sensors.KindRecord{Kind: kind, Record: rec})
		}
	}
	events := s.EventsOf(untold)
	if len(events) != 2 || events[0].Type != sensors.EventWeighIn || events[1].Type != sensors.EventHeart {
		t.Fatalf("events %+v", events)
	}
	for i, id := range []int64{1, 7} {
		if want := []sensors.Ref{{Kind: sensors.KindMeasures, ID: id}}; !slices.Equal(events[i].Refs, want) {
			t.Errorf("event %d announces %v", i, events[i].Refs)
		}
	}
	if u := applyHeartRecords(s, heartRecordsOf(ecgRecord(10, at(-0.4), 1)), pollOptions()); len(u.Silent) != 0 ||
		len(u.Events) != 1 {
		t.Errorf("another one: %+v", u)
	}
}

// TestNewsWithoutEvent has the same electrocardiogram as a record of another
// kind.
func TestNewsWithoutEvent(t *testing.T) {
	t.Parallel()
	s := newStore()
	takeGroups(s, []withings.Group{rhythmGroup(7, at(-0.5), 1)})
	u := applyHeartRecords(s, heartRecordsOf(ecgRecord(9, at(-0.5)+35, 1)), pollOptions())
	if len(u.Events) != 0 || !slices.Equal(u.Silent, []sensors.Ref{{Kind: sensors.KindHeart, ID: 9}}) {
		t.Errorf("update %+v", u)
	}
}
