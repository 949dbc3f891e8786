// SPDX-License-Identifier: MIT

package sensors

// listed are the names of all rows of the batch.
func (r *reconciliation) listed() map[int64]bool {
	listed := map[int64]bool{}
	for _, id := range r.batch.Listed {
		listed[id] = true
	}
	return listed
}

// missing lists the known records that a complete batch should list and does
// not, oldest first.
func (r *reconciliation) missing() []Record {
	if r.batch.Range == nil {
		return nil
	}
	listed := r.listed()
	var missing []Record
	for _, rec := range r.before {
		if rec.Deleted == 0 && !listed[r.rules.name(rec)] && !r.isImported(&rec) &&
			r.rules.isMissing(rec, *r.batch.Range, r.options) {
			missing = append(missing, rec)
		}
	}
	return sorted(missing, compareAges)
}

// confirmed is where the batch lists every known record: from the start of its
// range on, as far as they were looked up. It is nil when one is not listed,
// even if that does not count yet because it is too new.
func (r *reconciliation) confirmed() *Range {
	if r.batch.Range == nil {
		return nil
	}
	from, to := r.batch.Range.From, r.rules.lookup(*r.batch.Range).To
	rest, listed := Range{from, unixTime(maxTime)}, r.listed()
	for _, rec := range r.before {
		if rec.Deleted == 0 && !listed[r.rules.name(rec)] && !r.isImported(&rec) &&
			r.rules.isMissing(rec, rest, ApplyOptions{TrustAbsence: true}) {
			return nil
		}
	}
	return &Range{from, to}
}

// A removal of more than manyRecords, or of more than fewRecords that are more
// than half of all, must be confirmed.
const (
	manyRecords = 10
	fewRecords  = 3
)

// isDoubtful reports whether so much is missing that a second response must
// confirm it. During outages, the cloud may report success without data.
func (r *reconciliation) isDoubtful(missing []Record) bool {
	if r.batch.Range == nil {
		return false
	}
	count, all := 0, 0
	for _, rec := range missing {
		if len(rec.ReadFields()) > 0 {
			count++
		}
	}
	for _, rec := range r.before {
		if rec.Deleted == 0 && !r.isImported(&rec) && r.rules.isMissing(rec, *r.batch.Range, r.options) {
			all++
		}
	}
	if len(r.batch.Listed) == 0 && (count > 1 || count == 1 && r.rules.doubtsSingle) {
		return true
	}
	return count > manyRecords || count > fewRecords && 2*count > all
}
