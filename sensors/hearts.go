package sensors

import (
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

const (
	// keepBeats records of the heart stay known.
	keepBeats = 10
	// sameRecord is how far apart, in seconds, a measure group and a record of the
	// heart can be that tell of the same electrocardiogram.
	sameRecord = 60
)

// Hearts takes in an answer of electrocardiograms.
func (s *State) Hearts(h withings.HeartRecords, r Rules) Update {
	return s.change(r, func(u *Update) {
		for _, row := range h.Series {
			s.takeHeart(row, r, u)
		}
	})
}

func (s *State) takeHeart(row withings.HeartRecord, r Rules, u *Update) {
	at := moment(row.Timestamp)
	modified := moment(row.Modified, row.Timestamp)
	rec := record{
		ID: -2 * at, At: at, Modified: modified, Received: r.received(), Device: string(row.DeviceID), Zone: string(row.Timezone),
		Model: modelOf("", row.Model, u), Values: map[string]Value{},
	}
	if row.ECG.OK {
		if row.ECG.Value.SignalID.OK {
			rec.ID = row.ECG.Value.SignalID.N
		}
		rec.Values[keyECGTime] = stamp(at)
		if class := row.ECG.Value.AFib; class.OK {
			rec.Values[keyRhythm] = Text(rhythm(decimal.FromInt(class.N), u))
		}
		if row.HeartRate.OK && row.HeartRate.N > 0 {
			rec.Values[keyBeat] = Number(decimal.FromInt(row.HeartRate.N))
		}
	}
	if row.Stetho.OK {
		addValves(rec.Values, row.Stetho.Value.VHD, u)
	}
	s.takeBeat(rec, r, u)
}

// Sounds takes in an answer of heart sounds.
func (s *State) Sounds(h withings.SoundRecords, r Rules) Update {
	return s.change(r, func(u *Update) { s.takeSounds(h, r, u) })
}

func (s *State) takeSounds(h withings.SoundRecords, r Rules, u *Update) {
	for _, row := range h.Series {
		at := moment(row.Timestamp)
		rec := record{
			ID: -2*at - 1, At: at, Modified: at, Received: r.received(), Zone: string(row.Timezone), Values: map[string]Value{},
			Device: string(row.HashDeviceID),
		}
		if row.SignalID.OK {
			rec.ID = row.SignalID.N
		}
		addValves(rec.Values, row.VHD, u)
		s.takeBeat(rec, r, u)
	}
}

func addValves(values map[string]Value, class withings.Int, u *Update) {
	if class.OK {
		values[keyValves] = Text(classOf(UnknownValves, valveClasses(), decimal.FromInt(class.N), u))
	}
}

// takeBeat lets a version of a record replace the one before it.
func (s *State) takeBeat(rec record, r Rules, u *Update) {
	known, met := s.heard[rec.ID]
	switch {
	case rec.At == 0 || len(rec.Values) == 0 || met && rec.Modified < known:
		return
	case r.ahead(rec.At):
		u.Future++
		return
	}
	u.cursor(rec.Modified, r)
	if old := s.beats[rec.ID]; met && old.Modified == rec.Modified {
		rec.Received = old.Received
	}
	s.heard[rec.ID] = rec.Modified
	s.beats[rec.ID] = rec
	if !met && r.fresh(rec.Modified) && rec.Values[keyECGTime].Valid() && !told(s.groups, rec) {
		u.Events = append(u.Events, rec.event(EventHeart))
	}
}

// LastECG returns the cloud's id of the newest electrocardiogram with a curve,
// and false when none is known.
func (s *State) LastECG() (id int64, ok bool) {
	last, ok := s.lastECG()
	return last.ID, ok && last.ID > 0
}

func (s *State) lastECG() (record, bool) {
	last := record{}
	for _, rec := range s.beats {
		if rec.Values[keyECGTime].Valid() && rec.newer(last) {
			last = rec
		}
	}
	return last, last.At != 0
}

// told says whether another record tells of the same electrocardiogram: the
// cloud lists one both as a measure group and as a record of the heart.
func told(records map[int64]record, rec record) bool {
	if !rec.Values[keyRhythm].Valid() {
		return false
	}
	for _, other := range records {
		if other.Values[keyRhythm].Valid() && max(other.At-rec.At, rec.At-other.At) <= sameRecord {
			return true
		}
	}
	return false
}
