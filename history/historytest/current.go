// SPDX-License-Identifier: MIT

package historytest

import (
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
)

func testNothingStored(t *testing.T, a bridge.Archive) {
	t.Helper()
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 10, PerField: 4, Held: 5})
	if zone, err := a.Zone(t.Context(), user); zone != "" || err != nil {
		t.Errorf("zone %q, %v", zone, err)
	}
	cursor, err := a.Cursor(t.Context(), user, sensors.EndpointMeasures)
	if cursor != (sensors.Cursor{}) || err != nil {
		t.Errorf("cursor %+v, %v", cursor, err)
	}
	if untold, err := a.Untold(t.Context(), user); len(untold) > 0 || err != nil {
		t.Errorf("pending %v, %v", untold, err)
	}
	if err := a.Told(t.Context(), user, sensors.Ref{Kind: sensors.KindMeasures, ID: 1}); err != nil {
		t.Errorf("telling of an unknown record: %v", err)
	}
}

func testRecordsAreReturned(t *testing.T, a bridge.Archive) {
	t.Helper()
	for kind, rec := range samples() {
		apply(t, a, batchOf(kind, rec), since())
		records := window(t, a, sensors.Window{Kind: kind, Newest: 10})
		if len(records) != 1 {
			t.Errorf("%s: %d records, want 1", kind, len(records))
			continue
		}
		want := clone(rec)
		want.Raw, want.Source = nil, sensors.SourceCloud
		sensors.Interpret(kind, &want, nil)
		if diff := diffRecords(records[0], want); diff != "" {
			t.Errorf("%s: got (-), want (+)\n%s", kind, diff)
		}
	}
}

// testIDsOfKinds has a night, and the means over it, which have its id.
func testIDsOfKinds(t *testing.T, a bridge.Archive) {
	t.Helper()
	night := samples()[sensors.KindNights]
	means := sensors.Record{
		ID:       night.ID,
		At:       night.At,
		Modified: night.Modified,
		Fields:   []sensors.Field{{Name: "rmssd", Position: sensors.NoPosition, Value: number("31.3")}},
	}
	for range 2 {
		apply(t, a, batchOf(sensors.KindNights, night), since())
		apply(t, a, batchOf(sensors.KindSeries, means), since())
	}
	for kind, fields := range map[sensors.Kind]int{sensors.KindNights: len(night.Fields), sensors.KindSeries: 1} {
		records := window(t, a, sensors.Window{Kind: kind, Newest: 10})
		if len(records) != 1 || len(records[0].Fields) != fields {
			t.Errorf("%s: %+v, want one record with %d fields", kind, records, fields)
		}
	}
}

func testNewVersionReplaces(t *testing.T, a bridge.Archive) {
	t.Helper()
	rec := weighIn(1, noon(), "71.3")
	apply(t, a, batch(rec), since())
	changed := weighIn(1, noon().Add(-2*day), "70")
	changed.Modified = rec.Modified + 1
	changed.Device, changed.Model = "scale-2", "Body Scan"
	apply(t, a, batch(changed), since())
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, PerField: 4}, "1 = 70")
	records := window(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 9})
	if len(records) != 1 || records[0].At != changed.At || records[0].Model != "Body Scan" || len(records[0].Fields) != 1 {
		t.Errorf("%+v, want the new version alone", records)
	}
}

func testRemovedRecord(t *testing.T, a bridge.Archive) {
	t.Helper()
	older, newer := weighIn(1, noon().Add(-day), "71"), weighIn(2, noon(), "72")
	apply(t, a, batch(older, newer), since())
	apply(t, a, covering(batch(older)), trusting())
	for _, w := range []sensors.Window{
		{Kind: sensors.KindMeasures, Newest: 9},
		{Kind: sensors.KindMeasures, PerField: 1},
		{Kind: sensors.KindMeasures, Field: "1", Days: 30},
	} {
		expectWindow(t, a, w, "1 = 71")
	}
	if untold, err := a.Untold(t.Context(), user); len(untold) != 1 || err != nil {
		t.Errorf("%d pending, %v; want the one that is there", len(untold), err)
	}
}

func testComesBack(t *testing.T, a bridge.Archive) {
	t.Helper()
	older, newer := weighIn(1, noon().Add(-day), "71"), weighIn(2, noon(), "72")
	apply(t, a, batch(older, newer), since())
	apply(t, a, covering(batch(older)), trusting())
	apply(t, a, covering(batch(older, newer)), trusting())
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 9}, "1 = 71", "2 = 72")
}

func testAccounts(t *testing.T, a bridge.Archive) {
	t.Helper()
	apply(t, a, batch(weighIn(1, noon(), "71")), since())
	if _, err := a.Apply(t.Context(), "2002", batch(weighIn(1, noon(), "55")), since(), sensors.Progress{}); err != nil {
		t.Fatal(err)
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 9, PerField: 9}, "1 = 71")
	apply(t, a, covering(batch()), trusting())
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 9, PerField: 9})
	records, err := a.Window(t.Context(), "2002", sensors.Window{Kind: sensors.KindMeasures, Newest: 9}, nil)
	if len(records) != 1 || err != nil {
		t.Errorf("the other account has %d records, %v", len(records), err)
	}
}

func testZone(t *testing.T, a bridge.Archive) {
	t.Helper()
	for _, zone := range []string{"Europe/Berlin", "", "Asia/Tokyo"} {
		b := batch()
		b.Zone = zone
		apply(t, a, b, since())
		want := zone
		if zone == "" {
			want = "Europe/Berlin"
		}
		if got, err := a.Zone(t.Context(), user); got != want || err != nil {
			t.Errorf("zone %q, %v; want %q", got, err, want)
		}
	}
}
