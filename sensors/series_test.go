package sensors

import (
	"slices"
	"testing"

	"vitals2mqtt/withings"
)

// beats is a stretch of a night with a value of a series for every minute.
func beats(device string, start int64, field string, values ...string) withings.Stage {
	stage := withings.Stage{
		Start: number(start), End: number(start + int64(len(values))*60), State: number(1),
		Model: "Aura Sensor V2", HashDeviceID: withings.Text(device),
		Series: map[string]map[int64]withings.Number{field: {}},
	}
	for i, value := range values {
		stage.Series[field][start+int64(i)*60] = amount(value)
	}
	return stage
}

func stages(series ...withings.Stage) withings.Stages { return withings.Stages{Series: series} }

// slept is a night of eight hours that ended at eight in the morning.
func slept(id int64) withings.Night { return sleep(id, at(-13), at(-5), total("25000")) }

func wantNight(t *testing.T, what string, s *State, wanted bool) {
	t.Helper()
	from, to, ok := s.SeriesWanted()
	if ok != wanted || ok && (from.Unix() != at(-13) || to.Unix() != at(-5)) {
		t.Errorf("%s: the series from %v to %v is wanted: %t, want %t", what, from, to, ok, wanted)
	}
}

func TestMeanOverTheNight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		series []withings.Stage
		rmssd  string
	}{
		"one":  {[]withings.Stage{beats("mat", at(-12), "rmssd", "40")}, "40"},
		"mean": {[]withings.Stage{beats("mat", at(-12), "rmssd", "40", "41"), beats("mat", at(-11), "rmssd", "42")}, "41"},
		"not a mean of means": {[]withings.Stage{
			beats("mat", at(-12), "rmssd", "10", "10", "10"), beats("mat", at(-11), "rmssd", "50"),
		}, "20"},
		"a place to spare": {[]withings.Stage{beats("mat", at(-12), "rmssd", "40", "41", "41")}, "40.7"},
		"halves go up":     {[]withings.Stage{beats("mat", at(-12), "rmssd", "40.05")}, "40.1"},
		"nothing is none":  {[]withings.Stage{beats("mat", at(-12), "rmssd", "40", "0", "-1", "", "44")}, "42"},
		"other days": {[]withings.Stage{
			beats("mat", at(-14), "rmssd", "90"), beats("mat", at(-12), "rmssd", "40"), beats("mat", at(-4), "rmssd", "90"),
		}, "40"},
		"the edges belong to it": {[]withings.Stage{beats("mat", at(-13), "rmssd", "40"), beats("mat", at(-5), "rmssd", "44")}, "42"},
		"a minute too far": {[]withings.Stage{
			beats("mat", at(-13)-60, "rmssd", "10", "40"), beats("mat", at(-5), "rmssd", "44", "99"),
		}, "42"},
		"the mat's before a watch's": {[]withings.Stage{
			beats("watch", at(-12), "rmssd", "90", "91", "92"), beats("mat", at(-12), "rmssd", "40"),
		}, "40"},
		"a watch's when the mat has none": {[]withings.Stage{
			beats("watch", at(-12), "rmssd", "90", "92"), beats("mat", at(-12), "rmssd", "0"), beats("mat", at(-11), "hr", "60"),
		}, "91"},
		"another series": {[]withings.Stage{beats("mat", at(-12), "hr", "60")}, ""},
		"no series":      {nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewState()
			s.Nights(rows(slept(6)), usual())
			s.Series(stages(test.series...), usual())
			want(t, s, map[string]string{"sleep_hrv_rmssd_ms": test.rmssd, "sleep_hrv_sdnn_ms": "", "sleep_state": ""})
		})
	}
}

