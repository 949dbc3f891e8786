// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestExtractValues(t *testing.T) {
	t.Parallel()
	bare := measure(1, 70, 0)
	bare.Unit = withings.Int{}
	tests := map[string]struct {
		measures []withings.Measure
		want     map[string]string
	}{
		"grams":            {[]withings.Measure{measure(1, 79300, -3)}, map[string]string{"weight_kg": "79.3"}},
		"other unit":       {[]withings.Measure{measure(1, 793000, -4)}, map[string]string{"weight_kg": "79.3"}},
		"positive unit":    {[]withings.Measure{measure(226, 17, 2)}, map[string]string{"basal_metabolic_rate_kcal": "1700"}},
		"binary fraction":  {[]withings.Measure{measure(6, 19467, -3)}, map[string]string{"fat_ratio_pct": "19.467"}},
		"below zero":       {[]withings.Measure{measure(12, -52, -1)}, map[string]string{"temperature_c": "-5.2"}},
		"no unit":          {[]withings.Measure{bare}, map[string]string{"weight_kg": ""}},
		"seconds to ms":    {[]withings.Measure{measure(135, 92, -3)}, map[string]string{"ecg_qrs_ms": "92"}},
		"extreme unit":     {[]withings.Measure{measure(1, 7, 99)}, map[string]string{"weight_kg": ""}},
		"class":            {[]withings.Measure{measure(130, 0, 0)}, map[string]string{"ecg_afib": "negative"}},
		"last class":       {[]withings.Measure{measure(139, 13, 0)}, map[string]string{"ppg_afib": "no_diagnosis"}},
		"class four":       {[]withings.Measure{measure(130, 4, 0)}, map[string]string{"ecg_afib": "other"}},
		"unknown class":    {[]withings.Measure{measure(139, 1234567, 0)}, map[string]string{"ppg_afib": "class_1234567"}},
		"fractional class": {[]withings.Measure{measure(130, 15, -1)}, map[string]string{"ecg_afib": "class_1.5"}},
		"negative class":   {[]withings.Measure{measure(130, -1, 0)}, map[string]string{"ecg_afib": "class_-1"}},
		"twice": {
			[]withings.Measure{measure(5, 7718, -2, 7), measure(5, 7718, -2, 7)},
			map[string]string{"fat_free_mass_kg": "77.18"},
		},
		"none before whole body before feet": {
			[]withings.Measure{measure(8, 3, 0, 6), measure(8, 2, 0, 7), measure(8, 1, 0), measure(8, 2, 0, 7)},
			map[string]string{"fat_mass_kg": "1"},
		},
		"whole body before feet": {
			[]withings.Measure{measure(168, 3, 0, 6), measure(168, 2, 0, 7)},
			map[string]string{"extracellular_water": "2"},
		},
		"feet alone": {[]withings.Measure{measure(168, 3, 0, 6)}, map[string]string{"extracellular_water": "3"}},
		"a segment is not the whole": {
			[]withings.Measure{measure(8, 3, 0, 12), measure(8, 4, 0, 0)},
			map[string]string{"fat_mass_kg": ""},
		},
		"segments": {
			[]withings.Measure{
				measure(173, 12, 0, 12), measure(173, 3, 0, 3), measure(173, 2, 0, 2), measure(173, 7, 0, 7), measure(173, 9, 0),
			},
			map[string]string{
				"fat_free_mass_for_segments_torso": "12", "fat_free_mass_for_segments_left_arm": "3",
				"fat_free_mass_for_segments_right_arm": "2", "fat_free_mass_kg": "", "type_173": "9",
			},
		},
		"unknown type": {[]withings.Measure{measure(240, 12345, -4)}, map[string]string{"type_240": "1.2345"}},
		"refused type": {
			[]withings.Measure{measure(18, -1000, -3), measure(122, 5, 0)}, map[string]string{"type_18": "", "type_122": "5"},
		},
		"no type": {
			[]withings.Measure{measure(0, 1, 0), measure(-1, 1, 0)}, map[string]string{"type_0": "", "type_-1": ""},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyMeasures(s, measuresOf(group(1, at(-1), test.measures...)), pollOptions())
			wantReadings(t, s, test.want)
		})
	}
}

