// SPDX-License-Identifier: MIT

package sensors_test

import (
	"maps"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// stageFields are the fields of a row when the cloud leaves its total out.
func stageFields(light, deep, rem string) map[string]string {
	return map[string]string{"lightsleepduration": light, "deepsleepduration": deep, "remsleepduration": rem}
}

// watchNight is a row of a watch that was scored half an hour after its end.
func watchNight(id, start, end int64, fields map[string]string) withings.Night {
	n := matNight(id, start, end, fields)
	n.Model, n.ModelID, n.HashDeviceID = wireInt(16), wireInt(93), "watch"
	return n
}

// A watch leaves the total out; its seven and a half hours in bed are not more
// sleep than the mat has measured in the same night.
func TestMissingTotalUsesStageSum(t *testing.T) {
	t.Parallel()
	mat := matNight(1, at(-12.5), at(-5), map[string]string{
		"total_sleep_time": "24400", "sleep_score": "82", "hr_average": "55", "hr_min": "48", "hr_max": "74",
		"rr_average": "14", "breathing_disturbances_intensity": "8",
	})
	watch := watchNight(2, at(-12.5), at(-5), stageFields("12000", "5000", "4000"))
	nap := watchNight(3, at(-2), at(-1), stageFields("1200", "300", "0"))
	for _, order := range permutations([]withings.Night{mat, watch, nap}) {
		s := newStore()
		applyNights(s, nightsOf(order...), pollOptions())
		wantReadings(t, s, map[string]string{
			"sleep_total_duration_seconds": "24400", "sleep_score": "82", "sleep_heart_rate_average_bpm": "55",
			"sleep_heart_rate_min_bpm": "48", "sleep_heart_rate_max_bpm": "74", "sleep_respiratory_average_bpm": "14",
			"sleep_breathing_disturbances_intensity": "8", "sleep_nap_count": "1", "sleep_nap_duration_seconds": "1500",
		})
	}
}

func TestTimeAsleep(t *testing.T) {
	t.Parallel()
	merge := func(all ...map[string]string) map[string]string {
		fields := map[string]string{}
		for _, some := range all {
			maps.Copy(fields, some)
		}
		return fields
	}
	const span = 8 * 3600
	tests := map[string]struct {
		fields map[string]string
		asleep int64
		shown  string // total sleep as published
	}{
		"total":                      {totalSleep("24400"), 24400, "24400"},
		"stages alone":               {stageFields("12000", "5000", "4000"), 21000, "21000"},
		"stages and total":           {merge(stageFields("12000", "5000", "4000"), totalSleep("21000")), 21000, "21000"},
		"stages and a total of zero": {merge(stageFields("12000", "5000", "4000"), totalSleep("0")), 21000, "21000"},
		"a watch without REM":        {stageFields("12000", "5000", ""), 17000, "17000"},
		"some stages and a total":    {merge(stageFields("", "5000", "4000"), totalSleep("21000")), 21000, "21000"},
		"imported": {
			merge(stageFields("", "", ""), map[string]string{"asleepduration": "25200"}), 25200, "25200",
		},
		"imported with empty stages": {
			merge(stageFields("0", "0", "0"), map[string]string{"asleepduration": "25200"}), 25200, "25200",
		},
		"no sleep fields":                {nil, span, ""},
		"awake all night":                {stageFields("0", "0", "0"), 0, "0"},
		"awake all night, reported as 0": {totalSleep("0"), 0, "0"},
		"negative":                       {merge(stageFields("-1", "-1", "-1"), totalSleep("-1")), span, ""},
		"longer than any night":          {stageFields("9000000000000000000", "9000000000000000000", "4000"), 4000, "4000"},
		"a fraction of a second more":    {stageFields("12000.4", "5000", "4000"), 21000, "21000"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyNights(s, nightsOf(matNight(1, at(-13), at(-5), test.fields)), pollOptions())
			if kept := recordsOf(t, s, sensors.KindNights); len(kept) != 1 || kept[0].Asleep != test.asleep {
				t.Errorf("%+v, want %d s asleep", kept, test.asleep)
			}
			wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": test.shown})
		})
	}
}

// Which device recorded a night must not change with a few minutes more or
// less.
func TestMatBeforeWatchInSameNight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		mat, watch withings.Night
		device     string
		naps       string
	}{
		"the watch saw more sleep": {
			matNight(1, at(-13), at(-5), totalSleep("24400")),
			watchNight(2, at(-12.9), at(-4.9), totalSleep("25000")), "mat", "0",
		},
		"the watch saw more, without a total": {
			matNight(1, at(-13), at(-5), stageFields("12000", "5000", "4000")),
			watchNight(2, at(-13), at(-5), stageFields("13000", "5000", "4000")), "mat", "0",
		},
		"the mat knows start and end only": {
			matNight(1, at(-13), at(-5), nil), watchNight(2, at(-13), at(-5), totalSleep("25000")), "watch", "0",
		},
		"the watch knows start and end only": {
			matNight(1, at(-13), at(-5), totalSleep("24400")), watchNight(2, at(-14), at(-5), nil), "mat", "0",
		},
		"an hour on the mat, the night elsewhere": {
			matNight(1, at(-13), at(-12), totalSleep("3000")),
			watchNight(2, at(-12.9), at(-5), totalSleep("25000")), "watch", "0",
		},
		"a nap on the mat": {
			matNight(1, at(-2), at(-1), totalSleep("3000")), watchNight(2, at(-13), at(-5), totalSleep("25000")), "watch", "1",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, order := range permutations([]withings.Night{test.mat, test.watch}) {
				s := newStore()
				for _, row := range order {
					applyNights(s, nightsOf(row), pollOptions())
				}
				if r, _ := s.Current("sleep_end"); r.Device != test.device {
					t.Errorf("the night is the %s's, want the %s's", r.Device, test.device)
				}
				wantReadings(t, s, map[string]string{"sleep_nap_count": test.naps})
			}
		})
	}
}

// The mat's record of a night that the watch has announced makes no second
// event.
func TestSecondDeviceOfNightIsNoEvent(t *testing.T) {
	t.Parallel()
	s := newStore()
	first := applyNights(s, nightsOf(watchNight(2, at(-13), at(-5), totalSleep("25000"))), pollOptions())
	second := applyNights(s, nightsOf(matNight(1, at(-13), at(-5), totalSleep("24400"))), pollOptions())
	if len(first.Events) != 1 || len(second.Events) != 0 {
		t.Errorf("events %v, then %v", first.Events, second.Events)
	}
	if r, _ := s.Current("sleep_end"); r.Device != "mat" {
		t.Errorf("the night is the %s's", r.Device)
	}
}
