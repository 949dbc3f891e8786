// SPDX-License-Identifier: MIT

package sensors

import "vitals2mqtt/internal/decimal"

// setSleepTime sets how long the user slept in a session, the one measure by
// which nights and naps are compared and counted, and fills in the total that
// the cloud leaves out although it has the stages.
func (r *Record) setSleepTime() {
	total, _ := r.seconds(keySleepTotal)
	r.Asleep = r.timeAsleep()
	if stages, complete := r.stages(); total == 0 && (stages > 0 || complete) {
		r.Values[keySleepTotal] = Number(decimal.FromInt(r.Asleep))
	}
}

// timeAsleep is light, deep and REM sleep together, in seconds. Where one of
// them is missing, the cloud's own total counts more than the others; only a
// session without any of them counts from start to end.
func (r *Record) timeAsleep() int64 {
	total, totalled := r.seconds(keySleepTotal)
	stages, complete := r.stages()
	switch {
	case complete && stages > 0:
		return stages
	case total > 0:
		return total
	case stages > 0 || complete || totalled:
		return stages
	}
	return r.At - r.Start
}

// stages adds up the stages of sleep that there are, in seconds, and reports
// whether there are all three.
func (r *Record) stages() (sum int64, complete bool) {
	complete = true
	for _, name := range []string{"light", "deep", "rem"} {
		key := "sleep_" + name + "_duration_seconds"
		stage, ok := r.seconds(key)
		sum += stage
		complete = complete && ok
	}
	return sum, complete
}

// seconds is a duration of the session, and false when it has none that can be
// one.
func (r *Record) seconds(key string) (int64, bool) {
	number, _ := r.Values[key].Decimal()
	n, whole := number.Round(0).Int()
	if !r.Values[key].Valid() || !whole || n > maxTime {
		return 0, false
	}
	return n, true
}
