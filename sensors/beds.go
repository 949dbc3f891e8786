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
	// Entered is when somebody got in last. Nobody lies in two beds, so it ends the
	// stays that began elsewhere before.
	Entered int64 `json:"entered,omitempty"`
}

// lastEntered is Entered, also in states from before it was kept.
func (b bed) lastEntered() int64 {
	if b.In {
		return max(b.At, b.Entered)
	}
	return b.Entered
}

// maxStay is how long an "in" is believed: the "out" of a mat can get lost,
// and of one that feeds no nights nothing else would ever end it.
const maxStay = 24 * time.Hour

// maxBeds mats stay known; nobody has more.
const maxBeds = 20

// BedEvent is what a mat says when somebody gets in or out.
type BedEvent struct {
	// Device is the cloud's id of the mat.
	Device string
	In     bool
	// At is the event's own time. Events come in any order, and twice.
	At time.Time
}

// ApplyBedEvent takes in what a mat says. An event that is not newer than the last one of
// the same mat changes nothing.
func (s *State) ApplyBedEvent(e BedEvent, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) {
		at := e.At.Unix()
		switch {
		case e.Device == "" || at <= 0 || at > maxTime:
			return
		case r.inFuture(at):
			u.Future++
			return
		}
		known, met := s.beds[e.Device]
		entered := known.lastEntered()
		if e.In {
			entered = max(entered, at)
		}
		if met && at <= known.At {
			known.Entered = entered
			s.beds[e.Device] = known
			return
		}
		s.beds[e.Device] = bed{In: e.In, At: at, Received: r.receivedAt(), Entered: entered}
		last := make(map[string]int64, len(s.beds))
		for id, b := range s.beds {
			last[id] = b.At
		}
		if len(last) > maxBeds {
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

// endStaysBefore ends the stays that a night shows to be over: the event of getting up was
// lost. The mat uploads the night when it has ended.
func (s *State) endStaysBefore(night session, r ApplyOptions) {
	for id, b := range s.beds {
		if b.In && b.At < night.At && (night.Device == "" || night.Device == id) {
			s.beds[id] = bed{At: night.At, Received: r.receivedAt(), Entered: b.lastEntered()}
		}
	}
}

// isTooLong says whether a stay is too long to be true.
func (b bed) isTooLong(r ApplyOptions) bool {
	return b.In && !r.Now.IsZero() && r.Now.Sub(unixTime(b.At)) > maxStay
}

// hasLongStay says whether wake has anything to do.
func (s *State) hasLongStay(r ApplyOptions) bool {
	for _, b := range s.beds {
		if b.isTooLong(r) {
			return true
		}
	}
	return false
}

// endLongStays ends the stays that are too long to be true. Nobody knows when they ended,
// so their time stays, and a later event of the mat is still news.
func (s *State) endLongStays(r ApplyOptions) {
	for id, b := range s.beds {
		if b.isTooLong(r) {
			s.beds[id] = bed{At: b.At, Received: r.receivedAt(), Entered: b.lastEntered()}
		}
	}
}

// addBeds adds whether the person is in any of the beds: in the one that was
// entered last, unless its mat has said "out" since.
func (s *State) addBeds(readings map[string]Reading) {
	var newest, in record
	var entered int64
	for id, b := range s.beds {
		rec := record{At: b.At, Modified: b.At, Received: b.Received, Device: id}
		if rec.isNewerThan(newest) {
			newest = rec
		}
		if b.In && rec.isNewerThan(in) {
			in = rec
		}
		entered = max(entered, b.lastEntered())
	}
	switch {
	case in.At != 0 && in.At >= entered:
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

// IsMat says whether a device feels who lies on it.
func (d Device) IsMat() bool { return d.Type == "Sleep Monitor" }
