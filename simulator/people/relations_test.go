// SPDX-License-Identifier: MIT

package people

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"vitals2mqtt/withings"
)

// decodeModel is something encoded as it is sent, read by one of the client's
// models.
func decodeModel[T any](t *rapid.T, v any) T {
	var m T
	if err := json.Unmarshal(asSent(v), &m); err != nil {
		t.Fatalf("%v: %v", v, err)
	}
	return m
}

// drawMoment is a moment from which a night looks as it does: incomplete,
// complete, scored again.
func drawMoment(t *rapid.T, n *Night) int64 {
	return n.Created + rapid.SampledFrom([]int64{0, 3599, 3600, 100_000}).Draw(t, "later")
}

// TestRelationsOfAnyNight checks what held in all recorded nights, for any
// person and device.
func TestRelationsOfAnyNight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(append(Owners(), DemoPeople()...)).Draw(t, "person")
		a := drawAccount(t, p)
		now := time.Unix((a.nextDay+int64(a.Days))*86400, 0)
		a.generate(now)
		if a.recordsSleep() != (len(a.Nights) >= 10) {
			t.Fatalf("%s has %d nights", p.Name, len(a.Nights))
		}
		for _, n := range a.Nights {
			row := n.Row(a, drawMoment(t, n), NightFieldNames(), false)
			night := decodeModel[withings.Night](t, row)
			pieces := make([]withings.Stage, 0, 60)
			for _, s := range a.slices(n) {
				pieces = append(pieces, decodeModel[withings.Stage](t, n.slice(s, seriesNames())))
			}
			if broken := brokenRelations(night, pieces, a.zone); len(broken) > 0 {
				t.Fatalf("%s: %v: %s", p.Name, broken, asSent(row))
			}
		}
		checkOverlaps(t, a.Nights)
	})
}

