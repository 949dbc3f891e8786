// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Reconcile decides what a batch changes in an archive. It is pure but for its
// questions to known, whose errors it returns.
func Reconcile(b Batch, o ApplyOptions, known Known) (Changes, error) {
	c := Changes{Kind: b.Kind, Complete: b.Range != nil, Batch: b}
	c.Batch.Records = nil
	c.Read = idsOf(b.Records)
	r := reconciliation{rules: rulesFor(b.Kind), batch: b, options: o, known: known}
	if err := r.load(); err != nil {
		return Changes{}, err
	}
	c.Confirmed = r.confirmed()
	missing := r.missing()
	if o.RejectRemovals && r.isDoubtful(missing) {
		c.Rejected = true
		return c, nil
	}
	records := mergeImports(b, o)
	r.changed = make([]*Record, 0, len(records))
	for i := range records {
		if err := r.apply(&records[i]); err != nil {
			return Changes{}, err
		}
	}
	for _, rec := range missing {
		r.remove(rec.ID)
	}
	r.removeReplacedStages()
	r.collect(&c)
	return c, nil
}

// reconciliation is one run of Reconcile.
type reconciliation struct {
	rules   kindRules
	batch   Batch
	options ApplyOptions
	known   Known
	// before are the known records of the ids in the batch, and those near them or
	// in its range.
	before map[int64]Record
	// changed are the records that replace them or are new, and at their indices by
	// id; removed for a record that is gone. Most are those of the batch, which must
	// not change.
	changed []*Record
	at      map[int64]int
	// near are the known records by second, for what comes without an id.
	near map[int64][]int64
	news map[int64]bool
	// none is what after returns for a record that is not there.
	none Record
}

// removed is the index of a record that is gone.
const removed = -1

// after returns what a record becomes, and false when it is not there.
func (r *reconciliation) after(id int64) (*Record, bool) {
	if at, touched := r.at[id]; touched {
		if at != removed {
			return r.changed[at], true
		}
	} else if known, ok := r.before[id]; ok {
		return &known, true
	}
	r.none = Record{}
	return &r.none, false
}

// load asks for all records that the batch can change.
func (r *reconciliation) load() error {
	ids := idsOf(r.batch.Records)
	slices.Sort(ids)
	r.before = map[int64]Record{}
	if len(ids) > 0 {
		known, err := r.known.Records(r.batch.Kind, slices.Compact(ids))
		if err != nil {
			return err
		}
		maps.Copy(r.before, known)
	}
	r.near, r.news = map[int64][]int64{}, map[int64]bool{}
	spans, err := r.spans()
	if err != nil {
		return err
	}
	for _, span := range spans {
		found, err := r.known.Within(r.batch.Kind, span)
		if err != nil {
			return err
		}
		for _, rec := range found {
			r.before[rec.ID] = rec
		}
	}
	for id, rec := range r.before {
		if rec.Deleted == 0 {
			r.near[rec.At] = append(r.near[rec.At], id)
		}
	}
	r.at = make(map[int64]int, len(ids))
	return nil
}

// spanGap is how far apart two records can be measured that are looked up
// together.
const spanGap = 30 * 24 * time.Hour

// spans are the times whose known records can matter: those of the batch and
// its range.
func (r *reconciliation) spans() ([]Range, error) {
	var spans []Range
	if r.batch.Range != nil {
		spans = append(spans, r.rules.lookup(*r.batch.Range))
	}
	if !r.hasImports() {
		if !r.rules.bySecond {
			return spans, nil
		}
		// Only imported ones matter, and without any, a long history need not be read
		// again for each of its pages.
		if imports, err := r.known.HasMadeUp(r.batch.Kind); err != nil || !imports {
			return spans, err
		}
	}
	seconds := make([]int64, 0, len(r.batch.Records))
	for i := range r.batch.Records {
		rec := &r.batch.Records[i]
		if rec.At != 0 {
			seconds = append(seconds, rec.At)
		}
		if r.batch.Kind == KindStage {
			seconds = append(seconds, rec.Start)
		}
	}
	slices.Sort(seconds)
	for i, second := range seconds {
		at := unixTime(second)
		if i > 0 && at.Sub(spans[len(spans)-1].To) <= spanGap && second-seconds[i-1] <= int64(spanGap/time.Second) {
			spans[len(spans)-1].To = at
			continue
		}
		spans = append(spans, Range{at, at})
	}
	return spans, nil
}

