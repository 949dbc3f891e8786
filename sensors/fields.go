package sensors

import "vitals2mqtt/withings"

// addFields adds the values of the sensors of an endpoint from the fields of a
// row.
func addFields(values map[string]Value, endpoint Endpoint, fields map[string]withings.Number) {
	for _, row := range catalogueIndex().fields[endpoint] {
		if value, ok := fieldValue(row, fields); ok {
			values[row.Key] = value
		}
	}
}

// fieldValue is the first of a sensor's fields that was delivered. All of them
// are counts, durations, rates and scores: a negative number means that there
// is no value (−1 occurs), and so does 0 for some.
func fieldValue(row Sensor, fields map[string]withings.Number) (Value, bool) {
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
