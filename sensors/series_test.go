// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// stageSeries is a stretch of a night with a value of a series for every
// minute.
func stageSeries(device string, start int64, field string, values ...string) withings.Stage {
	stage := withings.Stage{
		Start: wireInt(start), End: wireInt(start + int64(len(values))*60), State: wireInt(1),
		Model: "Aura Sensor V2", HashDeviceID: withings.Text(device),
		Series: []withings.Samples{{Name: field}},
	}
	for i, value := range values {
		sample := withings.Sample{At: start + int64(i)*60, Value: wireNumber(value).Decimal}
		stage.Series[0].Values = append(stage.Series[0].Values, sample)
	}
	return stage
}

// oneSample is a series with one value.
func oneSample(name string, second int64, value string) withings.Samples {
	return withings.Samples{Name: name, Values: []withings.Sample{{At: second, Value: wireNumber(value).Decimal}}}
}

func stagesOf(series ...withings.Stage) withings.Stages { return withings.Stages{Series: series} }

// eightHourNight is a night of eight hours that ended at eight in the morning.
func eightHourNight(id int64) withings.Night {
	return matNight(id, at(-13), at(-5), totalSleep("25000"))
}

func wantNextSeries(t *testing.T, what string, s *store, wanted bool) {
	t.Helper()
	night, ok := s.NextSeries()
	if ok != wanted || ok && (night.Start != at(-13) || night.At != at(-5)) {
		t.Errorf("%s: the series from %v to %v is wanted: %t, want %t", what, night.Start, night.At, ok, wanted)
	}
}

func TestSeriesMean(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		series []withings.Stage
		rmssd  string
	}{
		"one": {[]withings.Stage{stageSeries("mat", at(-12), "rmssd", "40")}, "40"},
		"mean": {
			[]withings.Stage{stageSeries("mat", at(-12), "rmssd", "40", "41"), stageSeries("mat", at(-11), "rmssd", "42")}, "41",
		},
		"not a mean of means": {[]withings.Stage{
			stageSeries("mat", at(-12), "rmssd", "10", "10", "10"), stageSeries("mat", at(-11), "rmssd", "50"),
		}, "20"},
		"one more decimal place": {[]withings.Stage{stageSeries("mat", at(-12), "rmssd", "40", "41", "41")}, "40.7"},
		"halves round up":        {[]withings.Stage{stageSeries("mat", at(-12), "rmssd", "40.05")}, "40.1"},
		"zeros and negatives":    {[]withings.Stage{stageSeries("mat", at(-12), "rmssd", "40", "0", "-1", "", "44")}, "42"},
		"other days": {[]withings.Stage{
			stageSeries("mat", at(-14), "rmssd", "90"), stageSeries("mat", at(-12), "rmssd", "40"),
			stageSeries("mat", at(-4), "rmssd", "90"),
		}, "40"},
		"edges are included": {[]withings.Stage{
			stageSeries("mat", at(-13), "rmssd", "40"),
			stageSeries("mat", at(-5), "rmssd", "44"),
		}, "42"},
		"a minute outside": {[]withings.Stage{
			stageSeries("mat", at(-13)-60, "rmssd", "10", "40"), stageSeries("mat", at(-5), "rmssd", "44", "99"),
		}, "42"},
		"the mat's before a watch's": {[]withings.Stage{
			stageSeries("watch", at(-12), "rmssd", "90", "91", "92"), stageSeries("mat", at(-12), "rmssd", "40"),
		}, "40"},
		"a watch's when the mat has none": {[]withings.Stage{
			stageSeries("watch", at(-12), "rmssd", "90", "92"), stageSeries("mat", at(-12), "rmssd", "0"),
			stageSeries("mat", at(-11), "hr", "60"),
		}, "91"},
		"another series": {[]withings.Stage{stageSeries("mat", at(-12), "hr", "60")}, ""},
		"no series":      {nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
			applySeries(s, stagesOf(test.series...), pollOptions())
			wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": test.rmssd, "sleep_hrv_sdnn_ms": "", "sleep_state": ""})
		})
	}
}

