// SPDX-License-Identifier: MIT

package sensors

import "hash/maphash"

// Digest is equal for two batches that say the same, and, with the same seed,
// different for any others. When they were received does not matter, nor does
// the range that they are complete for.
func (b Batch) Digest(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, batchHeader{
		kind:      b.Kind,
		more:      b.More,
		offset:    b.Offset,
		continues: b.Continues,
		partial:   b.Partial,
		complete:  b.Range != nil,
		cursor:    b.Cursor.Unix(),
		zone:      b.Zone,
		records:   len(b.Records),
		listed:    len(b.Listed),
		unknown:   len(b.Unknown),
		leftOut:   len(b.LeftOut),
	})
	for _, rec := range b.Records {
		maphash.WriteComparable(&h, rec.header())
		if rec.unread != nil && rec.Raw != nil {
			maphash.WriteComparable(&h, rec.unread.beside())
		} else {
			for _, field := range rec.ReadFields() {
				maphash.WriteComparable(&h, field)
			}
		}
		_, _ = h.Write(rec.Raw)
	}
	for _, id := range b.Listed {
		maphash.WriteComparable(&h, id)
	}
	for _, unknown := range b.Unknown {
		maphash.WriteComparable(&h, unknown)
	}
	for _, left := range b.LeftOut {
		left.Received = 0
		maphash.WriteComparable(&h, left)
	}
	for _, device := range b.Devices {
		device.Received = 0
		maphash.WriteComparable(&h, device)
	}
	return h.Sum64()
}

// batchHeader is what Digest reads of a batch, apart from its lists.
type batchHeader struct {
	kind                               Kind
	more, continues, partial, complete bool
	offset, cursor                     int64
	zone                               string
	records, listed, unknown, leftOut  int
}

// recordHeader is what Digest reads of a record, apart from its lists.
type recordHeader struct {
	id, at, modified, created, start, class, asleep, code, brand, deleted int64
	device, model, zone, date                                             string
	attribution                                                           int
	isAttributed, unconfirmed, napOnly, tracker, pending                  bool
	event                                                                 EventType
	source                                                                Source
	fields, raw                                                           int
}

// header leaves out the time of reception, and the values, which are made of
// the fields.
func (r Record) header() recordHeader {
	header := recordHeader{
		id:           r.ID,
		at:           r.At,
		modified:     r.Modified,
		created:      r.Created,
		start:        r.Start,
		class:        r.Class,
		asleep:       r.Asleep,
		code:         r.Code,
		brand:        r.Brand,
		deleted:      r.Deleted,
		device:       r.Device,
		model:        r.Model,
		zone:         r.Zone,
		date:         r.Date,
		isAttributed: r.Attribution != nil,
		unconfirmed:  r.Unconfirmed,
		napOnly:      r.NapOnly,
		tracker:      r.Tracker,
		pending:      r.Pending,
		event:        r.Event,
		source:       r.Source,
		fields:       len(r.Fields),
		raw:          len(r.Raw),
	}
	if r.Attribution != nil {
		header.attribution = *r.Attribution
	}
	return header
}