// lookup is where the records of a range are looked for: a day can have been
// counted after it, and goals are at any time.
func (k kindRules) lookup(in Range) Range {
	switch k.kind {
	case KindDays:
		return Range{in.From.Add(-2 * 24 * time.Hour), unixTime(maxTime)}
	case KindGoals:
		return Range{time.Unix(0, 0).UTC(), unixTime(maxTime)}
	case KindMeasures, KindNights, KindSeries, KindStage, KindSlots, KindWorkouts, KindHeart, KindSounds, KindBeds,
		KindDevices:
	}
	return in
}

// isImported reports whether a record comes from a file, and so neither
// replaces the cloud's nor is missing from its responses.
func (r *reconciliation) isImported(rec *Record) bool {
	return rec.Source == SourceImport || rec.ID < 0 && r.rules.numbered
}

// hasImports reports whether any record of the batch is imported.
func (r *reconciliation) hasImports() bool {
	for i := range r.batch.Records {
		if r.isImported(&r.batch.Records[i]) {
			return true
		}
	}
	return false
}

// compareAges orders records by time, then by id.
func compareAges(a, b *Record) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) }

// apply lets a record of the batch replace the version before it.
func (r *reconciliation) apply(rec *Record) error {
	known, seen := r.after(rec.ID)
	if r.isImported(rec) {
		r.applyImport(*rec, known, seen)
		return nil
	}
	there := seen && known.Deleted == 0
	replacesImport := there && r.isImported(known)
	switch {
	case replacesImport: // whatever it holds
	case seen && r.rules.remembers && rec.Modified < known.Modified:
		return nil
	case rec.Pending && (there && !known.Pending || seen && !there):
		return nil // the last version stays until the next one is ready
	case rec.At == 0: // it holds a target now
		if there {
			r.remove(rec.ID)
		}
		return nil
	}
	if !there {
		r.none = Record{Pending: known.Pending}
		known = &r.none
	}
	if r.rules.takes != nil && !replacesImport {
		accepted, err := r.rules.takes(r.known, *rec, *known, r.batch.Range != nil)
		if err != nil || !accepted {
			return err
		}
	}
	if r.rules.merges {
		if fields := withFields(rec.ReadFields(), known.ReadFields()); len(fields) > len(rec.Fields) {
			merged := *rec
			merged.Fields, merged.Values = fields, nil // it has to be interpreted anew
			rec = &merged
		}
	}
	if r.rules.bySecond {
		r.replaceImports(rec)
	}
	if there && isSameVersion(rec, known) {
		return nil
	}
	if r.isNews(rec, seen, known.Pending) {
		r.news[rec.ID] = true
	}
	if rec.Modified != 0 && rec.Modified == known.Modified && rec.Received != known.Received {
		received := *rec // as when this version came first
		received.Received = known.Received
		rec = &received
	}
	r.put(rec)
	return nil
}

// isNews reports whether a record may deserve an event. What was being computed
// is news when it is ready, however long that took.
func (r *reconciliation) isNews(rec *Record, seen, waited bool) bool {
	if rec.Pending || (seen || !r.options.isNew(rec.Created)) && (!waited || r.options.InitialSync) ||
		r.options.Policy.of(rec) == Hold {
		return false
	}
	rec.interpretOnce(r.batch.Kind, r.options.Extra)
	return (r.batch.Kind == KindNights || rec.Event != "") && len(rec.Values) > 0
}

