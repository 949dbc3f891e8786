package sensors

import (
	"time"
)

// The keys of what mats say: for the person, and for each mat.
const (
	KeyInBed    = "in_bed"
	KeyOccupied = "bed_occupied"
)

// bed is what a mat said last: somebody got in, or out.
type bed struct {
	In       bool  `json:"in"`
	At       int64 `json:"at"` // the event's own time
	Received int64 `json:"received"`
}

// keepBeds mats stay known; nobody has more.
const keepBeds = 20

// BedEvent is what a mat says when somebody gets in or out.
type BedEvent struct {
	// Device is the cloud's id of the mat.
	Device string
	In     bool
	// At is the event's own time. Events come in any order, and twice.
	At time.Time
}

// Bed takes in what a mat says. An event that is not newer than the last one of
// the same mat changes nothing.
func (s *State) Bed(e BedEvent, r Rules) Update {
	return s.change(r, func(u *Update) {
		at := e.At.Unix()
		switch {
		case e.Device == "" || at <= 0 || at > lastMoment:
			return
		case r.ahead(at):
			u.Future++
			return
		}
		if known, met := s.beds[e.Device]; met && at <= known.At {
			return
		}
		s.beds[e.Device] = bed{In: e.In, At: at, Received: r.received()}
		last := make(map[string]int64, len(s.beds))
		for id, b := range s.beds {
			last[id] = b.At
		}
		if len(last) > keepBeds {
			oldest := e.Device
			for id, at := range last {
				if at < last[oldest] {
					oldest = id
				}
			}
			delete(s.beds, oldest)
		}
	})
}

// rise ends the stays that a night shows to be over: the event of getting up was
// lost. The mat uploads the night when it has ended.
func (s *State) rise(night session, r Rules) {
	for id, b := range s.beds {
		if b.In && b.At < night.At && (night.Device == "" || night.Device == id) {
			s.beds[id] = bed{At: night.At, Received: r.received()}
		}
	}
}

// addBeds adds whether the person is in any of the beds.
func (s *State) addBeds(readings map[string]Reading) {
	var newest, in record
	for id, b := range s.beds {
		rec := record{At: b.At, Modified: b.At, Received: b.Received, Device: id}
		if rec.newer(newest) {
			newest = rec
		}
		if b.In && rec.newer(in) {
			in = rec
		}
	}
	switch {
	case in.At != 0:
		readings[keyInBed] = in.reading(keyInBed, Text(on))
	case newest.At != 0:
		readings[keyInBed] = newest.reading(keyInBed, Text(off))
	}
}

// Beds returns what each mat says, by the device's short id.
func (s *State) Beds() map[string]Reading {
	readings := map[string]Reading{}
	for id, b := range s.beds {
		value := Text(off)
		if b.In {
			value = Text(on)
		}
		rec := record{At: b.At, Modified: b.At, Received: b.Received, Device: id}
		readings[DeviceID(id)] = rec.reading(keyOccupied, value)
	}
	return readings
}

// Mat says whether a device feels who lies on it.
func (d Device) Mat() bool { return d.Type == "Sleep Monitor" }