func seriesNames() []string {
	var names []string
	for name := range SeriesFields() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkOverlaps lets two devices record the same sleep, and no device two at
// once.
func checkOverlaps(t *rapid.T, nights []*Night) {
	nights = slices.SortedFunc(slices.Values(nights), func(x, y *Night) int { return cmp.Compare(x.Start, y.Start) })
	last := map[string]*Night{}
	for _, n := range nights {
		if before := last[n.Device]; before != nil && before.End > n.Start {
			t.Fatalf("two at once: %+v, %+v", before, n)
		}
		last[n.Device] = n
	}
}

// brokenRelations names those that do not hold in a night and its stages.
func brokenRelations(n withings.Night, pieces []withings.Stage, zone *time.Location) []string {
	v := func(key string) int64 {
		field := n.Data.Fields.Number(key)
		if i, whole := field.Decimal.Int(); whole && field.OK {
			return i
		}
		return math.MinInt32
	}
	states, series := map[int64]int64{}, tally{}
	longest, stray := int64(0), false
	for _, s := range pieces {
		length := s.End.N - s.Start.N
		states[s.State.N] += length
		longest = max(longest, length)
		for _, samples := range s.Series {
			series[samples.Name] += len(samples.Values)
			for _, sample := range samples.Values {
				stray = stray || sample.At < s.Start.N || sample.At >= s.End.N || (sample.At-s.Start.N)%60 != 0
			}
		}
	}
	span := n.End.N - n.Start.N
	relations := map[string]bool{
		"stored after its end":        n.Created.N > n.End.N && n.Modified.N >= n.Created.N-1,
		"date of the end":             string(n.Date) == time.Unix(n.End.N, 0).In(zone).Format(time.DateOnly),
		"stages of ten minutes":       longest > 0 && longest <= 600,
		"a value a minute, in stages": !stray,
	}
	if !n.ModelID.OK {
		asleep := v("asleepduration")
		relations["only a duration"] = len(n.Data.Fields.All()) == 1 && len(n.Data.Events) == 0 && asleep > 0 && asleep <= span
		relations["only asleep"] = states[5] == asleep && len(states) == 1
		relations["no series"] = len(series) == 0
		return broken(relations)
	}
	asleep, inBed := v("total_sleep_time"), v("total_timeinbed")
	out := span - inBed
	efficiency := n.Data.Fields.Number("sleep_efficiency").Decimal.Float()
	minutes := int(inBed / 60)
	watch := n.Model.N == 16
	maps.Copy(relations, map[string]bool{
		"asleep = light + deep + REM":     asleep == v("lightsleepduration")+v("deepsleepduration")+v("remsleepduration"),
		"in bed = asleep + awake":         inBed == asleep+v("wakeupduration"),
		"got up at the end":               lastEvent(n, 4) == span,
		"fell asleep":                     lastEvent(n, 2) == v("sleep_latency"),
		"out of bed as often as into it":  len(n.Data.EventsOf(1)) == len(n.Data.EventsOf(4)),
		"efficiency":                      math.Abs(efficiency-math.Round(float64(asleep)/float64(inBed)*100)/100) < 1e-9,
		"out of bed":                      out >= 0 && out <= 1559 && (out == 0) == (v("out_of_bed_count") == 0),
		"awake = latency + rising + waso": v("wakeupduration") == v("sleep_latency")+v("wakeup_latency")+v("waso"),
		"old name of latency":             v("durationtosleep") == v("sleep_latency"),
		"old name of wakeup latency":      v("durationtowakeup") == v("wakeup_latency"),
		"stages add up": states[0] == v("wakeupduration") && states[1] == v("lightsleepduration") &&
			states[2] == v("deepsleepduration") && states[3] == v("remsleepduration"),
		"heart rate":                         v("hr_min") <= v("hr_average") && v("hr_average") <= v("hr_max"),
		"plausible heart rate":               v("hr_min") > 35,
		"breathing":                          v("rr_min") <= v("rr_average") && v("rr_average") <= v("rr_max"),
		"plausible breathing":                v("rr_max") < 25,
		"no score while incomplete":          n.Data.Fields.Number("sleep_score").OK != (n.Completed.OK && !n.Completed.True),
		"plausible score":                    v("sleep_score") <= 100,
		"variability":                        v("rmssd_start_avg") != 0,
		"variability series":                 series["rmssd"] == minutes && series["sdnn_1"] == minutes,
		"pulse series":                       series["hr"] == minutes && series["rr"] == minutes,
		"only a mat measures movement":       watch != (series["mvt_score"] > 0 && v("mvt_score_avg") > 0),
		"only a mat measures the chest":      watch != (v("chest_movement_rate_average") > 0),
		"only a mat records snoring":         watch != (series["snoring"] > 0 && v("breathing_disturbances_intensity") >= 0),
		"a watch counts no snoring":          !watch || v("snoring") == 0 && v("snoringepisodecount") == 0,
		"a watch records no time out of bed": !watch || out == 0,
		"core temperature":                   coreHolds(n.Data, n.ModelID.N == scanWatch2),
	})
	return broken(relations)
}

// coreHolds checks the core body temperature, which only one watch measures.
func coreHolds(d withings.NightData, measured bool) bool {
	low, average := d.Fields.Number("core_body_temperature_min"), d.Fields.Number("core_body_temperature_avg").Decimal.Float()
	high, status := d.Fields.Number("core_body_temperature_max"), d.Fields.Text("core_body_temperature_status")
	if !measured {
		return !low.OK && !high.OK && status == "unknown"
	}
	least, most := low.Decimal.Float(), high.Decimal.Float()
	inOrder := 35.5 < least && least < average && average < most && most < 40
	return inOrder && (status == "unknown" || (status == "elevated") == (average > 37.2))
}

func broken(relations map[string]bool) []string {
	var names []string
	for name, holds := range relations {
		if !holds {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestRelationsOfAnyGroup checks what holds for all groups of all people, and
// values that belong together.
func TestRelationsOfAnyGroup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(append(Owners(), DemoPeople()...)).Draw(t, "person")
		a := drawAccount(t, p)
		a.generate(time.Unix((a.nextDay+int64(a.Days))*86400, 0))
		ids := map[int64]bool{}
		for _, own := range a.Groups {
			g := decodeModel[withings.Group](t, own)
			v := map[int64]float64{}
			for _, m := range g.Measures {
				v[m.Type.N] = m.Value.Decimal.Float() * math.Pow10(int(m.Unit.N))
			}
			byHand := g.Attribution.N == 2 || g.Attribution.N == 4
			relations := map[string]bool{
				"an id of its own":                 !ids[g.ID.N],
				"stored after it was measured":     g.Date.N <= g.Created.N && g.Created.N == g.Modified.N,
				"by hand is from no device":        byHand == (g.Device() == ""),
				"a device has a name":              byHand == (g.Model == ""),
				"something measured":               len(g.Measures) > 0,
				"a plausible number of everything": isPlausible(v),
			}
			if v[249] != 0 {
				relations["urine"] = math.Abs(v[251]-v[248]/v[249]) <= 0.005001
			}
			if v[135] != 0 {
				relations["ECG"] = len(v) == 5 && v[135] < v[136] && v[136] < v[137] && v[138] > 0.3 && v[138] < 0.5
			}
			if broken := broken(relations); len(broken) > 0 {
				t.Fatalf("%s: %v: %s", p.Name, broken, asSent(own))
			}
			ids[g.ID.N] = true
		}
	})
}

// isPlausible compares the values of types that are alone in their range.
func isPlausible(values map[int64]float64) bool {
	limits := map[int64][2]float64{
		1: {10, 120}, 4: {1.4, 2.1}, 9: {50, 120}, 10: {90, 180}, 11: {45, 110}, 12: {35, 41}, 54: {90, 100}, 71: {35, 41},
		91: {5, 10}, 119: {50, 200}, 123: {25, 60}, 130: {0, 13},
		135: {0.06, 0.12}, 136: {0.1, 0.25}, 137: {0.3, 0.48}, 139: {0, 13},
		147: {4.5, 8.5}, 148: {1, 1.035}, 151: {0, 60}, 155: {20, 90}, 204: {0, 5}, 205: {0, 5}, 248: {0.5, 10}, 249: {2, 25},
		251: {0, 2}, 170: {0.5, 15}, 196: {1, 12}, 229: {20, 100},
	}
	for typ, value := range values {
		if limit, ok := limits[typ]; ok && (value < limit[0] || value > limit[1]) {
			return false
		}
	}
	return true
}

// TestHistoryIndependentOfGenerationSteps makes one history at once, another in
// steps, and a third that begins earlier.
func TestHistoryIndependentOfGenerationSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(Owners()).Draw(t, "person")
		seed := rapid.Uint64().Draw(t, "seed")
		now := time.Unix(rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "now"), 0)
		then := now.Add(20 * 24 * time.Hour)
		make3 := func(days int, moments ...time.Time) string {
			p.Days = days
			a := newAccount(seed, 1, p, now)
			for _, at := range moments {
				a.generate(at)
			}
			return recent(a, now.AddDate(0, 0, -5), then)
		}
		atOnce := make3(8, then)
		// A thermometer or a urine test may not be used for a month.
		if len(atOnce) < 200 && !p.Thermo && !p.UScan {
			t.Fatalf("%s: no history: %s", p.Name, atOnce)
		}
		inSteps := make3(8, now, now.Add(time.Hour*time.Duration(rapid.IntRange(1, 400).Draw(t, "hours"))), then)
		if earlier := make3(20, then); atOnce != inSteps || atOnce != earlier {
			t.Fatalf("%s: three histories:\n%.300s\n%.300s\n%.300s", p.Name, atOnce, inSteps, earlier)
		}
	})
}

// recent is what lies between two moments, as it is sent.
func recent(a *Account, from, to time.Time) string {
	var rows []any
	for _, g := range a.Groups {
		if g.Date >= from.Unix() && g.Date < to.Unix() {
			rows = append(rows, g)
		}
	}
	for _, n := range a.Nights {
		if n.End >= from.Unix() && n.End < to.Unix() {
			rows = append(rows, n.Row(a, to.Unix(), NightFieldNames(), false))
		}
	}
	return string(asSent(rows))
}

// lastEvent is the last moment of a kind of night event, in seconds after the
// start.
func lastEvent(n withings.Night, kind int) int64 {
	events := n.Data.EventsOf(kind)
	if len(events) == 0 {
		return -1
	}
	return events[len(events)-1].Second
}

// drawAccount is a person with any seed and start.
func drawAccount(t *rapid.T, p Person) *Account {
	p.Days = rapid.IntRange(13, 18).Draw(t, "days")
	now := rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "now")
	return newAccount(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 9).Draw(t, "index"), p, time.Unix(now, 0))
}
