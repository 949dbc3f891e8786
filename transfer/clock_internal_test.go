// SPDX-License-Identifier: MIT

package transfer

import (
	"testing"
	"time"
)

func TestWallClockDecidesAtClockChanges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		zone, shown, want string
		changed           bool
	}{
		{"Europe/Berlin", "2025-01-31 07:00:00", "2025-01-31T07:00:00+01:00", false},
		{"Europe/Berlin", "2025-03-30 01:59:59", "2025-03-30T01:59:59+01:00", false},
		{"Europe/Berlin", "2025-03-30 02:30:00", "2025-03-30T03:30:00+02:00", true},
		{"Europe/Berlin", "2025-03-30 03:00:00", "2025-03-30T03:00:00+02:00", false},
		{"Europe/Berlin", "2025-10-26 01:59:59", "2025-10-26T01:59:59+02:00", false},
		{"Europe/Berlin", "2025-10-26 02:30:00", "2025-10-26T02:30:00+02:00", true},
		{"Europe/Berlin", "2025-10-26 03:00:00", "2025-10-26T03:00:00+01:00", false},
		{"America/New_York", "2025-11-02 01:30:00", "2025-11-02T01:30:00-04:00", true},
		{"America/New_York", "2025-03-09 02:30:00", "2025-03-09T03:30:00-04:00", true},
		{"Australia/Lord_Howe", "2025-10-05 02:15:00", "2025-10-05T02:45:00+11:00", true},
		{"Australia/Lord_Howe", "2025-04-06 01:45:00", "2025-04-06T01:45:00+11:00", true},
		{"Asia/Kathmandu", "2025-04-06 01:45:00", "2025-04-06T01:45:00+05:45", false},
		{"UTC", "2025-03-30 02:30:00", "2025-03-30T02:30:00Z", false},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := time.Parse(time.DateTime, test.shown)
		if err != nil {
			t.Fatal(err)
		}
		at, changed := wallClock(shown, zone)
		if got := at.Format(time.RFC3339); got != test.want || changed != test.changed {
			t.Errorf("%s in %s is %s (%v), want %s (%v)", test.shown, test.zone, got, changed, test.want, test.changed)
		}
	}
}
