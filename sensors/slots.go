package sensors

import "vitals2mqtt/withings"

// DecodeIntraday reads the minutes of a day that have a value.
func DecodeIntraday(i withings.Intraday, o DecodeOptions) Batch {
	d := newDecoder(KindSlots, withings.Flag{}, o)
	for at, slot := range i.Series {
		rec := Record{
			ID:       -at,
			At:       at,
			Modified: at,
			Device:   deviceID(slot.DeviceID, slot.HashDeviceID),
			Values:   map[string]Value{},
		}
		addFields(rec.Values, EndpointIntraday, slot.Data)
		if at <= 0 || at > maxTime || len(rec.Values) == 0 && !d.isFuture(at) {
			continue
		}
		rec.Model = d.modelText(string(slot.Model), slot.ModelID)
		d.add(rec)
	}
	return d.Batch
}
