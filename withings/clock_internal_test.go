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
