package sensors

import "vitals2mqtt/withings"

// addFields adds the values of the sensors of an endpoint from the fields of a
// row: the numbers, and the texts where a number should be.
func (d *decoder) addFields(
	rec *Record, endpoint Endpoint, fields map[string]withings.Number, texts map[string]string,
) {
	for _, row := range catalogueIndex().fields[endpoint] {
		if value, ok := fieldValue(row, fields); ok {
			rec.Values[row.Key] = value
			continue
		}
		for _, name := range row.Fields {
			if _, unreadable := texts[name]; unreadable {
				d.leaveOut(LeftOutNoValue, rec.ID, rec.At, name)
			}
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
