package sensors

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

func kinds(u Update) []EventType {
	var list []EventType
	for _, e := range u.Events {
		list = append(list, e.Type)
	}
	return list
}

func TestEventByContent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		types []int64
		want  EventType
	}{
		"weight and pulse":  {[]int64{11, 6, 1}, EventWeighIn},
		"pressure":          {[]int64{9, 10, 11}, EventBloodPressure},
		"temperature":       {[]int64{73}, EventTemperature},
		"glucose":           {[]int64{119}, EventGlucose},
		"pulse":             {[]int64{11}, EventHeart},
		"rhythm":            {[]int64{130, 135}, EventHeart},
		"wave and age":      {[]int64{91, 155}, EventHeart},
		"skin":              {[]int64{196, 197, 198}, EventOther},
		"nobody knows what": {[]int64{4711}, EventOther},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var measures []withings.Measure
			for _, kind := range test.types {
				measures = append(measures, measure(kind, 1, 0))
			}
			s := NewState()
			u := s.Measures(answer(group(1, at(-1), measures...)), usual())
			if got := kinds(u); !slices.Equal(got, []EventType{test.want}) {
				t.Fatalf("events %v, want %s", got, test.want)
			}
			delete(u.Events[0].Values, "pulse_pressure_mmhg") // computed from two of them
			if len(u.Events[0].Values) != len(test.types) {
				t.Errorf("values %v", u.Events[0].Values)
			}
		})
	}
}

func TestEventsAreForNews(t *testing.T) {
	t.Parallel()
	first, lost := usual(), usual()
	first.First = true
	lost.Since = time.Time{}
	tests := map[string]struct {
		rules   Rules
		created int64
		want    int
	}{
		"since the last poll":    {usual(), at(-1), 1},
		"a little before":        {usual(), at(-6.5), 1},
		"long before":            {usual(), at(-7.5), 0},
		"first fill":             {first, at(-1), 0},
		"a cursor that was lost": {lost, at(-1), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := group(1, at(-200), measure(1, 70, 0)) // measured long ago, uploaded late
			g.Created, g.Modified = number(test.created), number(at(-0.5))
			s := NewState()
			if u := s.Measures(answer(g), test.rules); len(u.Events) != test.want {
				t.Errorf("measures: %d events, want %d", len(u.Events), test.want)
			}
			n := sleep(2, at(-213), at(-205), total("25000"))
			n.Created, n.Modified = number(test.created), number(at(-0.5))
			if u := s.Nights(rows(n), test.rules); len(u.Events) != test.want {
				t.Errorf("nights: %d events, want %d", len(u.Events), test.want)
			}
		})
	}
}

func TestEventsOldestFirstAndOnce(t *testing.T) {
	t.Parallel()
	s := NewState()
	a, b, c := group(3, at(-3), measure(1, 70, 0)), group(2, at(-2), measure(9, 80, 0)), group(1, at(-2), measure(11, 60, 0))
	u := s.Measures(answer(b, a, c, a), usual())
	if got := kinds(u); !slices.Equal(got, []EventType{EventWeighIn, EventHeart, EventBloodPressure}) {
		t.Errorf("events %v", got)
	}
	e := u.Events[0]
	if e.GroupID != 3 || e.MeasuredAt.Unix() != at(-3) || e.Device != "scale" || e.Model != "Body Scan" ||
		e.Values["weight_kg"].String() != "70" {
		t.Errorf("event %+v", e)
	}
	u = s.Measures(answer(a, b, c), usual())
	if len(u.Events) != 0 {
		t.Errorf("again: %v", u.Events)
	}
}

func TestNightEvents(t *testing.T) {
	t.Parallel()
	night := sleep(1, at(-13), at(-5), total("25000"))
	watch := sleep(2, at(-12.5), at(-4.5), total("26000"))
	nap, second := sleep(3, at(-1), at(-0.5), total("1500")), sleep(4, at(-0.9), at(-0.6), total("900"))

	t.Run("two devices in one answer", func(t *testing.T) {
		t.Parallel()
		s := NewState()
		u := s.Nights(rows(nap, second, watch, night), usual())
		if got := kinds(u); !slices.Equal(got, []EventType{EventSleep, EventNap}) {
			t.Errorf("events %v", got)
		}
		if u.Events[0].GroupID != 2 || u.Events[1].GroupID != 3 {
			t.Errorf("events %+v", u.Events)
		}
	})
	t.Run("the second device comes later", func(t *testing.T) {
		t.Parallel()
		s := NewState()
		s.Nights(rows(night), usual())
		u := s.Nights(rows(watch), usual())
		if len(u.Events) != 0 {
			t.Errorf("the same sleep twice: %v", u.Events)
		}
		want(t, s, map[string]string{"sleep_total_duration_seconds": "26000"})
	})
	t.Run("again", func(t *testing.T) {
		t.Parallel()
		s := NewState()
		s.Nights(rows(night), usual())
		if u := s.Nights(rows(night, nap), usual()); !slices.Equal(kinds(u), []EventType{EventNap}) {
			t.Errorf("events %v", u.Events)
		}
	})
}