func TestSeriesReading(t *testing.T) {
	t.Parallel()
	night := stageSeries("mat", at(-12), "rmssd", "40")
	night.Series = append(night.Series, oneSample("sdnn_1", at(-12), "55.25"))
	s := newStore()
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	u := applySeries(s, stagesOf(night), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40", "sleep_hrv_sdnn_ms": "55.3"})
	wantKeys(t, "changed", changedKeys(u), "sleep_hrv_rmssd_ms", "sleep_hrv_sdnn_ms")
	r, _ := s.Current("sleep_hrv_rmssd_ms")
	if r.GroupID != 6 || r.Device != "mat" || r.MeasuredAt.Unix() != at(-5) || r.Date != "2026-03-04" ||
		r.Zone != "Europe/Zurich" {
		t.Errorf("reading %+v", r)
	}
	fields := sensors.SeriesFields()
	slices.Sort(fields)
	if !slices.Equal(fields, []string{"hr", "rmssd", "rr", "sdnn_1"}) {
		t.Errorf("requested %v", fields)
	}
}

func TestSeriesIsRequestedOncePerVersion(t *testing.T) {
	t.Parallel()
	s := newStore()
	wantNextSeries(t, "no night", s, false)
	applySeries(s, stagesOf(stageSeries("mat", at(-12), "rmssd", "40")), pollOptions()) // there was no night
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""})

	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	wantNextSeries(t, "a night", s, true)
	applySeries(s, stagesOf(stageSeries("mat", at(-12), "rmssd", "40")), pollOptions())
	wantNextSeries(t, "read", s, false)
	s = s.restarted(pollOptions())
	wantNextSeries(t, "read and stored", s, false)
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"})
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	wantNextSeries(t, "the same version", s, false)

	scored := eightHourNight(6)
	scored.Modified = wireInt(at(-1))
	applyNights(s, nightsOf(scored), pollOptions())
	wantNextSeries(t, "another version", s, true)
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"}) // until it was read
	applySeries(s, stagesOf(), pollOptions())
	wantNextSeries(t, "an empty response", s, false)
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""})
}

// The series belongs to the last night; an older night that comes late and a
// nap are not requested.
func TestSeriesIsOfTheLastNight(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	applySeries(s, stagesOf(stageSeries("mat", at(-12), "rmssd", "40")), pollOptions())
	applyNights(s, nightsOf(matNight(5, at(-37), at(-29), totalSleep("25000")),
		matNight(7, at(-1), at(-0.5), totalSleep("1500"))),
		pollOptions())
	wantNextSeries(t, "an older night and a nap", s, false)
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"})

	u := applyNights(s, nightsOf(matNight(8, at(11), at(19), totalSleep("25000"))), pollOptions())
	night, wanted := s.NextSeries()
	if !wanted || night.Start != at(11) || night.At != at(19) {
		t.Errorf("from %v to %v: %t", night.Start, night.At, wanted)
	}
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""}) // yesterday's is not today's
	if !slices.Contains(u.Gone, "sleep_hrv_rmssd_ms") {
		t.Errorf("gone %v", u.Gone)
	}
}

// A night that was deleted takes its mean along, and the night before has its
// own.
func TestSeriesOfADeletedNight(t *testing.T) {
	t.Parallel()
	before := matNight(5, at(-37), at(-29), totalSleep("25000"))
	s := newStore()
	applyNights(s, nightsOf(before), pollOptions())
	applySeries(s, stagesOf(stageSeries("mat", at(-36), "rmssd", "30")), pollOptions())
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	applySeries(s, stagesOf(stageSeries("mat", at(-12), "rmssd", "40")), pollOptions())
	rules := pollOptions()
	rules.Now = rules.Now.Add(minAbsenceAge * 2)
	applyNightsRange(s, nightsOf(before), unixTime(at(-24*30)), unixTime(at(0)), rules)
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "30", "sleep_end": "2026-03-03T07:00:00Z"})
	wantNextSeries(t, "the one before was read", s, false)
}

// TestMeanIsExact has a sum that binary numbers miss.
func TestMeanIsExact(t *testing.T) {
	t.Parallel()
	var tenths []string
	for range 100 {
		tenths = append(tenths, "0.1", "0.2")
	}
	s := newStore()
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	applySeries(s, stagesOf(stageSeries("mat", at(-12), "rmssd", tenths...)), pollOptions())
	// 100 × 0.1 + 100 × 0.2 = 30, over 200 is 0.15: a half that rounds up to 0.2.
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "0.2"})
}
