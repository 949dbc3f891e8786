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
	missing := r.missing()
	if o.RejectRemovals && r.isDoubtful(missing) {
		c.Rejected = true
		return c, nil
	}
	for _, rec := range mergeImports(b, o) {
		if err := r.apply(rec); err != nil {
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
	// in its range; after is what they become.
	before, after map[int64]Record
	// near are the known records by second, for what comes without an id.
	near map[int64][]int64
	news map[int64]bool
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
	r.after = maps.Clone(r.before)
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
	if !slices.ContainsFunc(r.batch.Records, r.isImported) {
		if !r.rules.bySecond {
			return spans, nil
		}
		// Only imported ones matter, and without any, a long history need not be read
		// again for each of its pages.
		if imports, err := r.known.HasMadeUp(r.batch.Kind); err != nil || !imports {
			return spans, err
		}
	}
	var seconds []int64
	for _, rec := range r.batch.Records {
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
func (r *reconciliation) isImported(rec Record) bool {
	return rec.Source == SourceImport || rec.ID < 0 && r.rules.numbered
}

// missing lists the known records that a complete batch should list and does
// not, oldest first.
func (r *reconciliation) missing() []Record {
	if r.batch.Range == nil {
		return nil
	}
	listed := map[int64]bool{}
	for _, id := range r.batch.Listed {
		listed[id] = true
	}
	var missing []Record
	for _, rec := range r.before {
		if rec.Deleted == 0 && !listed[r.rules.name(rec)] && !r.isImported(rec) &&
			r.rules.isMissing(rec, *r.batch.Range, r.options) {
			missing = append(missing, rec)
		}
	}
	slices.SortFunc(missing, compareAges)
	return missing
}

// compareAges orders records by time, then by id.
func compareAges(a, b Record) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) }

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
		if len(rec.Fields) > 0 {
			count++
		}
	}
	for _, rec := range r.before {
		if rec.Deleted == 0 && !r.isImported(rec) && r.rules.isMissing(rec, *r.batch.Range, r.options) {
			all++
		}
	}
	if len(r.batch.Listed) == 0 && (count > 1 || count == 1 && r.rules.doubtsSingle) {
		return true
	}
	return count > manyRecords || count > fewRecords && 2*count > all
}

// apply lets a record of the batch replace the version before it.
func (r *reconciliation) apply(rec Record) error {
	known, seen := r.after[rec.ID]
	if r.isImported(rec) {
		r.applyImport(rec, known, seen)
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
		known = Record{Pending: known.Pending}
	}
	if r.rules.takes != nil && !replacesImport {
		accepted, err := r.rules.takes(r.known, rec, known, r.batch.Range != nil)
		if err != nil || !accepted {
			return err
		}
	}
	if r.rules.merges {
		if fields := withFields(rec.Fields, known.Fields); len(fields) > len(rec.Fields) {
			rec.Fields = fields
			Interpret(r.batch.Kind, &rec, r.options.Extra)
		}
	}
	if r.rules.bySecond {
		r.replaceImports(rec)
	}
	if there && isSameVersion(rec, known) {
		return nil
	}
	r.news[rec.ID] = r.news[rec.ID] || r.isNews(rec, seen, known.Pending)
	r.put(rec.withReception(known))
	return nil
}

// isNews reports whether a record may deserve an event. What was being computed
// is news when it is ready, however long that took.
func (r *reconciliation) isNews(rec Record, seen, waited bool) bool {
	if rec.Pending || r.options.Policy.of(rec) == Hold || r.batch.Kind != KindNights && rec.Event == "" ||
		len(rec.Values) == 0 {
		return false
	}
	return !seen && r.options.isNew(rec.Created) || waited && !r.options.InitialSync
}

func (r *reconciliation) put(rec Record) {
	rec.Deleted = 0
	r.after[rec.ID] = rec
}

func (r *reconciliation) remove(id int64) { delete(r.after, id); delete(r.news, id) }

// removeReplacedStages removes the stretches of sleep that were scored anew with
// other boundaries.
func (r *reconciliation) removeReplacedStages() {
	if r.batch.Kind != KindStage {
		return
	}
	listed := map[int64]bool{}
	for _, rec := range r.batch.Records {
		listed[rec.ID] = true
	}
	for id, known := range r.before {
		if !listed[id] && !r.isImported(known) && slices.ContainsFunc(r.batch.Records, func(rec Record) bool {
			return rec.Device == known.Device && rec.overlaps(known)
		}) {
			r.remove(id)
		}
	}
}

// collect lists the changes, oldest first.
func (r *reconciliation) collect(c *Changes) {
	for id, rec := range r.after {
		known, seen := r.before[id]
		if !seen || known.Deleted != rec.Deleted || !isSameVersion(rec, known) {
			c.Put = append(c.Put, rec)
		}
	}
	for id, rec := range r.before {
		if _, stays := r.after[id]; !stays && rec.Deleted == 0 {
			c.Gone = append(c.Gone, rec)
		}
	}
	slices.SortFunc(c.Put, compareAges)
	slices.SortFunc(c.Gone, compareAges)
	for _, rec := range c.Put {
		if r.news[rec.ID] {
			c.News = append(c.News, rec.ID)
		}
	}
}

// isSameVersion reports whether two records say the same. When they were
// received does not matter.
func isSameVersion(a, b Record) bool {
	return a.At == b.At && a.Modified == b.Modified && a.Device == b.Device && a.Model == b.Model && a.Zone == b.Zone &&
		a.Date == b.Date && a.Start == b.Start && a.Class == b.Class && a.Tracker == b.Tracker && a.Brand == b.Brand &&
		a.Pending == b.Pending && cmp.Or(a.Source, SourceCloud) == cmp.Or(b.Source, SourceCloud) &&
		isSameAttribution(a.Attribution, b.Attribution) && hasSameFields(a.Fields, b.Fields)
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
	ids := make([]int64, 0, len(records))
	for _, rec := range records {
		ids = append(ids, rec.ID)
	}
	return ids
}
