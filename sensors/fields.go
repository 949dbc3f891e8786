package sensors

import "vitals2mqtt/withings"

// fieldsInto takes the values of an endpoint's rows out of the fields of one of
// its answers.
func fieldsInto(values map[string]Value, endpoint Endpoint, fields map[string]withings.Number) {
	for _, row := range catalogue().fields[endpoint] {
		if value, ok := field(row, fields); ok {
			values[row.Key] = value
		}
	}
}

// field is the first of a sensor's fields that was delivered. All of them are
// counts, durations, rates and scores: a negative number is the cloud's way to
// say that it has none (−1 is recorded), and so is 0 for some.
func field(row Sensor, fields map[string]withings.Number) (Value, bool) {
	if row.Needs != "" && fields[row.Needs].Decimal.Sign() <= 0 {
		return Value{}, false
	}
	for _, name := range row.Fields {
		number, ok := fields[name]
		sign := number.Decimal.Sign()
		if !ok || !number.OK || sign < 0 || sign == 0 && row.ZeroIsNone {
			continue
		}
		if shifted, err := number.Decimal.Shift(row.Shift); err == nil {
			return Number(shifted), true
		}
	}
	return Value{}, false
}
