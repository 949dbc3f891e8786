// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// bedEvent is getting into bed, or out of it, so many hours before noon.
func bedEvent(mat string, in bool, hours float64) sensors.BedEvent {
	return sensors.BedEvent{Device: mat, In: in, At: unixTime(at(hours))}
}

func TestBedEventsInAnyOrder(t *testing.T) {
	t.Parallel()
	events := []sensors.BedEvent{
		bedEvent("m1", true, -9), bedEvent("m1", false, -4), bedEvent("m1", true, -3.9),
		bedEvent("m2", true, -8), bedEvent("m2", false, -2),
	}
	rapid.Check(t, func(t *rapid.T) {
		s := newStore()
		for _, e := range append(rapid.Permutation(events).Draw(t, "order"), rapid.SampledFrom(events).Draw(t, "again")) {
			applyBedEvent(s, e, pollOptions())
		}
		s = s.restarted(pollOptions())
		beds := s.Beds()
		if beds[sensors.DeviceID("m1")].Value.String() != on || beds[sensors.DeviceID("m2")].Value.String() != off {
			t.Errorf("beds %v", beds)
		}
		if r, _ := s.Current(sensors.KeyInBed); r.Value.String() != on || r.MeasuredAt.Unix() != at(-3.9) {
			t.Errorf("in bed: %v", r)
		}
	})
}

// TestNightEndsStayWithLostOutEvent: the "out" of the mat was lost.
func TestNightEndsStayWithLostOutEvent(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyBedEvent(s, bedEvent("mat", true, -10), pollOptions())
	applyBedEvent(s, bedEvent("other", true, -10), pollOptions())
	applyNights(s, nightsOf(matNight(1, at(-9.9), at(-2), totalSleep("25000"))), pollOptions())
	beds := s.Beds()
	if beds[sensors.DeviceID("mat")].Value.String() != off || beds[sensors.DeviceID("mat")].MeasuredAt.Unix() != at(-2) {
		t.Errorf("the mat reports %v", beds[sensors.DeviceID("mat")])
	}
	if beds[sensors.DeviceID("other")].Value.String() != on {
		t.Error("a night of another mat ended the stay")
	}
	// Back in bed since, and the night is scored again: it stays so.
	applyBedEvent(s, bedEvent("mat", true, -1), pollOptions())
	again := matNight(1, at(-9.9), at(-2), totalSleep("25100"))
	again.Modified = wireInt(at(-0.5))
	applyNights(s, nightsOf(again), pollOptions())
	if got := s.Beds()[sensors.DeviceID("mat")].Value.String(); got != on {
		t.Errorf("the mat reports %s", got)
	}
}

// TestNightInProgressEndsNoStay lists a night that the cloud is still computing
// beside another one.
func TestNightInProgressEndsNoStay(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyBedEvent(s, bedEvent("mat", true, -3), pollOptions())
	running := matNight(2, at(-2.9), at(-1), totalSleep("5000"))
	running.Completed = withings.Flag{OK: true}
	applyNights(s, nightsOf(matNight(1, at(-30), at(-22), totalSleep("25000")), running), pollOptions())
	wantInBed(t, s, on, -3)
}

// wantInBed is whether the user is in bed, and since when in hours.
func wantInBed(t *testing.T, s *store, want string, hours float64) {
	t.Helper()
	if r, _ := s.Current(sensors.KeyInBed); r.Value.String() != want || r.MeasuredAt.Unix() != at(hours) {
		t.Errorf("in bed: %s since %s, want %s since %s", r.Value, r.MeasuredAt, want, unixTime(at(hours)))
	}
}

// TestStayElsewhereEndsStayWithLostOutEvent: there are two mats, and the "out"
// of the first was lost.
func TestStayElsewhereEndsStayWithLostOutEvent(t *testing.T) {
	t.Parallel()
	events := []sensors.BedEvent{bedEvent("m1", true, -9), bedEvent("m2", true, -8), bedEvent("m2", false, -2)}
	rapid.Check(t, func(t *rapid.T) {
		s := newStore()
		for _, e := range rapid.Permutation(events).Draw(t, "order") {
			applyBedEvent(s, e, pollOptions())
		}
		if r, _ := s.Current(sensors.KeyInBed); r.Value.String() != off || r.MeasuredAt.Unix() != at(-2) {
			t.Errorf("in bed: %v", r)
		}
	})
	s := newStore()
	applyBedEvent(s, events[0], pollOptions())
	applyBedEvent(s, events[1], pollOptions())
	wantInBed(t, s, on, -8)
	s = s.restarted(pollOptions())
	applyBedEvent(s, events[2], pollOptions())
	wantInBed(t, s, off, -2)
	s = s.restarted(pollOptions())
	wantInBed(t, s, off, -2)
	applyBedEvent(s, bedEvent("m1", true, -1), pollOptions())
	wantInBed(t, s, on, -1)
	// A mat takes some time to notice an empty bed: that is not getting up.
	applyBedEvent(s, bedEvent("m2", false, -0.9), pollOptions())
	wantInBed(t, s, on, -1)
}

// TestStayEndsAfterOneDay: the "out" of the mat was lost, and there is no
// night.
func TestStayEndsAfterOneDay(t *testing.T) {
	t.Parallel()
	later := func(hours float64) sensors.ApplyOptions { return sensors.ApplyOptions{Now: unixTime(at(hours))} }
	s := newStore()
	s.Tick(later(0))
	applyBedEvent(s, bedEvent("mat", true, -1), pollOptions())
	s = s.restarted(pollOptions())
	s.Tick(later(22.9))
	wantInBed(t, s, on, -1)
	u := s.Tick(later(23.1)) // the same day as before
	if len(u.Changed) != 1 || u.Changed[0].Key != sensors.KeyInBed {
		t.Errorf("changed %v", u.Changed)
	}
	wantInBed(t, s, off, -1)
	if got := s.Beds()[sensors.DeviceID("mat")].Value.String(); got != off {
		t.Errorf("the mat reports %s", got)
	}
	if u := s.Tick(later(23.2)); len(u.Changed) != 0 {
		t.Errorf("changed again: %v", u.Changed)
	}
	s = s.restarted(pollOptions())
	applyBedEvent(s, bedEvent("mat", true, -1), later(23.3)) // repeated
	wantInBed(t, s, off, -1)
	applyBedEvent(s, bedEvent("mat", true, 22), later(23.4)) // late, and true
	wantInBed(t, s, on, 22)
	s = newStore()
	applyBedEvent(s, bedEvent("mat", true, -30), pollOptions())
	wantInBed(t, s, off, -30)
}

func TestInvalidBedEventsAreIgnored(t *testing.T) {
	t.Parallel()
	s := newStore()
	for _, e := range []sensors.BedEvent{
		{},
		{Device: "", In: true, At: noon()},
		{Device: "m", In: true, At: noon().Add(48 * time.Hour)},
		{Device: "m", In: true},
		{Device: "m", In: true, At: time.Unix(0, 0)},
	} {
		if u := applyBedEvent(s, e, pollOptions()); len(u.Changed) != 0 {
			t.Errorf("%+v changed %v", e, u.Changed)
		}
	}
	for i := range 2 * maxBeds {
		applyBedEvent(s, sensors.BedEvent{Device: "m" + string(rune('a'+i)), In: true, At: unixTime(at(float64(-i)))},
			pollOptions())
	}
	if n := len(s.Beds()); n > maxBeds {
		t.Errorf("%d beds are kept", n)
	}
}