func TestSeriesReading(t *testing.T) {
	t.Parallel()
	night := beats("mat", at(-12), "rmssd", "40")
	night.Series["sdnn_1"] = map[int64]withings.Number{at(-12): amount("55.25")}
	s := NewState()
	s.Nights(rows(slept(6)), usual())
	u := s.Series(stages(night), usual())
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40", "sleep_hrv_sdnn_ms": "55.3"})
	wantKeys(t, "changed", changedKeys(u), "sleep_hrv_rmssd_ms", "sleep_hrv_sdnn_ms")
	r, _ := s.Current("sleep_hrv_rmssd_ms")
	if r.GroupID != 6 || r.Device != "mat" || r.MeasuredAt.Unix() != at(-5) || r.Date != "2026-03-04" || r.Zone != "Europe/Zurich" {
		t.Errorf("reading %+v", r)
	}
	fields := SeriesFields()
	slices.Sort(fields)
	if !slices.Equal(fields, []string{"rmssd", "sdnn_1"}) {
		t.Errorf("asked for %v", fields)
	}
}

func TestSeriesIsAskedForOnceAVersion(t *testing.T) {
	t.Parallel()
	s := NewState()
	wantNight(t, "no night", s, false)
	s.Series(stages(beats("mat", at(-12), "rmssd", "40")), usual()) // nobody asked
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""})

	s.Nights(rows(slept(6)), usual())
	wantNight(t, "a night", s, true)
	s.Series(stages(beats("mat", at(-12), "rmssd", "40")), usual())
	wantNight(t, "read", s, false)
	s = decode(t, encode(t, s))
	wantNight(t, "read and stored", s, false)
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"})
	s.Nights(rows(slept(6)), usual())
	wantNight(t, "the same version", s, false)

	scored := slept(6)
	scored.Modified = number(at(-1))
	s.Nights(rows(scored), usual())
	wantNight(t, "another version", s, true)
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"}) // until it was read
	s.Series(stages(), usual())
	wantNight(t, "an empty answer", s, false)
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""})
}

// The series belongs to the last night; an older night that comes late and a nap
// are not asked for.
func TestSeriesIsOfTheLastNight(t *testing.T) {
	t.Parallel()
	s := NewState()
	s.Nights(rows(slept(6)), usual())
	s.Series(stages(beats("mat", at(-12), "rmssd", "40")), usual())
	s.Nights(rows(sleep(5, at(-37), at(-29), total("25000")), sleep(7, at(-1), at(-0.5), total("1500"))), usual())
	wantNight(t, "an older night and a nap", s, false)
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "40"})

	u := s.Nights(rows(sleep(8, at(11), at(19), total("25000"))), usual())
	from, to, wanted := s.SeriesWanted()
	if !wanted || from.Unix() != at(11) || to.Unix() != at(19) {
		t.Errorf("from %v to %v: %t", from, to, wanted)
	}
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""}) // yesterday's is not today's
	if !slices.Contains(u.Gone, "sleep_hrv_rmssd_ms") {
		t.Errorf("gone %v", u.Gone)
	}
}

// A night that was deleted takes its mean along, and the night before has its own.
func TestSeriesOfADeletedNight(t *testing.T) {
	t.Parallel()
	before := sleep(5, at(-37), at(-29), total("25000"))
	s := NewState()
	s.Nights(rows(before), usual())
	s.Series(stages(beats("mat", at(-36), "rmssd", "30")), usual())
	s.Nights(rows(slept(6)), usual())
	s.Series(stages(beats("mat", at(-12), "rmssd", "40")), usual())
	rules := usual()
	rules.Now = rules.Now.Add(settled * 2)
	s.NightsWithin(rows(before), unix(at(-24*30)), unix(at(0)), rules)
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "30", "sleep_end": "2026-03-03T07:00:00Z"})
	wantNight(t, "the one before was read", s, false)
}

// TestMeanIsExact has a sum that binary numbers miss.
func TestMeanIsExact(t *testing.T) {
	t.Parallel()
	var tenths []string
	for range 100 {
		tenths = append(tenths, "0.1", "0.2")
	}
	s := NewState()
	s.Nights(rows(slept(6)), usual())
	s.Series(stages(beats("mat", at(-12), "rmssd", tenths...)), usual())
	// 100 × 0.1 + 100 × 0.2 = 30, over 200 is 0.15: a half that rounds up to 0.2.
	want(t, s, map[string]string{"sleep_hrv_rmssd_ms": "0.2"})
}
