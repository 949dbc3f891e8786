// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestFirstEmptyResponseIsRejected: records stay until a second empty response.
// One missing record of many, or a single one, is deleted at once.
func TestFirstEmptyResponseIsRejected(t *testing.T) {
	t.Parallel()
	from, to := noon().Add(-72*time.Hour), noon().Add(72*time.Hour)
	later := sensors.ApplyOptions{Now: noon().Add(96 * time.Hour), RejectRemovals: true}
	two := func(a, b int64) withings.Measures {
		return measuresOf(group(a, at(0), measure(1, 70000, -3)), group(b, at(1), measure(1, 71000, -3)))
	}
	s := newStore()
	applyMeasures(s, two(1, 2), pollOptions())
	u := applyMeasuresRange(s, measuresOf(), from, to, later)
	if !u.Complete || !u.Rejected || len(u.Gone) > 0 || len(u.Changed) > 0 {
		t.Errorf("believed at once: %+v", u)
	}
	if u := applyMeasuresRange(s, measuresOf(group(1, at(0), measure(1, 70000, -3))), from, to, later); u.Rejected ||
		len(u.Changed) == 0 {
		t.Errorf("one of two: %+v", u)
	}
	if u := applyMeasuresRange(s, measuresOf(), from, to, later); u.Rejected || len(u.Gone) == 0 {
		t.Errorf("the only one: %+v", u)
	}
	s = newStore()
	applyMeasures(s, two(1, 2), pollOptions())
	later.RejectRemovals = false
	if u := applyMeasuresRange(s, measuresOf(), from, to, later); u.Rejected || len(u.Gone) == 0 {
		t.Errorf("the second time: %+v", u)
	}
}

// TestIncompleteActivityRemovesNothing: days that are not listed stay.
func TestIncompleteActivityRemovesNothing(t *testing.T) {
	t.Parallel()
	s := newStore()
	from, to := noon().Add(-48*time.Hour), noon().Add(24*time.Hour)
	date := noon().Format(time.DateOnly)
	applyActivities(s, withings.Activities{Rows: []withings.Activity{activityRow(date, "", noon(), "7")}}, from, to,
		pollOptions())
	half := withings.Activities{More: withings.Flag{True: true, OK: true}}
	if u := applyActivities(s, half, from, to, pollOptions()); len(u.Gone)+len(u.Changed) > 0 {
		t.Errorf("%+v", u)
	}
}