func TestReadingHasItsOrigin(t *testing.T) {
	t.Parallel()
	s := newStore()
	g := group(77, at(-2), measure(1, 70, 0))
	g.Attribution, g.Created, g.Modified, g.Timezone = wireInt(8), wireInt(at(-1)), wireInt(at(-0.5)), ""
	u := applyMeasures(s, measuresOf(g), pollOptions())
	r, ok := s.Current("weight_kg")
	if !ok || r.GroupID != 77 || r.Device != "scale" || r.Model != "Body Scan" || r.Zone != "Europe/Zurich" ||
		r.Unconfirmed {
		t.Errorf("reading %+v", r)
	}
	if r.Attribution == nil || *r.Attribution != 8 {
		t.Errorf("attribution %v", r.Attribution)
	}
	if r.MeasuredAt.Unix() != at(-2) || r.Modified.Unix() != at(-0.5) || !r.ReceivedAt.Equal(noon()) {
		t.Errorf("times %v %v %v", r.MeasuredAt, r.Modified, r.ReceivedAt)
	}
	wantReadings(t, s, map[string]string{"last_weighed": "2026-03-04T10:00:00Z", "last_measured": "2026-03-04T10:00:00Z"})
	if u.Cursor.Unix() != at(-0.5) {
		t.Errorf("cursor %v", u.Cursor)
	}
	wantKeys(t, "changed", changedKeys(u), "last_measured", "last_weighed", "weight_kg", "weight_trend_kg")
}

func TestModelByNumber(t *testing.T) {
	t.Parallel()
	g := group(1, at(-1), measure(1, 70, 0))
	g.Model, g.ModelID, g.DeviceID, g.HashDeviceID = "", wireInt(6), "", "hash"
	s := newStore()
	applyMeasures(s, measuresOf(g), pollOptions())
	if r, _ := s.Current("weight_kg"); r.Model != "Body Cardio" || r.Device != "hash" {
		t.Errorf("model %q of %q", r.Model, r.Device)
	}
	g.ModelID, g.Modified = wireInt(19), wireInt(at(0))
	if u := applyMeasures(s, measuresOf(g), pollOptions()); len(u.Unknown) != 0 {
		t.Errorf("unknown: %v", u.Unknown)
	}
	if r, _ := s.Current("weight_kg"); r.Model != "Body Scan 2" {
		t.Errorf("model %q", r.Model)
	}
}

func TestTargetGroupsAreIgnored(t *testing.T) {
	t.Parallel()
	target, unmarked := group(1, at(-1), measure(1, 60, 0)), group(2, at(-2), measure(1, 70, 0))
	target.Category, unmarked.Category = wireInt(2), withings.Int{}
	s := newStore()
	u := applyMeasures(s, measuresOf(target, unmarked), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70"})
	if len(u.Events) != 1 {
		t.Errorf("events %v", u.Events)
	}
}

func TestAttributions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		attribution       withings.Int
		published, marked bool
	}{
		{wireInt(0), true, false},
		{wireInt(1), false, false},
		{wireInt(4), true, false},
		{wireInt(17), true, false},
		{wireInt(10), true, true},
		{wireInt(10009), true, true},
		{withings.Int{}, true, false},
	}
	for _, test := range tests {
		g := group(1, at(-1), measure(1, 70, 0))
		g.Attribution = test.attribution
		s := newStore()
		u := applyMeasures(s, measuresOf(g), pollOptions())
		r, ok := s.Current("weight_kg")
		if ok != test.published || r.Unconfirmed != test.marked || len(u.Events) == 1 != test.published {
			t.Errorf("attribution %v: published %t, marked %t, %d events", test.attribution, ok, r.Unconfirmed, len(u.Events))
		}
		if held := s.HeldCount(); held == 1 == test.published {
			t.Errorf("attribution %v: %d held back", test.attribution, held)
		}
		if (r.Attribution != nil) != (ok && test.attribution.OK) {
			t.Errorf("attribution %v became %v", test.attribution, r.Attribution)
		}
	}
}

