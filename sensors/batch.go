// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// Batch is one decoded response of an endpoint, as packages that store, show or
// export measurements use it.
type Batch struct {
	Kind Kind
	// Records are the usable ones. They need not be interpreted: see Record.Values.
	Records []Record
	// Listed names all rows of the response, by Record.listedAs, those without a
	// usable record too.
	Listed []int64
	// Range is set when the response is complete for a span of time: a known
	// record within it that is not listed is gone. See Covering.
	Range *Range
	// More is true when the response was announced to continue and did not.
	More bool
	// Offset is where the page begins that the batch was decoded from, 0 for the
	// first. A history that is interrupted after it continues there: what comes
	// twice changes nothing.
	Offset int64
	// Continues is true when more batches of the same reading follow. Only the last
	// one can have a Range, with the rows of all of them listed.
	Continues bool
	// Partial is true when the history of the endpoint was not read and the batch
	// is of its recent past.
	Partial bool
	// Cursor is the newest modification time, also of the batches before it of the
	// same reading; zero for an empty response.
	Cursor time.Time
	// Unknown lists the numbers that no table explains.
	Unknown []Unknown
	// LeftOut lists what the response has and Records lack, with the reason.
	LeftOut []LeftOut
	// Zone is the account's time zone, "" when the response does not name it.
	Zone string
	// Devices are the devices of KindDevices; nil for other kinds.
	Devices []Device
}

// Range is a span of time.
type Range struct{ From, To time.Time }

// Covering returns the batch as complete between two moments, unless the cloud
// has more.
func (b Batch) Covering(from, to time.Time) Batch {
	if !b.More && !b.Continues {
		b.Range = &Range{from, to}
	}
	return b
}

// DecodeOptions are what decoding needs besides the response.
type DecodeOptions struct {
	// Now is the time of the response; with the zero time nothing is in the
	// future.
	Now time.Time
	// Zone is for records whose own time zone is missing or unknown; nil is UTC.
	Zone *time.Location
	// Extra are rows that the user adds for measure types without one.
	Extra []Sensor
}

// decoder collects a batch.
type decoder struct {
	Batch
	options DecodeOptions
	zones   zoneCache
	// free is room for the fields of records: few of them are kept for long, and
	// those get fields of their own.
	free []Field
	// attributions are what Record.Attribution points at.
	attributions map[int64]*int
	// seenLeftOut holds the ids of what is left out.
	seenLeftOut map[uint64]bool
}

func newDecoder(kind Kind, more withings.Flag, o DecodeOptions) *decoder {
	return &decoder{Batch: Batch{Kind: kind, More: more.True}, options: o, zones: zoneCache{}}
}

// expect makes room for as many fields as all records will have, about.
func (d *decoder) expect(fields int) { d.free = make([]Field, 0, fields) }

// maxRoom is how many fields share one allocation when more come than expected.
const maxRoom = 1024

// room returns an empty list with room for a number of fields.
func (d *decoder) room(count int) []Field {
	if cap(d.free)-len(d.free) < count {
		d.free = make([]Field, 0, max(count, min(maxRoom, 2*cap(d.free))))
	}
	begin := len(d.free)
	d.free = d.free[:begin+count]
	return d.free[begin : begin : begin+count]
}

// attribution is a pointer to a number, nil when there is none.
func (d *decoder) attribution(n withings.Int) *int {
	if !n.OK {
		return nil
	}
	shared, known := d.attributions[n.N]
	if !known {
		number := int(n.N)
		shared = &number
		if d.attributions == nil {
			d.attributions = map[int64]*int{}
		}
		d.attributions[n.N] = shared
	}
	return shared
}

// add appends a record unless it is in the future.
func (d *decoder) add(rec Record) {
	if d.isFuture(rec.At) && !rec.Pending {
		// The store forgets nothing: if our own clock is wrong, a later response has
		// the record again.
		d.leaveOut(LeftOutFuture, rec.ID, rec.At, nil)
		return
	}
	rec.Received = d.receivedAt()
	d.Records = append(d.Records, rec)
}

// maxClockSkew is how far ahead of our clock a record may lie. Beyond it a
// device's clock is wrong, and its reading would stay "the newest" until that
// day.
const maxClockSkew = 24 * time.Hour

// isFuture reports whether a second is too far in the future.
func (d *decoder) isFuture(second int64) bool {
	return !d.options.Now.IsZero() && second > d.options.Now.Add(maxClockSkew).Unix()
}

// receivedAt is our own time of the response.
func (d *decoder) receivedAt() int64 {
	if d.options.Now.IsZero() {
		return 0
	}
	return d.options.Now.Unix()
}

// advanceCursor moves on to a time of change, unless it is in the future.
func (d *decoder) advanceCursor(modified int64) {
	if t := unixTime(modified); t.After(d.Cursor) && !d.isFuture(modified) {
		d.Cursor = t
	}
}

// reportUnknown records a number that no table explains.
func (d *decoder) reportUnknown(kind UnknownKind, number int64) {
	d.Unknown = addUnknown(d.Unknown, Unknown{kind, number})
}

func addUnknown(list []Unknown, unknown Unknown) []Unknown {
	if slices.Contains(list, unknown) {
		return list
	}
	return append(list, unknown)
}

// modelText is the model's text, else the text of its number.
func (d *decoder) modelText(text string, id withings.Int) string {
	if text != "" || !id.OK || id.N == 0 {
		return text
	}
	name, known := modelName(id.N)
	if !known {
		d.reportUnknown(UnknownModel, id.N)
	}
	return name
}

// deviceID is the device's id, in clear or hashed.
func deviceID(id, hash withings.Text) string { return string(cmp.Or(id, hash)) }
