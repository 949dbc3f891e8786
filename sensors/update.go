// SPDX-License-Identifier: MIT

package sensors

import (
	"errors"
	"maps"
	"slices"
)

// Update brings the current readings up to date with the changes of an archive.
// window is asked for the records of a kind when the changes hid some that
// older ones must replace; without it, the older ones stay unknown. After an
// error of window, everything else is up to date, and the next update asks
// again.
func (s *Store) Update(
	c Changes, o ApplyOptions, window func(Window) ([]Record, error),
) (Update, error) {
	if c.Rejected {
		return Update{Complete: true, Rejected: true}, nil
	}
	rules, before, b := rulesFor(c.Kind), s.current(), c.Batch
	u := Update{
		Unknown:  slices.Clone(b.Unknown),
		Devices:  b.Devices,
		Complete: c.Complete,
		More:     b.More,
		LeftOut:  b.LeftOut,
		Cursor:   b.Cursor,
	}
	if c.Kind == KindBeds {
		b.LeftOut = slices.Concat(b.LeftOut, s.beds.stale(c.Put))
	}
	u.LeftOutChanged = s.leftOut.update(b, c.Read, o.Now)
	if b.Zone != "" {
		s.calendar.zone = b.Zone
	}
	for _, rec := range c.Gone {
		s.stale[c.Kind] = s.stale[c.Kind] || dependsOn(s, c.Kind, rec.ID)
		removeRecord(s, c.Kind, rec.ID)
	}
	var news []Record
	needed := rules.needed(s, c.Put, o)
	for i := range c.Put {
		rec := &c.Put[i]
		isNews := len(c.News) > 0 && slices.Contains(c.News, rec.ID)
		if !isNews && needed != nil && !needed[i] && !dependsOn(s, c.Kind, rec.ID) {
			rules.passOver(s, rec, o)
			continue
		}
		rec.interpretOnce(c.Kind, o.Extra)
		s.stale[c.Kind] = s.stale[c.Kind] || hidesOlder(s, rules, rec)
		u.Unknown = append(u.Unknown, keepRecord(s, rules, *rec, o)...)
		if isNews {
			news = append(news, *rec)
		}
	}
	u.Unknown = slices.Compact(u.Unknown)
	u.Events, u.Silent = announceNews(s, c.Kind, news)
	err := reloadStale(s, o, window)
	s.refresh(o)
	return u.withDiff(before, s.current()), err
}

// Reload replaces the records of all kinds by those of their windows, and
// returns what that changes. On an error the store stays as it was.
func (s *Store) Reload(o ApplyOptions, window func(Window) ([]Record, error)) (Update, error) {
	loaded := map[Kind][]Record{}
	for _, w := range Windows() {
		records, err := window(w)
		if err != nil {
			return Update{}, err
		}
		loaded[w.Kind] = records
	}
	before := s.current()
	for _, k := range kinds() {
		s.Load(k.kind, loaded[k.kind], o)
	}
	clear(s.stale)
	s.refresh(o)
	return Update{}.withDiff(before, s.current()), nil
}

// Load replaces the records of a kind by those of its window.
func (s *Store) Load(kind Kind, records []Record, o ApplyOptions) {
	rules, c := rulesFor(kind), s.collections[kind]
	if c != nil {
		clear(c.records)
		clear(c.held)
	}
	switch kind {
	case KindMeasures:
		s.weights = weightHistory{weighIns: map[int64]weighIn{}}
	case KindBeds:
		clear(s.beds)
	case KindNights, KindSeries, KindStage, KindDays, KindSlots, KindWorkouts, KindHeart, KindSounds, KindGoals,
		KindDevices:
	}
	for _, rec := range sorted(slices.Clone(records), compareAges) {
		rec.interpretOnce(kind, o.Extra)
		keepRecord(s, rules, rec, o)
	}
	if kind == KindBeds {
		for _, night := range slices.Backward(newestFirst(s.nights())) {
			s.beds.endBefore(night)
		}
	}
	s.readings = nil
}

// reloadStale loads the windows of the kinds of which something was hidden.
func reloadStale(s *Store, o ApplyOptions, window func(Window) ([]Record, error)) error {
	if window == nil {
		return nil
	}
	var errs []error
	for _, k := range kinds() {
		if !s.stale[k.kind] {
			continue
		}
		records, err := window(k.ownWindow())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.Load(k.kind, records, o)
		delete(s.stale, k.kind)
		if k.kind == KindNights { // the night before has means of its own
			s.stale[KindSeries] = true
		}
	}
	return errors.Join(errs...)
}

// keepRecord stores a record, and returns its attribution if that is unknown.
func keepRecord(s *Store, k kindRules, rec Record, o ApplyOptions) (unknown []Unknown) {
	if k.kind == KindBeds {
		s.beds.record(rec)
		return nil
	}
	c := s.collections[k.kind]
	if rec.Pending || c == nil {
		return nil
	}
	removeRecord(s, k.kind, rec.ID)
	rec.Raw = nil
	switch o.Policy.of(&rec) {
	case Hold:
		c.held[rec.ID] = heldGroup{
			At:        rec.At,
			Received:  rec.Received,
			Modified:  rec.Modified,
			Keys:      slices.Sorted(maps.Keys(rec.Values)),
			Ambiguous: *rec.Attribution == attributionAmbiguous,
		}
		return nil
	case Mark:
		rec.Unconfirmed = true
		unknown = []Unknown{{UnknownAttribution, int64(*rec.Attribution)}}
	case Publish:
	}
	if len(rec.Values) == 0 && !k.keepsEmpty {
		return unknown
	}
	rec.Fields = slices.Clone(rec.Fields) // the others of a long response need not stay
	c.records[rec.ID] = rec
	if k.stored != nil {
		k.stored(s, rec, o)
	}
	return unknown
}

// dependsOn reports whether current readings can depend on a record.
func dependsOn(s *Store, kind Kind, id int64) bool {
	c := s.collections[kind]
	if c == nil {
		return false
	}
	_, stored := c.records[id]
	_, held := c.held[id]
	_, weighed := s.weights.weighIns[id]
	return stored || held || weighed && kind == KindMeasures
}

// hidesOlder reports whether the next version of a known record can make older
// records current again: it is older, or lacks values.
func hidesOlder(s *Store, k kindRules, rec *Record) bool {
	if !dependsOn(s, k.kind, rec.ID) {
		return false
	}
	known, stored := s.records(k.kind)[rec.ID]
	if !stored {
		return k.kind == KindMeasures // it is part of the trend, or was held back
	}
	if k.kind == KindNights || rec.At < known.At {
		return true
	}
	for key := range known.Values {
		if _, again := rec.Values[key]; !again && !isRatio(key) {
			return true
		}
	}
	return false
}

// SetZone sets the time zone of the account.
func (s *Store) SetZone(zone string) {
	s.calendar.zone, s.readings = zone, nil
}