func (r *reconciliation) put(rec *Record) {
	if rec.Deleted != 0 {
		there := *rec
		there.Deleted = 0
		rec = &there
	}
	if at, touched := r.at[rec.ID]; touched && at != removed {
		r.changed[at] = rec
		return
	}
	r.at[rec.ID] = len(r.changed)
	r.changed = append(r.changed, rec)
}

func (r *reconciliation) remove(id int64) { r.at[id] = removed; delete(r.news, id) }

// removeReplacedStages removes the stretches of sleep that were scored anew with
// other boundaries.
func (r *reconciliation) removeReplacedStages() {
	if r.batch.Kind != KindStage || len(r.before) == 0 {
		return
	}
	listed := map[int64]bool{}
	for _, rec := range r.batch.Records {
		listed[rec.ID] = true
	}
	for id, known := range r.before {
		if !listed[id] && !r.isImported(&known) && slices.ContainsFunc(r.batch.Records, func(rec Record) bool {
			return rec.Device == known.Device && rec.overlaps(known)
		}) {
			r.remove(id)
		}
	}
}

// collect lists the changes, oldest first.
func (r *reconciliation) collect(c *Changes) {
	changed := r.changed[:0]
	for i, rec := range r.changed {
		if r.at[rec.ID] != i {
			continue // removed since
		}
		known, seen := r.before[rec.ID]
		if !seen || known.Deleted != rec.Deleted || !isSameVersion(rec, &known) {
			changed = append(changed, rec)
		}
	}
	if !slices.IsSortedFunc(changed, compareAges) {
		slices.SortFunc(changed, compareAges)
	}
	c.Put = recordsAt(changed, r.batch.Records)
	for id, rec := range r.before {
		if at, touched := r.at[id]; touched && at == removed && rec.Deleted == 0 {
			c.Gone = append(c.Gone, rec)
		}
	}
	c.Gone = sorted(c.Gone, compareAges)
	if len(r.news) == 0 {
		return
	}
	for _, rec := range c.Put {
		if r.news[rec.ID] {
			c.News = append(c.News, rec.ID)
		}
	}
}

// recordsAt returns records by their addresses. When these are all those of a
// slice, in its order, it is that slice: of a long history, each copy counts.
func recordsAt(addresses []*Record, all []Record) []Record {
	whole := len(addresses) == len(all)
	for i := 0; whole && i < len(all); i++ {
		whole = addresses[i] == &all[i]
	}
	if whole {
		return slices.Clip(all)
	}
	records := make([]Record, len(addresses))
	for i, rec := range addresses {
		records[i] = *rec
	}
	return records
}

// isSameVersion reports whether two records say the same. When they were
// received does not matter.
func isSameVersion(a, b *Record) bool {
	return a.At == b.At && a.Modified == b.Modified && a.Device == b.Device && a.Model == b.Model && a.Zone == b.Zone &&
		a.Date == b.Date && a.Start == b.Start && a.Class == b.Class && a.Tracker == b.Tracker && a.Brand == b.Brand &&
		a.Pending == b.Pending && cmp.Or(a.Source, SourceCloud) == cmp.Or(b.Source, SourceCloud) &&
		isSameAttribution(a.Attribution, b.Attribution) && hasSameFields(a.ReadFields(), b.ReadFields())
}

func isSameAttribution(a, b *int) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// hasSameFields compares fields in any order; none occurs twice.
func hasSameFields(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i, f := range a {
		if f != b[i] && !slices.Contains(b, f) {
			return false
		}
	}
	return true
}

// withFields adds the fields that only the other list has.
func withFields(fields, others []Field) []Field {
	for _, f := range others {
		if !slices.ContainsFunc(fields, f.isNamedAs) {
			fields = append(slices.Clip(fields), f)
		}
	}
	return fields
}

func idsOf(records []Record) []int64 {
	ids := make([]int64, len(records))
	for i := range records {
		ids[i] = records[i].ID
	}
	return ids
}
