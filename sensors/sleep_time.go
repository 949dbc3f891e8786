package sensors

import "vitals2mqtt/internal/decimal"

// setSleepTime sets how long somebody slept in a session, the one measure by which
// nights and naps are compared and counted, and fills in the total that the
// cloud has left out though it knows the stages.
func (s *Record) setSleepTime() {
	total, _ := s.seconds(keySleepTotal)
	s.Asleep = s.timeAsleep()
	if stages, complete := s.stages(); total == 0 && (stages > 0 || complete) {
		s.Values[keySleepTotal] = Number(decimal.FromInt(s.Asleep))
	}
}

// timeAsleep is light, deep and REM sleep together, in seconds. Where one of them
// is missing, the cloud's own total counts more than the others; only a session
// that says nothing of sleep at all counts from start to end.
func (s *Record) timeAsleep() int64 {
	total, totalled := s.seconds(keySleepTotal)
	stages, complete := s.stages()
	switch {
	case complete && stages > 0:
		return stages
	case total > 0:
		return total
	case stages > 0 || complete || totalled:
		return stages
	}
	return s.At - s.Start
}

// stages adds up the stages of sleep that were delivered, in seconds, and says
// whether all three were.
func (s *Record) stages() (sum int64, complete bool) {
	complete = true
	for _, key := range []string{"sleep_light_duration_seconds", "sleep_deep_duration_seconds", "sleep_rem_duration_seconds"} {
		stage, ok := s.seconds(key)
		sum += stage
		complete = complete && ok
	}
	return sum, complete
}

// seconds is a duration of the session, and false when it has none that can be one.
func (s *Record) seconds(key string) (int64, bool) {
	number, _ := s.Values[key].Decimal()
	n, whole := number.Round(0).Int()
	if !s.Values[key].Valid() || !whole || n > maxTime {
		return 0, false
	}
	return n, true
}
