// SPDX-License-Identifier: MIT

package bloodpressure_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// stored returns records, or fails.
type stored struct {
	records []history.Stored
	err     error
	asked   history.Filter
}

func (s *stored) Records(_ context.Context, f history.Filter) iter.Seq2[history.Stored, error] {
	s.asked = f
	return func(yield func(history.Stored, error) bool) {
		for _, rec := range s.records {
			if !yield(rec, nil) {
				return
			}
		}
		if s.err != nil {
			yield(history.Stored{}, s.err)
		}
	}
}

// group is a measure group with values by key.
func group(at time.Time, zone string, values map[string]int64) history.Stored {
	rec := sensors.Record{At: at.Unix(), Zone: zone, Model: "BPM Connect", Values: map[string]sensors.Value{}}
	for key, value := range values {
		rec.Values[key] = sensors.Number(decimal.FromInt(value))
	}
	return history.Stored{Kind: sensors.KindMeasures, Record: rec}
}

func TestReadKeepsTheZoneOfEachReading(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 6, 30, 0, 0, time.UTC)
	const systolic, diastolic, pulse = bloodpressure.KeySystolic, bloodpressure.KeyDiastolic, bloodpressure.KeyPulse
	archive := &stored{records: []history.Stored{
		group(at, "", map[string]int64{systolic: 128, diastolic: 82, pulse: 61}),
		group(at.Add(time.Minute), "America/New_York", map[string]int64{systolic: 130, diastolic: 84}),
		group(at.Add(time.Hour), "", map[string]int64{systolic: 130}),
	}}
	from, to := at.AddDate(0, 0, -1), at.AddDate(0, 0, 1)
	zone := time.FixedZone("east", 2*60*60)
	readings, err := bloodpressure.Read(t.Context(), archive, "4711", from, to, zone)
	if err != nil || len(readings) != 2 {
		t.Fatalf("%v, %v", readings, err)
	}
	if got := readings[0]; got.At.Hour() != 8 || got.Systolic != 128 || got.Diastolic != 82 || got.Pulse != 61 ||
		got.Device != "BPM Connect" {
		t.Errorf("%+v", got)
	}
	if got := readings[1]; got.At.Hour() != 1 || got.Pulse != 0 {
		t.Errorf("%+v", got)
	}
	if f := archive.asked; f.User != "4711" || !f.From.Equal(from) || !f.To.Equal(to) || f.Held {
		t.Errorf("asked for %+v", f)
	}
	archive.err = errors.New("disk on fire")
	if _, err := bloodpressure.Read(t.Context(), archive, "4711", from, to, zone); !errors.Is(err, archive.err) {
		t.Errorf("%v", err)
	}
}

func TestMorningIsBeforeNoonAndNightIsEvening(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]string{
		"2026-11-28 03:00": "2026-11-28 morning",
		"2026-11-28 11:59": "2026-11-28 morning",
		"2026-11-28 12:00": "2026-11-28 evening",
		"2026-11-28 23:59": "2026-11-28 evening",
		"2026-12-01 02:59": "2026-11-30 evening",
	} {
		at, err := time.Parse("2006-01-02 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		date, half := bloodpressure.Reading{At: at}.Day()
		got := date.Format(time.DateOnly) + " " + map[bloodpressure.Half]string{
			bloodpressure.Morning: "morning", bloodpressure.Evening: "evening",
		}[half]
		if got != want {
			t.Errorf("%s is %s, want %s", clock, got, want)
		}
	}
}

// reading is one of a day of November 2026.
func reading(day, hour int, systolic, diastolic, pulse float64) bloodpressure.Reading {
	return bloodpressure.Reading{
		At:        time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC),
		Systolic:  systolic,
		Diastolic: diastolic,
		Pulse:     pulse,
	}
}

func TestMeansByDayWeekAndMonth(t *testing.T) {
	t.Parallel()
	readings := []bloodpressure.Reading{
		reading(1, 8, 120, 80, 60), // a Sunday
		reading(2, 8, 130, 84, 0),
		reading(2, 9, 140, 86, 70),
		reading(2, 20, 120, 78, 64),
	}
	type short struct {
		begin                 string
		morning, evening, all [3]float64
	}
	shorten := func(spans []bloodpressure.Span) (all []short) {
		values := func(m bloodpressure.Mean) [3]float64 { return [3]float64{m.Systolic, m.Diastolic, m.Pulse} }
		for _, s := range spans {
			all = append(all, short{s.Begin.Format(time.DateOnly), values(s.Morning), values(s.Evening), values(s.All)})
		}
		return all
	}
	first := short{"2026-11-01", [3]float64{120, 80, 60}, [3]float64{}, [3]float64{120, 80, 60}}
	second := short{"2026-11-02", [3]float64{135, 85, 70}, [3]float64{120, 78, 64}, [3]float64{130, 248.0 / 3, 67}}
	compare := cmp.AllowUnexported(short{})
	if diff := cmp.Diff([]short{first, second}, shorten(bloodpressure.ByDay(readings)), compare); diff != "" {
		t.Error(diff)
	}
	first.begin = "2026-10-26"
	if diff := cmp.Diff([]short{first, second}, shorten(bloodpressure.ByWeek(readings)), compare); diff != "" {
		t.Error(diff)
	}
	months := bloodpressure.ByMonth(readings)
	if len(months) != 1 || months[0].All.Count != 4 || months[0].Begin.Day() != 1 {
		t.Errorf("%+v", months)
	}
	if m := months[0].All; m.LowestSystolic != 120 || m.HighestSystolic != 140 || m.LowestDiastolic != 78 ||
		m.HighestDiastolic != 86 {
		t.Errorf("%+v", m)
	}
	if none := bloodpressure.MeanOf(nil); none != (bloodpressure.Mean{}) {
		t.Errorf("the mean of nothing is %+v", none)
	}
}

// One axis shows both pressures, so that their classes must not overlap.
func TestClassesFollowEachOther(t *testing.T) {
	t.Parallel()
	all := append(bloodpressure.DiastolicClasses(), bloodpressure.SystolicClasses()...)
	for i, class := range all {
		if class.Low >= class.High || i > 0 && class.Low != all[i-1].High {
			t.Errorf("%+v does not follow %+v", class, all[max(i-1, 0)])
		}
	}
}
