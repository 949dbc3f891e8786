// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"

	"vitals2mqtt/withings"
)

// DecodeMinutes reads the minutes of a night from the response with its series.
// They are kept with those of a day, under names of their own.
func DecodeMinutes(g withings.Stages, o DecodeOptions) Batch {
	d := newDecoder(KindSlots, withings.Flag{}, o)
	minutes, fields := 0, 0
	for i := range g.Series {
		longest := 0
		for _, series := range g.Series[i].Series {
			longest = max(longest, len(series.Values))
		}
		minutes += longest
		fields += longest * len(g.Series[i].Series)
	}
	m := minutesDecoder{decoder: d, fields: map[string]string{}}
	d.Records = make([]Record, 0, minutes)
	d.expect(fields)
	for i := range g.Series {
		m.decodeStretch(&g.Series[i])
	}
	found := sorted(d.Records, func(a, b *Record) int { return cmp.Compare(b.ID, a.ID) }) // ids fall with time
	d.Records = found[:0]
	for i := 0; i < len(found); {
		same := i + 1
		for ; same < len(found) && found[same].ID == found[i].ID; same++ {
			for _, f := range found[same].Fields {
				found[i].addNewField(f)
			}
		}
		d.add(found[i])
		i = same
	}
	return d.Batch
}

// minutesDecoder collects the values of minutes from series of stages.
type minutesDecoder struct {
	*decoder

	fields map[string]string // by the name of the series
}

// decodeStretch adds the values of a stage. A minute that only some of its
// series have, and one that is in several stages, can get several records.
func (m *minutesDecoder) decodeStretch(stretch *withings.Stage) {
	device, model, begin := newDeviceIDs(string(stretch.HashDeviceID)), "", len(m.Records)
	for _, series := range stretch.Series {
		field, named := m.fields[series.Name]
		if !named {
			field = SleepFieldPrefix + series.Name
			m.fields[series.Name] = field
		}
		// All series are in the order of time, and most have the same minutes.
		next, end := begin, len(m.Records)
		for _, sample := range series.Values {
			if sample.At <= 0 || sample.At > maxTime {
				m.leaveOut(LeftOutNoTime, 0, 0, sample.At)
				continue
			}
			f := Field{Name: field, Position: NoPosition, Value: Number(sample.Value)}
			for next < end && m.Records[next].At < sample.At {
				next++
			}
			if next < end && m.Records[next].At == sample.At {
				m.Records[next].addNewField(f)
				continue
			}
			if model == "" {
				model = m.modelText(string(stretch.Model), stretch.ModelID)
			}
			m.Records = append(m.Records, Record{
				ID: device.idOf(sample.At), At: sample.At, Modified: sample.At, Device: device.device, Model: model,
				Fields: append(m.room(len(stretch.Series)), f),
			})
		}
	}
}

// addNewField adds a field unless the record has it: what came first counts.
func (r *Record) addNewField(f Field) {
	if !hasField(r.Fields, f.Name, f.Position) {
		r.Fields = append(r.Fields, f)
	}
}
