// SPDX-License-Identifier: MIT

package people

import "strconv"

// nightSummary is the data of a night's row.
type nightSummary struct {
	light, deep, rem, awake int64 // seconds
	latency, rising, waso   int64
	wakeups, exits, rems    int
	hr, rr, chest, movement spread
	snoring, active         int64
	snores                  int
	rmssdStart, rmssdEnd    float64
	Score, disturbances     int
	events                  map[string][]int64
	core                    *temperatureRange // nil = the device has no such sensor
	imported                int64             // seconds asleep of an imported night, of which nothing else is known
}

// spread is the average and the extremes of a series.
type spread struct{ average, low, high int }

// summarize derives the row from the night, so that all relations hold.
func summarize(list []phase, pieces []slice, start, end int64) nightSummary {
	f := nightSummary{events: map[string][]int64{"1": {0}}}
	f.addPhases(list)
	f.events["2"] = []int64{f.latency}
	f.events["3"] = []int64{end - start - f.rising}
	f.events["4"] = append(f.events["4"], end-start)
	f.addMinutes(pieces)
	asleep := f.asleep()
	f.Score = int(min(97, max(35, asleep/600+f.deep/300-f.waso/240+10)))
	return f
}

func (f *nightSummary) asleep() int64 { return f.light + f.deep + f.rem }
func (f *nightSummary) inBed() int64  { return f.asleep() + f.awake }

// efficiency is time asleep to time in bed, rounded to a hundredth.
func (f *nightSummary) efficiency() float64 {
	bed := f.inBed()
	return float64((200*f.asleep()+bed)/(2*bed)) / 100
}

func (f *nightSummary) addPhases(list []phase) {
	at, before := int64(0), stateOut
	for i, p := range list {
		seconds := int64(p.minutes) * 60
		switch p.state {
		case stateLight:
			f.light += seconds
		case stateDeep:
			f.deep += seconds
		case stateREM:
			f.rem += seconds
			f.rems++
		case stateOut:
			f.exits++
			f.events["4"] = append(f.events["4"], at)
			f.events["1"] = append(f.events["1"], at+seconds)
		case stateAwake:
			f.addAwake(seconds, i == 0, i == len(list)-1)
			between := i > 0 && i < len(list)-1
			if between && before != stateOut && list[i+1].state != stateOut {
				f.wakeups++
			}
		}
		at, before = at+seconds, p.state
	}
}

func (f *nightSummary) addAwake(seconds int64, first, last bool) {
	f.awake += seconds
	switch {
	case first:
		f.latency = seconds
	case last:
		f.rising = seconds
	default:
		f.waso += seconds
	}
}

func (f *nightSummary) addMinutes(pieces []slice) {
	var hr, rr, chest, movement, rmssd []int
	before := 0
	for _, piece := range pieces {
		for _, m := range piece.minutes {
			hr, rr, chest = append(hr, m.hr), append(rr, m.rr), append(chest, m.chest)
			movement, rmssd = append(movement, m.movement), append(rmssd, m.rmssd)
			f.snoring += int64(m.snoring) * 60
			if m.snoring > before {
				f.snores++
			}
			before = m.snoring
			if m.movement >= 50 {
				f.active += 60
			}
		}
	}
	f.hr, f.rr, f.chest, f.movement = spreadOf(hr), spreadOf(rr), spreadOf(chest), spreadOf(movement)
	edge := min(90, len(rmssd))
	f.rmssdStart, f.rmssdEnd = meanTenths(rmssd[:edge]), meanTenths(rmssd[len(rmssd)-edge:])
	f.disturbances = (f.rr.high*7 + f.movement.average) % 26
}

func spreadOf(values []int) spread {
	s := spread{low: values[0], high: values[0]}
	sum := 0
	for _, v := range values {
		sum += v
		s.low, s.high = min(s.low, v), max(s.high, v)
	}
	s.average = (2*sum + len(values)) / (2 * len(values))
	return s
}

// meanTenths is the mean, to one decimal place.
func meanTenths(values []int) float64 {
	sum := 0
	for _, v := range values {
		sum += v
	}
	return float64(sum*10/len(values)) / 10
}

// DefaultNightFields are sent when data_fields is empty.
func DefaultNightFields() []string {
	return []string{
		"wakeupduration", "wakeupcount", "durationtosleep", "durationtowakeup", "remsleepduration", "lightsleepduration",
		"deepsleepduration", "total_timeinbed", "total_sleep_time", "sleep_efficiency", "sleep_latency", "wakeup_latency",
		"waso", "nb_rem_episodes", "out_of_bed_count",
	}
}

// fields is every member of data. A mat never has the last ones: some are null,
// some are left out (nil here).
func (f *nightSummary) fields() map[string]any {
	var null *int
	return map[string]any{
		"total_timeinbed": f.inBed(), "total_sleep_time": f.asleep(),
		"lightsleepduration": f.light, "deepsleepduration": f.deep, "remsleepduration": f.rem,
		"sleep_efficiency": f.efficiency(), "sleep_latency": f.latency, "wakeup_latency": f.rising,
		"durationtosleep": f.latency, "durationtowakeup": f.rising, "wakeupduration": f.awake, "wakeupcount": f.wakeups,
		"waso": f.waso, "nb_rem_episodes": f.rems, "out_of_bed_count": f.exits,
		"hr_average": f.hr.average, "hr_min": f.hr.low, "hr_max": f.hr.high,
		"rr_average": f.rr.average, "rr_min": f.rr.low, "rr_max": f.rr.high,
		"breathing_disturbances_intensity": f.disturbances, "breathing_quality_assessment": f.disturbances,
		"snoring": f.snoring, "snoringepisodecount": f.snores, "sleep_score": f.Score, "night_events": f.events,
		"mvt_score_avg": f.movement.average, "mvt_active_duration": f.active,
		"rmssd_start_avg": f.rmssdStart, "rmssd_end_avg": f.rmssdEnd,
		"chest_movement_rate_average": f.chest.average, "chest_movement_rate_min": f.chest.low,
		"chest_movement_rate_max":              f.chest.high,
		"chest_movement_rate_wellness_average": f.rr.average, "chest_movement_rate_wellness_min": f.rr.low,
		"chest_movement_rate_wellness_max": f.rr.high,
		"asleepduration":                   null, "core_body_temperature_avg": null, "core_body_temperature_min": null,
		"core_body_temperature_max": null, "core_body_temperature_status": "unknown",
		"apnea_hypopnea_index": nil, "withings_index": nil, "breathing_sounds": nil, "breathing_sounds_episode_count": nil,
	}
}

// samples is a series over a night: one value a minute, written as an object
// with the seconds as keys.
type samples struct {
	start  int64
	values []int
}

// MarshalJSON writes the object by hand: maps are sorted and slow, and a week
// of polling reads millions of these.
func (s samples) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 2+20*len(s.values))
	out = append(out, '{')
	for i, v := range s.values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = strconv.AppendInt(out, s.start+int64(i)*60, 10)
		out = append(out, '"', ':')
		out = strconv.AppendInt(out, int64(v), 10)
	}
	return append(out, '}'), nil
}
