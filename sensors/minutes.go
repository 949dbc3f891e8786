package sensors

import (
	"cmp"

	"vitals2mqtt/withings"
)

// DecodeMinutes reads the minutes of a night from the response with its series.
// They are kept with those of a day, under names of their own.
func DecodeMinutes(g withings.Stages, o DecodeOptions) Batch {
	d := newDecoder(KindSlots, withings.Flag{}, o)
	most := 0
	for i := range g.Series {
		longest := 0
		for _, series := range g.Series[i].Series {
			longest = max(longest, len(series.Values))
		}
		most += longest
	}
	m := minutesDecoder{decoder: d, at: make(map[int64]int, most), fields: map[string]string{}}
	d.Records = make([]Record, 0, most)
	for i := range g.Series {
		m.decodeStretch(&g.Series[i])
	}
	found := sorted(d.Records, func(a, b *Record) int { return cmp.Compare(b.ID, a.ID) }) // ids fall with time
	d.Records = found[:0]
	for i := range found {
		d.add(found[i])
	}
	return d.Batch
}

// minutesDecoder collects the values of minutes from series of stages.
type minutesDecoder struct {
	*decoder

	at     map[int64]int     // the index of a record by its id
	fields map[string]string // by the name of the series
	// samples are the indices of the records of the last series, in its order: the
	// next series of the same stage has the same minutes.
	samples []int
}

// decodeStretch adds the values of a stage.
func (m *minutesDecoder) decodeStretch(stretch *withings.Stage) {
	device, model := newDeviceIDs(string(stretch.HashDeviceID)), ""
	m.samples = m.samples[:0]
	for _, series := range stretch.Series {
		field, named := m.fields[series.Name]
		if !named {
			field = SleepFieldPrefix + series.Name
			m.fields[series.Name] = field
		}
		for i, sample := range series.Values {
			if sample.At <= 0 || sample.At > maxTime || !sample.Value.OK {
				m.leaveOut(LeftOutNoTime, 0, 0, sample.At)
				continue
			}
			id := device.idOf(sample.At)
			at, known := m.find(id, i)
			if !known {
				if model == "" {
					model = m.modelText(string(stretch.Model), stretch.ModelID)
				}
				m.Records = append(m.Records, Record{
					ID: id, At: sample.At, Modified: sample.At, Device: device.device, Model: model,
					Fields: m.room(len(stretch.Series)),
				})
			}
			m.Records[at].addNewField(Field{Name: field, Position: NoPosition, Value: Number(sample.Value.Decimal)})
		}
	}
}

// find returns the index of the record with an id, the next one for a new one. i
// is the place of the sample in its series.
func (m *minutesDecoder) find(id int64, i int) (at int, known bool) {
	if i < len(m.samples) && m.Records[m.samples[i]].ID == id {
		return m.samples[i], true
	}
	if at, known = m.at[id]; !known {
		at = len(m.Records)
		m.at[id] = at
	}
	if i == len(m.samples) {
		m.samples = append(m.samples, at)
	}
	return at, known
}

// addNewField adds a field unless the record has it: what came first counts.
func (r *Record) addNewField(f Field) {
	if !hasField(r.Fields, f.Name, f.Position) {
		r.Fields = append(r.Fields, f)
	}
}
