package sensors

import (
	"cmp"

	"vitals2mqtt/withings"
)

// ApplyIntraday takes in the series of the day: of each value the newest slot counts.
func (s *State) ApplyIntraday(i withings.Intraday, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) {
		for at, slot := range i.Series {
			switch {
			case at <= 0 || at > maxTime:
			case r.inFuture(at):
				u.Future++
			default:
				s.takeSlot(at, slot, r, u)
			}
		}
	})
}

func (s *State) takeSlot(at int64, slot withings.Slot, r ApplyOptions, u *Update) {
	values := map[string]Value{}
	addFields(values, EndpointIntraday, slot.Data)
	for key, value := range values {
		known, ok := s.latest[key]
		if ok && (known.At > at || known.At == at && known.Values[key] == value) {
			continue
		}
		s.latest[key] = record{
			At: at, Modified: at, Received: r.receivedAt(), Device: string(cmp.Or(slot.DeviceID, slot.HashDeviceID)),
			Model: modelText(string(slot.Model), slot.ModelID, u), Values: map[string]Value{key: value},
		}
	}
}
