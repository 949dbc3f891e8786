// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func eventTypesOf(u sensors.Update) []sensors.EventType {
	var list []sensors.EventType
	for _, e := range u.Events {
		list = append(list, e.Type)
	}
	return list
}

func TestEventByContent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		types []int64
		want  sensors.EventType
	}{
		"weight and pulse": {[]int64{11, 6, 1}, sensors.EventWeighIn},
		"pressure":         {[]int64{9, 10, 11}, sensors.EventBloodPressure},
		"temperature":      {[]int64{73}, sensors.EventTemperature},
		"glucose":          {[]int64{119}, sensors.EventGlucose},
		"pulse":            {[]int64{11}, sensors.EventHeart},
		"rhythm":           {[]int64{130, 135}, sensors.EventHeart},
		"wave and age":     {[]int64{91, 155}, sensors.EventHeart},
		"skin":             {[]int64{196, 197, 198}, sensors.EventOther},
		"unknown type":     {[]int64{4711}, sensors.EventOther},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var measures []withings.Measure
			for _, kind := range test.types {
				measures = append(measures, measure(kind, 1, 0))
			}
			s := newStore()
			u := applyMeasures(s, measuresOf(group(1, at(-1), measures...)), pollOptions())
			if got := eventTypesOf(u); !slices.Equal(got, []sensors.EventType{test.want}) {
				t.Fatalf("events %v, want %s", got, test.want)
			}
			delete(u.Events[0].Values, "pulse_pressure_mmhg") // computed from two of them
			if len(u.Events[0].Values) != len(test.types) {
				t.Errorf("values %v", u.Events[0].Values)
			}
		})
	}
}

func TestEventsOnlyForNewGroups(t *testing.T) {
	t.Parallel()
	first, lost := pollOptions(), pollOptions()
	first.InitialSync = true
	lost.Since = time.Time{}
	tests := map[string]struct {
		rules   sensors.ApplyOptions
		created int64
		want    int
	}{
		"since the last poll":    {pollOptions(), at(-1), 1},
		"a little before":        {pollOptions(), at(-6.5), 1},
		"long before":            {pollOptions(), at(-7.5), 0},
		"first fill":             {first, at(-1), 0},
		"a cursor that was lost": {lost, at(-1), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := group(1, at(-200), measure(1, 70, 0)) // measured long ago, uploaded late
			g.Created, g.Modified = wireInt(test.created), wireInt(at(-0.5))
			s := newStore()
			if u := applyMeasures(s, measuresOf(g), test.rules); len(u.Events) != test.want {
				t.Errorf("measures: %d events, want %d", len(u.Events), test.want)
			}
			n := matNight(2, at(-213), at(-205), totalSleep("25000"))
			n.Created, n.Modified = wireInt(test.created), wireInt(at(-0.5))
			if u := applyNights(s, nightsOf(n), test.rules); len(u.Events) != test.want {
				t.Errorf("nights: %d events, want %d", len(u.Events), test.want)
			}
		})
	}
}

func TestEventsAreOrderedAndUnique(t *testing.T) {
	t.Parallel()
	s := newStore()
	a, b, c := group(3, at(-3), measure(1, 70, 0)), group(2, at(-2), measure(9, 80, 0)),
		group(1, at(-2), measure(11, 60, 0))
	u := applyMeasures(s, measuresOf(b, a, c, a), pollOptions())
	if got := eventTypesOf(u); !slices.Equal(got, []sensors.EventType{
		sensors.EventWeighIn, sensors.EventHeart, sensors.EventBloodPressure,
	}) {
		t.Errorf("events %v", got)
	}
	e := u.Events[0]
	if e.GroupID != 3 || e.MeasuredAt.Unix() != at(-3) || e.Device != "scale" || e.Model != "Body Scan" ||
		e.Values["weight_kg"].String() != "70" {
		t.Errorf("event %+v", e)
	}
	u = applyMeasures(s, measuresOf(a, b, c), pollOptions())
	if len(u.Events) != 0 {
		t.Errorf("again: %v", u.Events)
	}
}

func TestNightEvents(t *testing.T) {
	t.Parallel()
	night := matNight(1, at(-13), at(-5), totalSleep("25000"))
	watch := matNight(2, at(-12.5), at(-4.5), totalSleep("26000"))
	nap, second := matNight(3, at(-1), at(-0.5), totalSleep("1500")), matNight(4, at(-0.9), at(-0.6), totalSleep("900"))

	t.Run("two devices in one response", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		u := applyNights(s, nightsOf(nap, second, watch, night), pollOptions())
		if got := eventTypesOf(u); !slices.Equal(got, []sensors.EventType{sensors.EventSleep, sensors.EventNap}) {
			t.Errorf("events %v", got)
		}
		if u.Events[0].GroupID != 2 || u.Events[1].GroupID != 3 {
			t.Errorf("events %+v", u.Events)
		}
	})
	t.Run("the second device comes later", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyNights(s, nightsOf(night), pollOptions())
		u := applyNights(s, nightsOf(watch), pollOptions())
		if len(u.Events) != 0 {
			t.Errorf("the same sleep twice: %v", u.Events)
		}
		wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "26000"})
	})
	t.Run("again", func(t *testing.T) {
		t.Parallel()
		s := newStore()
		applyNights(s, nightsOf(night), pollOptions())
		u := applyNights(s, nightsOf(night, nap), pollOptions())
		if !slices.Equal(eventTypesOf(u), []sensors.EventType{sensors.EventNap}) {
			t.Errorf("events %v", u.Events)
		}
	})
}
