// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// The tests' zone is an hour ahead of UTC; noon() is 13:00 there, so at(-5) is
// 8:00.

func totalSleep(seconds string) map[string]string {
	return map[string]string{"total_sleep_time": seconds}
}

func TestNightFields(t *testing.T) {
	t.Parallel()
	n := matNight(5, at(-13), at(-5), map[string]string{
		"total_sleep_time": "24000", "deepsleepduration": "5400", "sleep_efficiency": "0.91",
		"sleep_latency": "900", "durationtosleep": "800",
		"durationtowakeup": "600", "hr_average": "55", "rmssd_start_avg": "41.25", "core_body_temperature_avg": "36.62",
		"breathing_disturbances_intensity": "-1", "wakeupcount": "0",
	})
	n.Date = "2026-03-04"
	s := newStore()
	u := applyNights(s, nightsOf(n), pollOptions())
	wantReadings(t, s, map[string]string{
		"sleep_total_duration_seconds": "24000", "sleep_deep_duration_seconds": "5400", "sleep_efficiency_pct": "91",
		"sleep_tosleep_duration_seconds": "900", "sleep_towakeup_duration_seconds": "600",
		"sleep_heart_rate_average_bpm": "55", "sleep_hrv_start_ms": "41.25", "sleep_core_body_temperature_avg_c": "36.62",
		"sleep_wakeup_count": "0", "sleep_breathing_disturbances_intensity": "", "sleep_rem_duration_seconds": "",
		"sleep_start": "2026-03-03T23:00:00Z", "sleep_end": "2026-03-04T07:00:00Z", "sleep_date": "2026-03-04",
		"sleep_nap_count": "0", "sleep_nap_duration_seconds": "0", "last_measured": "2026-03-04T07:00:00Z",
	})
	r, _ := s.Current("sleep_heart_rate_average_bpm")
	if r.GroupID != 5 || r.Device != "mat" || r.Model != "Aura Sensor V2" || r.Date != "2026-03-04" ||
		r.Zone != "Europe/Zurich" {
		t.Errorf("reading %+v", r)
	}
	if u.Cursor.Unix() != at(-4.5) {
		t.Errorf("cursor %v", u.Cursor)
	}
}

func TestNightSelection(t *testing.T) {
	t.Parallel()
	night := matNight(1, at(-13), at(-5), totalSleep("25000"))
	watch := matNight(2, at(-12.9), at(-5.1), totalSleep("24000"))
	watch.Model, watch.ModelID, watch.HashDeviceID = wireInt(16), wireInt(93), "watch"
	same := watch
	same.ID, same.Data = wireInt(3), night.Data
	nap := matNight(4, at(-1), at(-0.5), totalSleep("1500"))
	napOnWatch := matNight(5, at(-0.9), at(-0.5), totalSleep("1200"))
	longNap := matNight(6, at(-4), at(-0.5), totalSleep("12000"))
	second := matNight(7, at(-4), at(-3.5), totalSleep("1000"))
	short := matNight(8, at(-9), at(-6.5), totalSleep("9000"))
	later := matNight(9, at(-1), at(1.5), totalSleep("9000"))
	external := matNight(10, at(-13), at(-5), map[string]string{"asleepduration": "25200"})
	spanOnly := matNight(11, at(-13), at(-5), nil)

	tests := map[string]struct {
		rows                 []withings.Night
		night                string // its end
		total, naps, seconds string
	}{
		"one":                      {[]withings.Night{night}, "2026-03-04T07:00:00Z", "25000", "0", "0"},
		"nap and night":            {[]withings.Night{nap, night}, "2026-03-04T07:00:00Z", "25000", "1", "1500"},
		"two naps":                 {[]withings.Night{nap, second, night}, "2026-03-04T07:00:00Z", "25000", "2", "2500"},
		"second device":            {[]withings.Night{watch, night}, "2026-03-04T07:00:00Z", "25000", "0", "0"},
		"same length: the mat":     {[]withings.Night{same, night}, "2026-03-04T07:00:00Z", "25000", "0", "0"},
		"nap on two devices":       {[]withings.Night{napOnWatch, nap, night}, "2026-03-04T07:00:00Z", "25000", "1", "1500"},
		"nap alone":                {[]withings.Night{nap}, "", "", "1", "1500"},
		"short night alone":        {[]withings.Night{short}, "2026-03-04T05:30:00Z", "9000", "0", "0"},
		"short night and long nap": {[]withings.Night{short, longNap}, "2026-03-04T11:30:00Z", "12000", "1", "9000"},
		"short by day":             {[]withings.Night{later}, "", "", "1", "9000"},
		"three hours by day":       {[]withings.Night{longNap}, "2026-03-04T11:30:00Z", "12000", "0", "0"},
		"external":                 {[]withings.Night{external}, "2026-03-04T07:00:00Z", "25200", "0", "0"},
		"span only":                {[]withings.Night{spanOnly}, "2026-03-04T07:00:00Z", "", "0", "0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyNights(s, nightsOf(test.rows...), pollOptions())
			wantReadings(t, s, map[string]string{
				"sleep_end": test.night, "sleep_total_duration_seconds": test.total, "sleep_nap_count": test.naps,
				"sleep_nap_duration_seconds": test.seconds,
			})
		})
	}
}

