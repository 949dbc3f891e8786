// SPDX-License-Identifier: MIT

package bridge_test

import (
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestFutureCursorIsClamped sets a cursor while the clock is wrong, which must
// not stop the profile from updating.
func TestFutureCursorIsClamped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := &fakeCloud{user: "1"}
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		h.setCursor(t, time.Now().AddDate(1, 0, 0))

		start := time.Now()
		b := h.bridge(t, profile("Alice", alice))
		var requested []time.Duration
		group := weighIn(1, 70000, start.Add(-2*time.Hour))
		alice.measures = func(since time.Time) (withings.Measures, error) {
			requested = append(requested, start.Sub(since))
			return withings.Measures{Groups: withings.List[withings.Group]{group}}, nil
		}
		fetchOnce(t, b)
		if len(requested) != 1 || requested[0] < 24*time.Hour || requested[0] > 25*time.Hour {
			t.Errorf("requested the last %v, want a day", requested)
		}
		if got := h.publisher.messages("vitals2mqtt/alice/event"); len(got) != 1 {
			t.Errorf("events %v, want the weigh-in before the cursor", got)
		}
		if got := h.cursorOf(t, "1"); !got.Equal(start.Add(-2*time.Hour + 30*time.Second)) {
			t.Errorf("the cursor is at %v, want the newest modification", got)
		}
	})
}

// setCursor sets where the reading of the measures of account 1 stopped.
func (h *harness) setCursor(t *testing.T, since time.Time) {
	t.Helper()
	cursor := sensors.Cursor{Since: since, Backfilled: true, RereadAt: time.Now()}
	at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: cursor}
	if err := h.archive.Advance(t.Context(), "1", at); err != nil {
		t.Fatal(err)
	}
}

// cursorOf returns where the reading of the measures of an account stopped.
func (h *harness) cursorOf(t *testing.T, user string) time.Time {
	t.Helper()
	cursor, err := h.archive.Cursor(t.Context(), user, sensors.EndpointMeasures)
	if err != nil {
		t.Fatal(err)
	}
	return cursor.Since
}
