// SPDX-License-Identifier: MIT

package display

import (
	"testing"
	"time"
)

func TestAgeUsesLargestUnit(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		age  time.Duration
		want string
	}{
		{4 * time.Second, "now"},
		{-4 * time.Second, "now"},
		{59 * time.Second, "59 s ago"},
		{3 * time.Minute, "3 min ago"},
		{-2 * time.Minute, "in 2 min"},
		{47 * time.Hour, "47 h ago"},
		{2 * day, "2 days ago"},
		{59 * day, "59 days ago"},
		{60 * day, "2 months ago"},
		{365 * day, "12 months ago"},
		{547 * day, "18 months ago"},
		{548 * day, "2 years ago"},
		{1095 * day, "3 years ago"},
		{-400 * day, "in 13 months"},
	} {
		if got := Age(now, now.Add(-row.age)); got != row.want {
			t.Errorf("%s is %q, want %q", row.age, got, row.want)
		}
	}
	if got := Age(now, time.Time{}); got != "never" {
		t.Errorf("the zero time is %q", got)
	}
}
