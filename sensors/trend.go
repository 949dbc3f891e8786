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
	secondsPerDay = 24 * 60 * 60
)

// weighIn is one weight. Day counts the user's local days since 1970.
type weighIn struct {
	At       int64           `json:"at"`
	Received int64           `json:"received"`
	Day      int64           `json:"day"`
	Value    decimal.Decimal `json:"kg"`
}

// recordWeight remembers the weight of a group for the trend.
func (s *Store) recordWeight(rec Record, o ApplyOptions) {
	kg, ok := rec.Values[keyWeight].Decimal()
	if !ok || kg.Sign() <= 0 {
		return
	}
	zone, _ := s.zones.lookup(rec.Zone, o.Zone)
	s.trend = nil
	s.weights[rec.ID] = weighIn{At: rec.At, Received: rec.Received, Day: dayOf(unixTime(rec.At).In(zone)), Value: kg}
}

// dayOf counts the local days since 1970.
func dayOf(t time.Time) int64 {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
}

// dayWeight is the mean weight of a day, in kg.
type dayWeight struct {
	day int64
	kg  float64
}

// dailyWeights are the days with a weigh-in, oldest first, at most a window of
// them.
func (s *Store) dailyWeights() []dayWeight {
	all := slices.SortedFunc(maps.Values(s.weights), func(a, b weighIn) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Value.Float(), b.Value.Float())) // sums depend on the order
	})
	var weights []dayWeight
	for len(all) > 0 {
		day, sum, count := all[0].Day, 0.0, 0
		for count < len(all) && all[count].Day == day {
			sum += all[count].Value.Float()
			count++
		}
		all = all[count:]
		weights = append(weights, dayWeight{day, sum / float64(count)})
	}
	// The last day before the window begins the line that leads into it.
	newest := weights[len(weights)-1].day
	first := slices.IndexFunc(weights, func(w dayWeight) bool { return newest-w.day <= trendWindow })
	return weights[max(0, first-1):]
}

// trend is the smoothed weight of every day from the first weigh-in to the
// last.
func trend(weights []dayWeight) []float64 {
	if len(weights) == 0 {
		return nil
	}
	smooth := []float64{weights[0].kg}
	for i, next := range weights[1:] {
		last := weights[i]
		slope := (next.kg - last.kg) / float64(next.day-last.day)
		for day := last.day + 1; day <= next.day; day++ {
			kg := last.kg + slope*float64(day-last.day)
			before := smooth[len(smooth)-1]
			smooth = append(smooth, before+smoothing*(kg-before))
		}
	}
	return smooth
}

// addTrend adds the trend on the day of the last weigh-in, and how it changed.
func (s *Store) addTrend(values map[string]Value) {
	if len(s.weights) == 0 {
		return
	}
	if s.trend == nil {
		s.trend = trend(s.dailyWeights())
	}
	smooth := s.trend
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

// pruneWeights removes weigh-ins that no trend depends on.
func (s *Store) pruneWeights() {
	newest := int64(0)
	for _, w := range s.weights {
		newest = max(newest, w.Day)
	}
	anchor := int64(0) // the last day before those that are kept stays too
	for _, w := range s.weights {
		if newest-w.Day > weightDays {
			anchor = max(anchor, w.Day)
		}
	}
	at := make(map[int64]int64, len(s.weights))
	for id, w := range s.weights {
		if newest-w.Day > weightDays && w.Day != anchor {
			s.forgetWeight(id)
			continue
		}
		at[id] = w.At
	}
	forgetOldest(at, maxWeights)
	for id := range s.weights {
		if _, kept := at[id]; !kept {
			s.forgetWeight(id)
		}
	}
}

func (s *Store) forgetWeight(id int64) {
	if _, known := s.weights[id]; known {
		delete(s.weights, id)
		s.trend = nil
	}
}