func TestEqualSleepPrefersMat(t *testing.T) {
	t.Parallel()
	mat := matNight(1, at(-13), at(-5), totalSleep("25000"))
	watch := matNight(2, at(-13), at(-4.9), totalSleep("25000"))
	watch.Model, watch.HashDeviceID = wireInt(16), "watch"
	s := newStore()
	applyNights(s, nightsOf(watch, mat), pollOptions())
	if r, _ := s.Current("sleep_end"); r.Device != "mat" {
		t.Errorf("the night is the %s's", r.Device)
	}
}

func TestNightStaysUntilNextIsComplete(t *testing.T) {
	t.Parallel()
	s := newStore()
	yesterday := matNight(1, at(-37), at(-29), totalSleep("25000"))
	applyNights(s, nightsOf(yesterday), pollOptions())
	applyNights(s, nightsOf(), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_date": "2026-03-03"})

	// A nap of a day without a recorded night is counted, and replaces nothing.
	u := applyNights(s, nightsOf(matNight(2, at(-1), at(-0.5), totalSleep("1500"))), pollOptions())
	wantReadings(t, s, map[string]string{
		"sleep_date": "2026-03-03", "sleep_total_duration_seconds": "25000", "sleep_nap_count": "1",
	})
	if r, _ := s.Current("sleep_nap_count"); r.Date != "2026-03-04" {
		t.Errorf("the nap is of %s", r.Date)
	}
	wantKeys(t, "changed", changedKeys(u), "last_measured", "sleep_nap_count", "sleep_nap_duration_seconds")

	// The next night comes without naps.
	applyNights(s, nightsOf(matNight(3, at(10), at(18), totalSleep("20000"))), pollOptions())
	wantReadings(t, s, map[string]string{
		"sleep_date": "2026-03-05", "sleep_total_duration_seconds": "20000", "sleep_nap_count": "0",
	})
}

func TestOldNightOutlivesNaps(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyNights(s, nightsOf(matNight(1, at(-24*30-13), at(-24*30-5), totalSleep("25000"))), pollOptions())
	for day := range int64(20) {
		applyNights(s, nightsOf(matNight(2+day, at(float64(-24*(20-day)-1)), at(float64(-24*(20-day))), totalSleep("1500"))),
			pollOptions())
	}
	wantReadings(t, s, map[string]string{"sleep_date": "2026-02-02", "sleep_total_duration_seconds": "25000"})
	if got := len(recordsOf(t, s, sensors.KindNights)); got != maxNightDates+1 {
		t.Errorf("%d sessions are kept", got)
	}
}

func TestRescoredNightReplacesOldVersion(t *testing.T) {
	t.Parallel()
	s := newStore()
	n := matNight(1, at(-13), at(-5), map[string]string{"total_sleep_time": "25000", "sleep_score": "60"})
	applyNights(s, nightsOf(n), pollOptions())
	again := matNight(1, at(-13), at(-5), totalSleep("26000"))
	again.Modified = wireInt(at(-1))
	u := applyNights(s, nightsOf(again), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "26000", "sleep_score": ""})
	wantKeys(t, "gone", u.Gone, "sleep_score")
	if len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
	// The old version again, from a page fetched earlier.
	applyNights(s, nightsOf(n), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "26000"})
}

