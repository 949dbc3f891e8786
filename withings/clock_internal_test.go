// SPDX-License-Identifier: MIT

package withings

import (
	"net/http"
	"testing"
	"time"
)

func TestClockOffset(t *testing.T) {
	t.Parallel()
	asked := time.Date(2026, 5, 1, 12, 0, 0, 500, time.UTC)
	for name, row := range map[string]struct {
		date  time.Time
		took  time.Duration
		ahead time.Duration
	}{
		"equal":         {asked, 0, 0},
		"slow response": {asked, time.Minute, 0},
		"ahead":         {asked.Add(-time.Hour), 0, time.Hour - time.Second},
		"behind":        {asked.Add(time.Hour), time.Second, -(time.Hour - time.Second)},
		"years behind":  {asked.AddDate(56, 0, 0), 0, -asked.AddDate(56, 0, 0).Sub(asked)},
	} {
		var c clock
		c.observe(asked, asked.Add(row.took), http.Header{"Date": {row.date.Format(http.TimeFormat)}})
		if !c.known || (c.ahead-row.ahead).Abs() > time.Second {
			t.Errorf("%s: %s ahead, want %s", name, c.ahead, row.ahead)
		}
	}
	var c clock
	if c.observe(asked, asked, http.Header{}); c.known {
		t.Error("known without a Date header")
	}
}

// A clock that is thirty seconds behind is so with every response, however long
// that takes.
func TestClockOffsetIsSteady(t *testing.T) {
	t.Parallel()
	var c clock
	asked := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	observe := func(behind, took time.Duration) time.Duration {
		asked = asked.Add(5 * time.Minute)
		date := asked.Add(behind + took/2)
		c.observe(asked, asked.Add(took), http.Header{"Date": {date.Format(http.TimeFormat)}})
		return -c.ahead
	}
	first := observe(30*time.Second, 100*time.Millisecond)
	if first < 29*time.Second || first > 31*time.Second {
		t.Fatalf("%s behind, want 30 s", first)
	}
	for _, took := range []time.Duration{time.Second, 90 * time.Second, 300 * time.Millisecond, 2 * time.Second} {
		if got := observe(30*time.Second, took); got != first {
			t.Errorf("a response took %s: %s behind, before %s", took, got, first)
		}
	}
	if got := observe(0, time.Second).Abs(); got > time.Second {
		t.Errorf("%s off after the clock was set", got)
	}
}
