// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestDayFields(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "Europe/Zurich", noon().Add(-time.Minute), "8123")
	row.Data = withings.FieldsOf()
	for field, text := range map[string]string{
		"steps": "8123", "distance": "6011.4", "elevation": "7", "soft": "3300", "moderate": "1260", "intense": "0",
		"active": "1500", "calories": "412.512", "totalcalories": "2345.118", "hr_average": "71", "hr_min": "0",
		"hr_max": "143", "hr_zone_0": "70200", "hr_zone_1": "2040", "hr_zone_2": "300", "hr_zone_3": "0",
	} {
		setField(&row.Data, field, text)
	}
	s := newStore()
	u := applyDays(s, noon(), row)
	wantReadings(t, s, map[string]string{
		"activity_steps_today": "8123", "activity_distance_today": "6011.4", "activity_floors_climbed_today": "7",
		"activity_soft_duration_today": "3300", "activity_moderate_duration_today": "1260",
		"activity_intense_duration_today": "0", "activity_active_duration_today": "1500",
		"activity_active_calories_burnt_today": "412.512", "activity_total_calories_burnt_today": "2345.118",
		"activity_heart_rate_average_bpm_today": "71", "activity_heart_rate_min_bpm_today": "",
		"activity_heart_rate_max_bpm_today": "143", "activity_heart_rate_zone_0_seconds_today": "70200",
		"activity_heart_rate_zone_1_seconds_today": "2040", "activity_heart_rate_zone_2_seconds_today": "300",
		"activity_heart_rate_zone_3_seconds_today": "0",
	})
	r, _ := s.Current("activity_steps_today")
	if r.Device != "watch" || r.Model != "ScanWatch 2" || r.Zone != "Europe/Zurich" || r.Date != "2026-03-04" ||
		r.GroupID != 0 || !r.MeasuredAt.Equal(noon().Add(-time.Minute)) || !r.ReceivedAt.Equal(noon()) {
		t.Errorf("reading %+v", r)
	}
	if r, _ = s.Current("activity_heart_rate_average_bpm_today"); !r.LastReset.IsZero() {
		t.Errorf("a heart rate is no total: %v", r.LastReset)
	}
	if !u.Cursor.Equal(noon().Add(-time.Minute)) || len(u.Events)+len(u.Unknown) != 0 {
		t.Errorf("update %+v", u)
	}
	if u = applyDays(s, noon().Add(time.Hour), row); len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("again: changed %v, gone %v", changedKeys(u), u.Gone)
	}
}

// A watch without a heart rate sends zeros for the zones.
func TestDayHeartZonesNeedHeartRate(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "Europe/Zurich", noon(), "10")
	setField(&row.Data, "hr_average", "0")
	setField(&row.Data, "steps", "-1")
	s := newStore()
	applyDays(s, noon(), row)
	wantReadings(t, s, map[string]string{
		"activity_heart_rate_average_bpm_today": "", "activity_heart_rate_zone_1_seconds_today": "",
		"activity_steps_today": "",
	})
}

// The watch synchronizes yesterday's last steps only today.
func TestLateRowOfYesterdayIsNotToday(t *testing.T) {
	t.Parallel()
	zone := loadZone(t, "Europe/Zurich")
	evening, night := parseTime(t, "2026-03-03T20:00:00Z"), parseTime(t, "2026-03-04T05:00:00Z")
	today := dayStart(t, zone, "2026-03-04")
	s := newStore()
	applyDays(s, evening, activityRow("2026-03-03", "Europe/Zurich", evening, "4000"))
	u := applyDays(s, night, activityRow("2026-03-03", "Europe/Zurich", night, "4400"))
	wantSteps(t, "before the first row", s, "0", today)
	wantKeys(t, "gone", u.Gone, "activity_heart_rate_average_bpm_today")
	morning := activityRow("2026-03-04", "Europe/Zurich", night.Add(time.Hour), "12")
	applyDays(s, night.Add(time.Hour), activityRow("2026-03-03", "Europe/Zurich", night, "4400"), morning)
	wantSteps(t, "after it", s, "12", today)
	wantReadings(t, s, map[string]string{"activity_heart_rate_average_bpm_today": "71"})
	later := night.Add(2 * time.Hour)
	u = applyDays(s, later, morning, activityRow("2026-03-03", "Europe/Zurich", later, "4500"))
	wantSteps(t, "corrected again", s, "12", today)
	if len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("changed %v, gone %v", changedKeys(u), u.Gone)
	}
}

// A day that the cloud does not list any more is removed, within the requested
// range.
func TestUnlistedDayIsRemoved(t *testing.T) {
	t.Parallel()
	s := newStore()
	row := activityRow("2026-03-04", "Europe/Zurich", noon(), "500")
	applyDays(s, noon(), row)
	asked := func(from, to string) {
		applyActivities(s, withings.Activities{}, parseTime(t, from+"T00:00:00Z"), parseTime(t, to+"T00:00:00Z"),
			sensors.ApplyOptions{Now: noon()})
	}
	asked("2026-03-01", "2026-03-03")
	asked("2026-03-05", "2026-03-06")
	wantReadings(t, s, map[string]string{"activity_steps_today": "500"})
	asked("2026-03-04", "2026-03-04")
	wantReadings(t, s, map[string]string{"activity_steps_today": ""})
}