func TestIncompleteNightIsIgnored(t *testing.T) {
	t.Parallel()
	s := newStore()
	first := pollOptions()
	first.InitialSync = true
	n := matNight(1, at(-13), at(-5), totalSleep("25000"))
	half := n
	half.Completed = withings.Flag{OK: true}
	u := applyNights(s, nightsOf(half), first)
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": ""})
	if len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
	// It is news when it is ready, though it was created before the cursor.
	n.Completed, n.Modified = withings.Flag{True: true, OK: true}, wireInt(at(3))
	afternoon := sensors.ApplyOptions{Now: noon().Add(3 * time.Hour), Since: noon().Add(2 * time.Hour)}
	u = applyNights(s, nightsOf(n), afternoon)
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
	if len(u.Events) != 1 || u.Events[0].Type != sensors.EventSleep {
		t.Errorf("events %v", u.Events)
	}
	// Being computed anew does not take the old score away.
	half.Modified = wireInt(at(4))
	applyNights(s, nightsOf(half), afternoon)
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
}

func TestDateOfANight(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	// 3:30 UTC is the evening before in New York.
	tests := map[string]struct {
		date, zone withings.Text
		fallback   *time.Location
		want, name string
	}{
		"as delivered":     {"2026-03-03", "Europe/Zurich", nil, "2026-03-03", "Europe/Zurich"},
		"from the end":     {"", "Europe/Zurich", nil, "2026-03-04", "Europe/Zurich"},
		"in the row zone":  {"", "America/New_York", nil, "2026-03-03", "America/New_York"},
		"in the fallback":  {"", "Mars/Olympus", newYork, "2026-03-03", ""},
		"in UTC":           {"", "", nil, "2026-03-04", ""},
		"never our own":    {"", "Local", nil, "2026-03-04", ""},
		"no date":          {"tomorrow", "Europe/Zurich", nil, "2026-03-04", "Europe/Zurich"},
		"far from the end": {"9999-12-31", "Europe/Zurich", nil, "2026-03-04", "Europe/Zurich"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := matNight(1, at(-17), at(-8.5), totalSleep("25000"))
			n.Date, n.Timezone = test.date, test.zone
			rules := pollOptions()
			rules.Zone = test.fallback
			s := newStore()
			applyNights(s, nightsOf(n), rules)
			if r, _ := s.Current("sleep_end"); r.Date != test.want || r.Zone != test.name {
				t.Errorf("date %q, zone %q", r.Date, r.Zone)
			}
		})
	}
}

func TestInvalidNightsAreIgnored(t *testing.T) {
	t.Parallel()
	backwards, anonymous, endless := matNight(1, at(-5), at(-13), nil), matNight(2, at(-13), at(-5), nil),
		matNight(3, at(-13), at(-5), nil)
	anonymous.ID, endless.End = withings.Int{}, withings.Int{}
	s := newStore()
	u := applyNights(s, nightsOf(backwards, anonymous, endless, matNight(4, at(40), at(48), totalSleep("25000"))),
		pollOptions())
	if got := s.Readings(); len(got) != 0 || future(u) != 1 {
		t.Errorf("readings %v, %d of the future", got, future(u))
	}
}
