// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/internal/decimal"
)

// The weight trend is smoothed exponentially, a tenth of the difference a day,
// as in the Hacker's Diet. A day's weight is the mean of its weigh-ins; days
// without one lie on the straight line between their neighbours. What is older
// than a trendWindow has no weight left in it (0.9^200 is less than 10⁻⁹), but
// for the one day from which the line leads into the window.
const (
	smoothing   = 0.1
	trendWindow = 200 // days
	// weightDays days stay known, more than are needed, so that deleting the
	// newest weigh-ins leaves enough.
	weightDays    = 400 // days
	maxWeights    = 3000
	weightMeasure = 1
	secondsPerDay = 24 * 60 * 60
)

// weighIn is one weight. Day counts the user's local days since 1970.
type weighIn struct {
	At       int64
	Received int64
	Day      int64
	Value    decimal.Decimal
}

// weightHistory holds what the weight trend depends on.
type weightHistory struct {
	weighIns map[int64]weighIn // by group
	trend    []float64         // nil when it must be computed again
}

// recordWeight remembers the weight of a group that was measured in a time zone.
func recordWeight(s *Store, rec *Record, kg decimal.Decimal, o ApplyOptions) {
	if kg.Sign() <= 0 {
		return
	}
	zone, _ := s.calendar.zones.lookup(rec.Zone, o.Zone)
	s.weights.trend = nil
	s.weights.weighIns[rec.ID] = weighIn{At: rec.At, Received: rec.Received, Day: DayOf(unixTime(rec.At).In(zone)), Value: kg}
}

// passWeight remembers the weight of a group of which nothing else is kept.
func passWeight(s *Store, rec *Record, o ApplyOptions) {
	value, ok := fieldOf(rec.ReadFields(), measureName(weightMeasure))
	if !ok {
		return
	}
	naming, _ := NameField(KindMeasures, measureName(weightMeasure), NoPosition, o.Extra)
	value, _ = naming.Value(value)
	if kg, isNumber := value.Decimal(); isNumber {
		recordWeight(s, rec, kg, o)
	}
}

// DayOf counts the local days from 1970 to that of a time.
func DayOf(t time.Time) int64 {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
}

// DayWeight is the mean weight of a local day with a weigh-in.
type DayWeight struct {
	// Day counts the days since 1970, see DayOf.
	Day       int64
	Kilograms float64
}

// TrendDays is how many days before a day its trend depends on.
const TrendDays = trendWindow

// daily returns the days with a weigh-in, oldest first, at most a window of
// them.
func (h *weightHistory) daily() []DayWeight {
	all := slices.SortedFunc(maps.Values(h.weighIns), func(a, b weighIn) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Value.Float(), b.Value.Float())) // sums depend on the order
	})
	var weights []DayWeight
	for len(all) > 0 {
		day, sum, count := all[0].Day, 0.0, 0
		for count < len(all) && all[count].Day == day {
			sum += all[count].Value.Float()
			count++
		}
		all = all[count:]
		weights = append(weights, DayWeight{day, sum / float64(count)})
	}
	// The last day before the window begins the line that leads into it.
	newest := weights[len(weights)-1].Day
	first := slices.IndexFunc(weights, func(w DayWeight) bool { return newest-w.Day <= trendWindow })
	return weights[max(0, first-1):]
}

// WeightTrend is the smoothed weight of every day from the first weigh-in to the
// last, in kg. The days must be in order.
func WeightTrend(weights []DayWeight) []float64 {
	if len(weights) == 0 {
		return nil
	}
	smooth := []float64{weights[0].Kilograms}
	for i, next := range weights[1:] {
		last := weights[i]
		slope := (next.Kilograms - last.Kilograms) / float64(next.Day-last.Day)
		for day := last.Day + 1; day <= next.Day; day++ {
			kg := last.Kilograms + slope*float64(day-last.Day)
			before := smooth[len(smooth)-1]
			smooth = append(smooth, before+smoothing*(kg-before))
		}
	}
	return smooth
}

// addTrend adds the trend on the day of the last weigh-in, and how it changed.
func (h *weightHistory) addTrend(values map[string]Value) {
	if len(h.weighIns) == 0 {
		return
	}
	if h.trend == nil {
		h.trend = WeightTrend(h.daily())
	}
	smooth := h.trend
	today := len(smooth) - 1
	putFloat(values, keyTrend, smooth[today])
	for key, days := range map[string]int{keyTrendWeek: 7, keyTrendMonth: 30} {
		if today >= days {
			putFloat(values, key, smooth[today]-smooth[today-days])
		}
	}
}

func putFloat(values map[string]Value, key string, kg float64) {
	rounded, err := decimal.Parse(strconv.FormatFloat(kg, 'f', catalogueIndex().byKey[key].Precision+extraPlaces, 64))
	if err == nil {
		values[key] = Number(rounded)
	}
}

// prune removes weigh-ins that no trend depends on.
func (h *weightHistory) prune() {
	newest := int64(0)
	for _, w := range h.weighIns {
		newest = max(newest, w.Day)
	}
	anchor := int64(0) // the last day before those that are kept stays too
	for _, w := range h.weighIns {
		if newest-w.Day > weightDays {
			anchor = max(anchor, w.Day)
		}
	}
	at := make(map[int64]int64, len(h.weighIns))
	for id, w := range h.weighIns {
		if newest-w.Day > weightDays && w.Day != anchor {
			h.forget(id)
			continue
		}
		at[id] = w.At
	}
	forgetOldest(at, maxWeights)
	for id := range h.weighIns {
		if _, kept := at[id]; !kept {
			h.forget(id)
		}
	}
}

// forget removes the weigh-in of a group.
func (h *weightHistory) forget(id int64) {
	if _, known := h.weighIns[id]; known {
		delete(h.weighIns, id)
		h.trend = nil
	}
}
