// SPDX-License-Identifier: MIT

package vendor

import (
	"cmp"
	"iter"
	"slices"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// part is what one row adds to a record. Rows of several files with the same
// second, such as those of a weighing, are one record in the cloud.
type part struct {
	kind   sensors.Kind
	record sensors.Record
	// rank orders the sources of one field: that of the lowest counts.
	rank int
	// report is where the part comes from.
	report func(reason string)
}

// isTogether reports whether parts belong to one record.
func (p part) isTogether(other part) bool {
	return p.kind == other.kind && p.record.At == other.record.At && p.record.Date == other.record.Date
}

// maxStreams bounds how many files are open at once.
const maxStreams = 32

// join makes records of the parts of several files. Each of them should have the
// newest first, as the vendor writes; where one has not, the rows of one second
// become several records, which the archive joins.
func join(streams []iter.Seq2[part, error]) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		for some := range slices.Chunk(streams, maxStreams) {
			for parts, err := range moments(some) {
				if err != nil {
					yield(transfer.Item{}, err)
					return
				}
				for len(parts) > 0 {
					first := parts[0]
					together := slices.Collect(filter(parts, first.isTogether))
					parts = slices.DeleteFunc(parts, first.isTogether)
					if !yield(joined(together), nil) {
						return
					}
				}
			}
		}
	}
}

func filter(parts []part, keep func(part) bool) iter.Seq[part] {
	return func(yield func(part) bool) {
		for _, p := range parts {
			if keep(p) && !yield(p) {
				return
			}
		}
	}
}

// joined makes one record of parts of one moment.
func joined(parts []part) transfer.Item {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.rank, b.rank) })
	item := transfer.Item{Kind: parts[0].kind, Record: parts[0].record}
	item.Fields = slices.Clone(item.Fields)
	best := parts[0].rank
	for _, p := range parts[1:] {
		for _, f := range p.record.Fields {
			same := func(known sensors.Field) bool { return known.Name == f.Name && known.Position == f.Position }
			at := slices.IndexFunc(item.Fields, same)
			switch {
			case at < 0:
				item.Fields = append(item.Fields, f)
			case item.Fields[at].Value != f.Value && p.rank == best:
				p.report("there is another value for the same time: the first one is kept")
			}
		}
	}
	return item
}

// moments joins streams, newest first, to the parts that have one time.
func moments(streams []iter.Seq2[part, error]) iter.Seq2[[]part, error] {
	return func(yield func([]part, error) bool) {
		heads := make([]head, len(streams))
		for i, stream := range streams {
			heads[i].next, heads[i].stop = iter.Pull2(stream)
			heads[i].advance()
		}
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for {
			newest, found := int64(0), false
			for _, h := range heads {
				if h.err != nil {
					yield(nil, h.err)
					return
				}
				if h.ok && (!found || h.part.record.At > newest) {
					newest, found = h.part.record.At, true
				}
			}
			if !found {
				return
			}
			var parts []part
			for i := range heads {
				for heads[i].ok && heads[i].err == nil && heads[i].part.record.At == newest {
					parts = append(parts, heads[i].part)
					heads[i].advance()
				}
			}
			if !yield(parts, nil) {
				return
			}
		}
	}
}

// head is the next part of a stream.
type head struct {
	next func() (part, error, bool)
	stop func()
	part part
	err  error
	ok   bool
}

func (h *head) advance() { h.part, h.err, h.ok = h.next() }