func TestHeldCountCountsGroups(t *testing.T) {
	t.Parallel()
	guest, other := group(1, at(-2), measure(1, 99, 0)), group(2, at(-1), measure(1, 98, 0))
	guest.Attribution, other.Attribution = wireInt(1), wireInt(1)
	s := newStore()
	applyMeasures(s, measuresOf(guest, other), pollOptions())
	applyMeasures(s, measuresOf(guest), pollOptions())
	if s.HeldCount() != 2 {
		t.Errorf("%d held back, want 2", s.HeldCount())
	}
	// The user confirms the measurement.
	guest.Attribution, guest.Modified = wireInt(7), wireInt(at(-0.5))
	u := applyMeasures(s, measuresOf(guest), pollOptions())
	if s.HeldCount() != 1 || len(u.Events) != 0 {
		t.Errorf("%d held back, want 1; events %v", s.HeldCount(), u.Events)
	}
	wantReadings(t, s, map[string]string{"weight_kg": "99"})
	// And the other way round: it was another user.
	guest.Attribution, guest.Modified = wireInt(1), wireInt(at(-0.4))
	u = applyMeasures(s, measuresOf(guest), pollOptions())
	if s.HeldCount() != 2 {
		t.Errorf("%d held back, want 2", s.HeldCount())
	}
	wantKeys(t, "gone", u.Gone, "last_measured", "last_weighed", "weight_kg", "weight_trend_kg")
}

func TestUnknownNumbersAreReported(t *testing.T) {
	t.Parallel()
	s := newStore()
	strange := group(1, at(-2), measure(300, 1, 0), measure(240, 1, 0), measure(240, 1, 0), measure(18, 1, 0),
		measure(130, 77, 0))
	strange.Model, strange.ModelID, strange.Attribution = "", wireInt(9999), wireInt(10009)
	u := applyMeasures(s, measuresOf(strange), pollOptions())
	wanted := []sensors.Unknown{
		{sensors.UnknownAttribution, 10009},
		{sensors.UnknownModel, 9999},
		{sensors.UnknownType, 240},
		{sensors.UnknownType, 300},
		{sensors.UnknownClass, 77},
	}
	if diff := cmp.Diff(wanted, u.Unknown); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
	wantReadings(t, s, map[string]string{"type_240": "1", "type_300": "1", "ecg_afib": "class_77"})
	if r, _ := s.Current("type_240"); r.Model != "model_9999" || !r.Unconfirmed {
		t.Errorf("%+v", r)
	}
}

func TestFutureGroupsAreIgnored(t *testing.T) {
	t.Parallel()
	s := newStore()
	wrong := group(1, at(48), measure(1, 10, 0))
	u := applyMeasures(s, measuresOf(wrong, group(2, at(-1), measure(1, 70, 0)), group(3, at(23), measure(4, 2, 0))),
		pollOptions())
	if future(u) != 1 {
		t.Errorf("%d of the future", future(u))
	}
	wantReadings(t, s, map[string]string{"weight_kg": "70", "height_m": "2"})
	if u.Cursor.Unix() != at(23) {
		t.Errorf("cursor %v: nothing may be skipped because of a wrong clock", u.Cursor)
	}
	// When it was our own clock that lagged, the next response corrects it.
	later := pollOptions()
	later.Now = noon().Add(72 * time.Hour)
	applyMeasures(s, measuresOf(wrong), later)
	wantReadings(t, s, map[string]string{"weight_kg": "10"})
}

func TestGroupsWithoutIDOrDateAreIgnored(t *testing.T) {
	t.Parallel()
	anonymous, undated := group(0, at(-1), measure(1, 1, 0)), group(2, 0, measure(1, 2, 0))
	anonymous.ID, undated.Modified = withings.Int{}, wireInt(at(-1))
	s := newStore()
	applyMeasures(s, measuresOf(anonymous, undated), pollOptions())
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
}
