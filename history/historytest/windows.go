// SPDX-License-Identifier: MIT

package historytest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
)

func testWindowOfFields(t *testing.T, a bridge.Archive) {
	t.Helper()
	for i := range int64(6) {
		rec := weighIn(i+1, noon().Add(time.Duration(i)*time.Hour), strconv.FormatInt(70+i, 10))
		if i < 2 { // only the oldest have a height
			rec.Fields = append(rec.Fields, sensors.Field{
				Name:     "4",
				Position: sensors.NoPosition,
				Value:    number("1.8"),
			})
		}
		apply(t, a, batch(rec), since())
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, PerField: 1}, "2 = 71", "6 = 75")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, PerField: 2}, "1 = 70", "2 = 71", "5 = 74", "6 = 75")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 2}, "5 = 74", "6 = 75")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindNights, Newest: 2})
}

func testHeldWindow(t *testing.T, a bridge.Archive) {
	t.Helper()
	ambiguous := 1
	for i := range int64(6) {
		rec := weighIn(i+1, noon().Add(time.Duration(i)*time.Hour), strconv.FormatInt(70+i, 10))
		if i >= 3 {
			rec.Attribution = &ambiguous
		}
		apply(t, a, batch(rec), since())
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, PerField: 1}, "3 = 72")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Held: 2}, "5 = 74", "6 = 75")
	published, err := a.Window(t.Context(), user, sensors.Window{Kind: sensors.KindMeasures, PerField: 1},
		sensors.Policy{ambiguous: sensors.Publish})
	if err != nil || len(published) != 1 || published[0].ID != 6 {
		t.Errorf("with a policy that publishes them: %+v, %v; want 6", published, err)
	}
}

func testWindowOfDays(t *testing.T, a bridge.Archive) {
	t.Helper()
	for i := range int64(6) {
		apply(t, a, batch(weighIn(i+1, noon().Add(-time.Duration(i)*10*day), strconv.FormatInt(70+i, 10))), since())
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Field: "1", Days: 20},
		"4 = 73", "3 = 72", "2 = 71", "1 = 70")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Field: "6", Days: 20})
}

func testCursor(t *testing.T, a bridge.Archive) {
	t.Helper()
	first := sensors.Cursor{
		Since:      noon(),
		Backfilled: true,
		Offset:     300,
		RereadAt:   noon().Add(time.Hour),
	}
	at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: first}
	if _, err := a.Apply(t.Context(), user, batch(weighIn(1, noon(), "71")), since(), at); err != nil {
		t.Fatal(err)
	}
	expectCursor(t, a, sensors.EndpointMeasures, first)
	expectCursor(t, a, sensors.EndpointNights, sensors.Cursor{})
	second := sensors.Cursor{Since: noon().Add(day)}
	at.Cursor = second
	if err := a.Advance(t.Context(), user, at); err != nil {
		t.Fatal(err)
	}
	expectCursor(t, a, sensors.EndpointMeasures, second)
	apply(t, a, batch(weighIn(2, noon(), "71")), since())
	expectCursor(t, a, sensors.EndpointMeasures, second)
}

func expectCursor(t *testing.T, a bridge.Archive, e sensors.Endpoint, want sensors.Cursor) {
	t.Helper()
	if got, err := a.Cursor(t.Context(), user, e); got != want || err != nil {
		t.Errorf("cursor of %s: %+v, %v; want %+v", e, got, err, want)
	}
}

func testUntold(t *testing.T, a bridge.Archive) {
	t.Helper()
	newer, older := weighIn(1, noon(), "71"), weighIn(2, noon().Add(-time.Hour), "70")
	old := weighIn(3, noon().Add(-90*day), "75")
	apply(t, a, batch(newer, older, old), since())
	expectUntold(t, a, 2, 1)
	edited := newer
	edited.Modified++
	apply(t, a, batch(edited), since())
	expectUntold(t, a, 2, 1)
	if err := a.Told(t.Context(), user, sensors.Ref{Kind: sensors.KindMeasures, ID: 2}); err != nil {
		t.Fatal(err)
	}
	expectUntold(t, a, 1)
	older.Modified++
	apply(t, a, batch(older), since())
	expectUntold(t, a, 1)
}

func expectUntold(t *testing.T, a bridge.Archive, want ...int64) {
	t.Helper()
	untold, err := a.Untold(t.Context(), user)
	var ids []int64
	for _, rec := range untold {
		ids = append(ids, rec.ID)
		if rec.Kind != sensors.KindMeasures || rec.Event != sensors.EventWeighIn || len(rec.Values) == 0 {
			t.Errorf("pending %+v, want an interpreted measure group", rec)
		}
	}
	if err != nil || fmt.Sprint(ids) != fmt.Sprint(want) {
		t.Errorf("pending %v, %v; want %v", ids, err, want)
	}
}

func testCancelled(t *testing.T, a bridge.Archive) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Since: noon()}}
	if _, err := a.Apply(ctx, user, batch(weighIn(1, noon(), "71")), since(), at); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want a cancelled context", err)
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 9})
	expectCursor(t, a, sensors.EndpointMeasures, sensors.Cursor{})
}

func testOwnership(t *testing.T, a bridge.Archive) {
	t.Helper()
	rec := weighIn(1, noon(), "71")
	changes := apply(t, a, batch(rec), since())
	for i := range changes.Put {
		clear(changes.Put[i].Values)
	}
	for _, rec := range window(t, a, sensors.Window{Kind: sensors.KindMeasures, Newest: 1}) {
		clear(rec.Values)
		clear(rec.Fields)
		*rec.Attribution = 1
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindMeasures, PerField: 1}, "1 = 71")
}

func testRevision(t *testing.T, a bridge.Archive) {
	t.Helper()
	before, err := a.Revision(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, a, batch(weighIn(1, noon(), "71")), since())
	if after, err := a.Revision(t.Context(), user); after != before || err != nil {
		t.Errorf("revision %d, %v; want %d as before", after, err, before)
	}
}
