package sensors

// collections holds the records of each kind.
type collections map[Kind]*collection

// collection holds the records of one kind.
type collection struct {
	records map[int64]Record
	seen    map[int64]int64     // the newest version of each id, held back or not
	held    map[int64]heldGroup // kept back by the policy
	waiting map[int64]struct{}  // still being computed by the cloud
}

// heldGroup is a record that the policy keeps back.
type heldGroup struct {
	At        int64    `json:"at"`
	Received  int64    `json:"received"`
	Modified  int64    `json:"modified,omitempty"`
	Keys      []string `json:"keys,omitempty"` // it would have a value for
	Ambiguous bool     `json:"ambiguous,omitempty"`
}

func newCollections() collections {
	all := collections{}
	for _, k := range kinds() {
		all[k.kind] = &collection{
			records: map[int64]Record{},
			seen:    map[int64]int64{},
			held:    map[int64]heldGroup{},
			waiting: map[int64]struct{}{},
		}
	}
	return all
}

// records returns the records of a kind.
func (c collections) records(kind Kind) map[int64]Record { return c[kind].records }

func (c collections) nights() map[int64]Record { return c.records(KindNights) }

// newestKinds returns the records of the kinds that are marked newestCounts.
func (c collections) newestKinds() []map[int64]Record {
	var all []map[int64]Record
	for _, k := range kinds() {
		if k.newestCounts {
			all = append(all, c.records(k.kind))
		}
	}
	return all
}

// eventsOf returns the events of new records.
func (c collections) eventsOf(k kindRules, news []int64) []Event {
	if k.kind == KindNights {
		return sleepEvents(c.nights(), news)
	}
	var events []Event
	for _, id := range news {
		rec, ok := c.records(k.kind)[id]
		if !ok || rec.Event == "" || k.announcedBy != "" && hasSameECG(c.records(k.announcedBy), rec) {
			continue
		}
		addRatios(rec.Values)
		events = append(events, rec.event(k.kind, rec.Event))
	}
	return events
}

// removesAll reports whether an empty response for a range would remove so much
// that it must be doubted.
func (c collections) removesAll(k kindRules, in Range, o ApplyOptions) bool {
	missing := 0
	for _, rec := range c.records(k.kind) {
		if len(rec.Values) > 0 && k.isMissing(rec, in, o) {
			missing++
		}
	}
	return missing > 1 || missing == 1 && k.doubtsSingle
}
