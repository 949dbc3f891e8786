// SPDX-License-Identifier: MIT

package sensors

import (
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// The keys of bed presence: of the user, and of each mat.
const (
	KeyInBed    = "in_bed"
	KeyOccupied = "bed_occupied"
)

// bed is the last event of a mat: the user got in, or out.
type bed struct {
	In       bool
	At       int64 // the event's own time
	Received int64
	// Entered is when the user got in last. It ends the stays that began
	// earlier in other beds.
	Entered int64
}

// lastEntered is Entered, also when the user has just got in.
func (b bed) lastEntered() int64 {
	if b.In {
		return max(b.At, b.Entered)
	}
	return b.Entered
}

// maxStay is how long a stay can last: the event of getting up can be lost, and
// without nights from the mat nothing else would end it.
const maxStay = 24 * time.Hour

// maxBeds mats stay known.
const maxBeds = 20

// BedEvent is what a mat reports when the user gets in or out.
type BedEvent struct {
	// Device is the cloud's id of the mat.
	Device string
	In     bool
	// At is the event's own time. Events come in any order, and twice.
	At time.Time
}

// DecodeBedEvent makes a batch of what a mat reports. An event that is not
// newer than the last one of the same mat changes nothing.
func DecodeBedEvent(e BedEvent, o DecodeOptions) Batch {
	d := newDecoder(KindBeds, withings.Flag{}, o)
	switch at := e.At.Unix(); {
	case e.Device == "":
		d.leaveOut(LeftOutInvalid, 0, 0, d.receivedAt())
	case at <= 0 || at > maxTime:
		d.leaveOut(LeftOutNoTime, 0, 0, d.receivedAt())
	default:
		rec := Record{At: at, Modified: at, Created: at, Device: e.Device, Source: SourceNotification}
		rec.ID = NaturalID(KindBeds, rec)
		rec.addInt(FieldInBed, 0)
		if e.In {
			rec.Fields[0].Value = Number(decimal.FromInt(1))
		}
		d.add(rec)
	}
	return d.Batch
}

func onOff(is bool) Value {
	if is {
		return Text(on)
	}
	return Text(off)
}

// bedStays holds the last event of each mat, by the cloud's device id.
type bedStays map[string]bed

// record remembers an event.
func (s bedStays) record(rec Record) {
	known, seen := s[rec.Device]
	now := bed{In: rec.Values[keyOccupied] == Text(on), At: rec.At, Received: rec.Received, Entered: known.lastEntered()}
	if now.In {
		now.Entered = max(now.Entered, rec.At)
	}
	if seen && rec.At <= known.At {
		now = bed{In: known.In, At: known.At, Received: known.Received, Entered: now.Entered}
	}
	s[rec.Device] = now
	if len(s) <= maxBeds {
		return
	}
	oldest := rec.Device
	for id, b := range s {
		if b.At < s[oldest].At {
			oldest = id
		}
	}
	delete(s, oldest)
}

// stale returns the events that change nothing: a later one of the same mat is
// known.
func (s bedStays) stale(events []Record) []LeftOut {
	var stale []LeftOut
	for _, event := range events {
		if known, ok := s[event.Device]; ok && event.At < known.At {
			stale = append(stale, LeftOut{
				ID:       fingerprint(event.Device, event.At),
				Reason:   LeftOutSuperseded,
				At:       event.At,
				Received: event.Received,
			})
		}
	}
	return stale
}

// endBefore ends the stays that a night shows to be over: the event of
// getting up was lost. The mat uploads the night when it has ended.
func (s bedStays) endBefore(night Record) {
	if night.Class != classMat {
		return
	}
	for id, b := range s {
		if b.In && b.At < night.At && (night.Device == "" || night.Device == id) {
			s[id] = bed{At: night.At, Received: night.Received, Entered: b.lastEntered()}
		}
	}
}

// isTooLong reports whether a stay exceeds maxStay.
func (b bed) isTooLong(o ApplyOptions) bool {
	return b.In && !o.Now.IsZero() && o.Now.Sub(unixTime(b.At)) > maxStay
}

// hasLong reports whether a stay exceeds maxStay.
func (s bedStays) hasLong(o ApplyOptions) bool {
	for _, b := range s {
		if b.isTooLong(o) {
			return true
		}
	}
	return false
}

// endLong ends the stays that exceed maxStay. When they ended is unknown,
// so their time stays, and a later event of the mat is still news.
func (s bedStays) endLong(o ApplyOptions) {
	for id, b := range s {
		if b.isTooLong(o) {
			s[id] = bed{At: b.At, Received: o.receivedAt(), Entered: b.lastEntered()}
		}
	}
}

// addBeds adds whether the user is in any of the beds: in the one that was
// entered last, unless its mat has reported "out" since.
func addBeds(readings map[string]Reading, beds bedStays) {
	var newest, in Record
	var entered int64
	for id, b := range beds {
		rec := Record{At: b.At, Modified: b.At, Received: b.Received, Device: id}
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

// Beds returns the state of each mat by the device's short id.
func (s *Store) Beds() map[string]Reading {
	readings := map[string]Reading{}
	for id, b := range s.beds {
		rec := Record{At: b.At, Modified: b.At, Received: b.Received, Device: id}
		readings[DeviceID(id)] = rec.reading(keyOccupied, onOff(b.In))
	}
	return readings
}

// IsMat reports whether a device is a sleep mat.
func (d Device) IsMat() bool { return d.Type == "Sleep Monitor" }
