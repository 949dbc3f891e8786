// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestNewestMeasurementWins(t *testing.T) {
	t.Parallel()
	s := newStore()
	late := group(1, at(-50), measure(1, 60, 0)) // uploaded after the newer one
	late.Created, late.Modified = wireInt(at(-0.1)), wireInt(at(-0.1))
	applyMeasures(s, measuresOf(group(2, at(-2), measure(1, 70, 0))), pollOptions())
	u := applyMeasures(s, measuresOf(late), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70"})
	wantKeys(t, "changed", changedKeys(u), "weight_trend_kg") // which rests on both
	if u.Cursor.Unix() != at(-0.1) {
		t.Errorf("cursor %v", u.Cursor)
	}
}

func TestTiesByModifiedThenID(t *testing.T) {
	t.Parallel()
	first, second, third := group(9, at(-2), measure(1, 1, 0)), group(5, at(-2), measure(1, 2, 0)),
		group(6, at(-2), measure(1, 3, 0))
	second.Modified, third.Modified = wireInt(at(-1)), wireInt(at(-1))
	s := newStore()
	applyMeasures(s, measuresOf(third, first, second), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "3"})
	s = newStore()
	applyMeasures(s, measuresOf(second, first), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "2"})
}

func TestGroupWithoutModified(t *testing.T) {
	t.Parallel()
	old, bare := group(1, at(-2), measure(1, 1, 0)), group(2, at(-2), measure(1, 2, 0))
	old.Modified = withings.Int{} // created counts
	old.Created = wireInt(at(-1))
	bare.Modified, bare.Created = withings.Int{}, withings.Int{} // the date counts
	s := newStore()
	u := applyMeasures(s, measuresOf(old, bare), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "1"})
	if r, _ := s.Current("weight_kg"); r.Modified.Unix() != at(-1) {
		t.Errorf("modified %v", r.Modified)
	}
	if u.Cursor.Unix() != at(-1) {
		t.Errorf("cursor %v", u.Cursor)
	}
}

// editedGroup is a later version of a group, changed an hour ago.
func editedGroup(g withings.Group, date int64, measures ...withings.Measure) withings.Group {
	g.Date, g.Modified, g.Measures = wireInt(date), wireInt(at(-1)), measures
	return g
}

func TestEditedGroups(t *testing.T) {
	t.Parallel()
	weighed := group(1, at(-3), measure(1, 70, 0), measure(8, 10, 0))
	before := group(2, at(-30), measure(1, 71, 0))

	t.Run("value", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyMeasures(s, measuresOf(weighed), pollOptions())
		u := applyMeasures(s, measuresOf(editedGroup(weighed, at(-3), measure(1, 69, 0), measure(8, 10, 0))), pollOptions())
		wantReadings(t, s, map[string]string{"weight_kg": "69", "fat_mass_kg": "10"})
		if len(u.Events) != 0 {
			t.Errorf("an edit is no news: %v", u.Events)
		}
	})
	t.Run("date moved back", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyMeasures(s, measuresOf(weighed), pollOptions())
		applyMeasures(s, measuresOf(editedGroup(weighed, at(-40), measure(1, 69, 0))), pollOptions())
		wantReadings(t, s, map[string]string{"weight_kg": "69", "last_weighed": "2026-03-02T20:00:00Z"})
	})
	t.Run("the one before becomes current again", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyMeasures(s, measuresOf(before), pollOptions())
		applyMeasures(s, measuresOf(weighed), pollOptions())
		applyMeasures(s, measuresOf(editedGroup(weighed, at(-40), measure(1, 69, 0))), pollOptions())
		wantReadings(t, s, map[string]string{"weight_kg": "71"})
	})
	t.Run("measure taken away", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyMeasures(s, measuresOf(weighed), pollOptions())
		u := applyMeasures(s, measuresOf(editedGroup(weighed, at(-3), measure(1, 70, 0))), pollOptions())
		wantReadings(t, s, map[string]string{"fat_mass_kg": "", "weight_kg": "70"})
		wantKeys(t, "gone", u.Gone, "fat_mass_kg")
	})
	t.Run("an older version changes nothing", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyMeasures(s, measuresOf(editedGroup(weighed, at(-40), measure(1, 69, 0))), pollOptions())
		u := applyMeasures(s, measuresOf(weighed), pollOptions())
		wantReadings(t, s, map[string]string{"weight_kg": "69", "fat_mass_kg": ""})
		wantKeys(t, "changed", changedKeys(u))
	})
	t.Run("two versions in one response", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		u := applyMeasures(s, measuresOf(editedGroup(weighed, at(-3), measure(1, 69, 0)), weighed), pollOptions())
		wantReadings(t, s, map[string]string{"weight_kg": "69", "fat_mass_kg": ""})
		if len(u.Events) != 1 || u.Events[0].Values["weight_kg"].String() != "69" {
			t.Errorf("events %v", u.Events)
		}
	})
}

func TestRepetitionChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStore()
	all := measuresOf(group(1, at(-3), measure(1, 70, 0)), group(2, at(-2), measure(11, 60, 0)))
	applyMeasures(s, all, pollOptions())
	later := pollOptions()
	later.Now = later.Now.Add(600e9)
	u := applyMeasures(s, all, later)
	if len(u.Changed) != 0 || len(u.Gone) != 0 || len(u.Events) != 0 || len(u.Unknown) != 0 {
		t.Errorf("update %+v", u)
	}
	if r, _ := s.Current("weight_kg"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v, want the first time", r.ReceivedAt)
	}
}

func TestRareValuesAreNotPruned(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(group(1, at(-90000), measure(4, 178, -2))), pollOptions())
	for i := range int64(300) {
		applyMeasures(s, measuresOf(group(2+i, at(-4000)+i*60, measure(1, 70000+i, -3))), pollOptions())
	}
	wantReadings(t, s, map[string]string{"height_m": "1.78", "weight_kg": "70.299"})
	if kept := recordsOf(t, s, sensors.KindMeasures); len(kept) != maxGroupsPerKey+1 {
		t.Errorf("%d groups are kept", len(kept))
	}
}