func TestInvalidDaysAreIgnored(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyDays(s, noon(), activityRow("", "", noon(), "1"), activityRow("2026-02-30", "", noon(), "2"),
		activityRow("04.03.2026", "", noon(), "3"),
		activityRow("2026-3-4", "", noon(), "4"))
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
}

func TestDaySurvivesStorage(t *testing.T) {
	t.Parallel()
	now := parseTime(t, "2026-09-26T11:59:00Z") // a minute before midnight in Auckland; the day that follows has 23 hours
	s := newStore()
	applyDays(s, now, activityRow("2026-09-26", "Pacific/Auckland", now, "4000"))
	s = s.restarted(sensors.ApplyOptions{Now: now})
	wantSteps(t, "stored", s, "4000", parseTime(t, "2026-09-25T12:00:00Z"))
	wantReadings(t, s, map[string]string{"activity_heart_rate_average_bpm_today": "71"})
	if u := tick(s, now.Add(30*time.Second)); len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("changed %v, gone %v", changedKeys(u), u.Gone)
	}
	tick(s, now.Add(time.Minute))
	s = s.restarted(sensors.ApplyOptions{Now: now.Add(time.Minute)})
	wantSteps(t, "stored after midnight", s, "0", parseTime(t, "2026-09-26T12:00:00Z"))
	wantReadings(t, s, map[string]string{"activity_heart_rate_average_bpm_today": ""})
	tick(s, now.Add(time.Minute+23*time.Hour))
	wantSteps(t, "the next day", s, "0", parseTime(t, "2026-09-27T11:00:00Z"))
}

// TestDayFollowsTravellingWatch: the watch travels from Zurich to New York and
// on to Tokyo. Its rows have the local zone, which determines the day.
func TestDayFollowsTravellingWatch(t *testing.T) {
	t.Parallel()
	zurich, york, tokyo := loadZone(t, "Europe/Zurich"), loadZone(t, "America/New_York"), loadZone(t, "Asia/Tokyo")
	s := newStore()
	at := parseTime(t, "2026-03-04T15:00:00Z")
	applyDays(s, at, activityRow("2026-03-04", zurich.String(), at, "3000"))
	wantSteps(t, "at home", s, "3000", dayStart(t, zurich, "2026-03-04"))

	at = parseTime(t, "2026-03-04T22:59:59Z") // in the air, the watch has not synchronized
	tick(s, at)
	wantSteps(t, "before midnight at home", s, "3000", dayStart(t, zurich, "2026-03-04"))

	at = parseTime(t, "2026-03-04T23:30:00Z") // landed: 18:30 of the same day
	applyDays(s, at, activityRow("2026-03-04", york.String(), at, "3500"))
	wantSteps(t, "in New York", s, "3500", dayStart(t, york, "2026-03-04"))
	tick(s, parseTime(t, "2026-03-05T04:59:59Z"))
	wantSteps(t, "before midnight there", s, "3500", dayStart(t, york, "2026-03-04"))
	tick(s, parseTime(t, "2026-03-05T05:00:00Z"))
	wantSteps(t, "midnight there", s, "0", dayStart(t, york, "2026-03-05"))

	at = parseTime(t, "2026-03-06T01:00:00Z") // 20:00 in New York, 10:00 of the next day in Tokyo
	applyDays(s, at, activityRow("2026-03-05", york.String(), at, "800"))
	wantSteps(t, "leaving", s, "800", dayStart(t, york, "2026-03-05"))
	at = parseTime(t, "2026-03-06T06:00:00Z")
	applyDays(s, at,
		activityRow("2026-03-05", york.String(), at, "800"), activityRow("2026-03-06", tokyo.String(), at, "25"))
	wantSteps(t, "in Tokyo", s, "25", dayStart(t, tokyo, "2026-03-06"))
	tick(s, parseTime(t, "2026-03-06T15:00:00Z"))
	wantSteps(t, "midnight in Tokyo", s, "0", dayStart(t, tokyo, "2026-03-07"))
}

// The account's zone moves before the watch does: the row decides.
func TestRowZoneBeforeAccountZone(t *testing.T) {
	t.Parallel()
	s := newStore()
	now := parseTime(t, "2026-03-04T23:30:00Z")
	applyDays(s, now, activityRow("2026-03-05", "Europe/Zurich", now, "3"))
	applyMeasures(s, withings.Measures{Timezone: "America/New_York"}, sensors.ApplyOptions{Now: now})
	wantSteps(t, "account in New York", s, "3", dayStart(t, loadZone(t, "Europe/Zurich"), "2026-03-05"))
}

// Without any row, and without a clock, there is no today.
func TestNoTodayWithoutRowsOrClock(t *testing.T) {
	t.Parallel()
	s := newStore()
	tick(s, noon())
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
	s = newStore()
	rows := []withings.Activity{activityRow("2026-03-04", "", noon(), "7")}
	applyActivities(s, withings.Activities{Rows: rows}, noon(), noon(), sensors.ApplyOptions{})
	wantReadings(t, s, map[string]string{"activity_steps_today": ""})
}
