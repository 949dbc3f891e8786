package sensors

import (
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

const (
	// maxHeartRecords records of the heart stay known.
	maxHeartRecords = 10
	// sameECGSeconds is how far apart, in seconds, a measure group and a record of the
	// heart can be that tell of the same electrocardiogram.
	sameECGSeconds = 60
)

// ApplyHeartRecords takes in an answer of electrocardiograms.
func (s *State) ApplyHeartRecords(h withings.HeartRecords, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) {
		for _, row := range h.Series {
			s.takeECG(row, r, u)
		}
	})
}

func (s *State) takeECG(row withings.HeartRecord, r ApplyOptions, u *Update) {
	at := firstTime(row.Timestamp)
	modified := firstTime(row.Modified, row.Timestamp)
	rec := record{
		ID: -2 * at, At: at, Modified: modified, Received: r.receivedAt(), Device: string(row.DeviceID), Zone: string(row.Timezone),
		Model: modelText("", row.Model, u), Values: map[string]Value{},
	}
	if row.ECG.OK {
		if row.ECG.Value.SignalID.OK {
			rec.ID = row.ECG.Value.SignalID.N
		}
		rec.Values[keyECGTime] = timestampValue(at)
		if class := row.ECG.Value.AFib; class.OK {
			rec.Values[keyRhythm] = Text(rhythmName(decimal.FromInt(class.N), u))
		}
		if row.HeartRate.OK && row.HeartRate.N > 0 {
			rec.Values[keyECGHeartRate] = Number(decimal.FromInt(row.HeartRate.N))
		}
	}
	if row.Stetho.OK {
		addValveClass(rec.Values, row.Stetho.Value.VHD, u)
	}
	s.takeHeartRecord(rec, r, u)
}

// ApplySoundRecords takes in an answer of heart sounds.
func (s *State) ApplySoundRecords(h withings.SoundRecords, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) { s.takeSounds(h, r, u) })
}

func (s *State) takeSounds(h withings.SoundRecords, r ApplyOptions, u *Update) {
	for _, row := range h.Series {
		at := firstTime(row.Timestamp)
		rec := record{
			ID: -2*at - 1, At: at, Modified: at, Received: r.receivedAt(), Zone: string(row.Timezone), Values: map[string]Value{},
			Device: string(row.HashDeviceID),
		}
		if row.SignalID.OK {
			rec.ID = row.SignalID.N
		}
		addValveClass(rec.Values, row.VHD, u)
		s.takeHeartRecord(rec, r, u)
	}
}

func addValveClass(values map[string]Value, class withings.Int, u *Update) {
	if class.OK {
		values[keyValves] = Text(className(UnknownValves, valveClasses(), decimal.FromInt(class.N), u))
	}
}

// takeHeartRecord lets a version of a record replace the one before it.
func (s *State) takeHeartRecord(rec record, r ApplyOptions, u *Update) {
	known, met := s.seenHeartRecords[rec.ID]
	switch {
	case rec.At == 0 || len(rec.Values) == 0 || met && rec.Modified < known:
		return
	case r.inFuture(rec.At):
		u.Future++
		return
	}
	u.advanceCursor(rec.Modified, r)
	if old := s.heartRecords[rec.ID]; met && old.Modified == rec.Modified {
		rec.Received = old.Received
	}
	s.seenHeartRecords[rec.ID] = rec.Modified
	s.heartRecords[rec.ID] = rec
	if !met && r.isNew(rec.Modified) && rec.Values[keyECGTime].Valid() && !hasSameECG(s.groups, rec) {
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
	for _, rec := range s.heartRecords {
		if rec.Values[keyECGTime].Valid() && rec.isNewerThan(last) {
			last = rec
		}
	}
	return last, last.At != 0
}

// hasSameECG says whether another record tells of the same electrocardiogram: the
// cloud lists one both as a measure group and as a record of the heart.
func hasSameECG(records map[int64]record, rec record) bool {
	if !rec.Values[keyRhythm].Valid() {
		return false
	}
	for _, other := range records {
		if other.Values[keyRhythm].Valid() && max(other.At-rec.At, rec.At-other.At) <= sameECGSeconds {
			return true
		}
	}
	return false
}
