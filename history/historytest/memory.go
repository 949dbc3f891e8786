// SPDX-License-Identifier: MIT

// Package historytest tests archives: a suite that every implementation of
// bridge.Archive passes, and one that keeps everything in memory for the tests
// of other packages. The program does not use it.
package historytest

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/sensors"
)

// Memory is an archive in memory. Its zero value is empty.
type Memory struct {
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor

	mu       sync.Mutex
	accounts map[string]*account
}

// account is what is kept of one account.
type account struct {
	zone    string
	records map[sensors.Ref]sensors.Record
	untold  map[sensors.Ref]bool
	cursors map[sensors.Endpoint]sensors.Cursor
	curves  map[int64]sensors.Waveform        // by the id of the signal
	missing map[int64]sensors.MissingWaveform // those that were tried
}

// account returns an account, after adding it; m.mu must be held.
func (m *Memory) accountLocked(user string) *account {
	if m.accounts == nil {
		m.accounts = map[string]*account{}
	}
	a, ok := m.accounts[user]
	if !ok {
		a = &account{
			records: map[sensors.Ref]sensors.Record{},
			untold:  map[sensors.Ref]bool{},
			cursors: map[sensors.Endpoint]sensors.Cursor{},
			curves:  map[int64]sensors.Waveform{},
			missing: map[int64]sensors.MissingWaveform{},
		}
		m.accounts[user] = a
	}
	return a
}

// Apply implements bridge.Archive.
func (m *Memory) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (sensors.Changes, error) {
	if err := ctx.Err(); err != nil {
		return sensors.Changes{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accountLocked(user)
	changes, err := sensors.Reconcile(b, o, known{a, m.Extra})
	if err != nil || changes.Rejected {
		return changes, err
	}
	for _, rec := range changes.Gone {
		a.remove(b.Kind, rec, o.Now)
	}
	for _, rec := range changes.Put {
		a.put(b.Kind, rec, slices.Contains(changes.News, rec.ID))
	}
	a.zone = cmp.Or(b.Zone, a.zone)
	a.advance(at)
	return changes, nil
}

func (a *account) put(kind sensors.Kind, rec sensors.Record, isNews bool) {
	ref := sensors.Ref{Kind: kind, ID: rec.ID}
	rec = clone(rec)
	rec.Fields = stored(rec.ReadFields())
	if rec.Raw == nil {
		rec.Raw = a.records[ref].Raw
	}
	rec.Source = cmp.Or(rec.Source, sensors.SourceCloud)
	a.records[ref] = rec
	if isNews {
		a.untold[ref] = true
	}
}

// stored are the fields as an archive keeps them: the first value of each.
func stored(fields []sensors.Field) (kept []sensors.Field) {
	for _, f := range fields {
		again := slices.ContainsFunc(kept, func(k sensors.Field) bool { return k.Name == f.Name && k.Position == f.Position })
		if f.Value.Valid() && !again {
			kept = append(kept, f)
		}
	}
	return kept
}

func (a *account) remove(kind sensors.Kind, rec sensors.Record, now time.Time) {
	ref := sensors.Ref{Kind: kind, ID: rec.ID}
	known, ok := a.records[ref]
	if !ok {
		return
	}
	known.Deleted = max(1, rec.Deleted)
	if !now.IsZero() {
		known.Deleted = max(known.Deleted, now.Unix())
	}
	a.records[ref] = known
	delete(a.untold, ref)
}

func (a *account) advance(at sensors.Progress) {
	if at.Endpoint != "" {
		at.Cursor.Since, at.Cursor.RereadAt = wholeSecond(at.Cursor.Since), wholeSecond(at.Cursor.RereadAt)
		a.cursors[at.Endpoint] = at.Cursor
	}
}

// wholeSecond is a time as the archive on a disk keeps it.
func wholeSecond(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Unix(t.Unix(), 0).UTC()
}

// clone returns a copy of a record that shares nothing with it.
func clone(rec sensors.Record) sensors.Record {
	if rec.Attribution != nil {
		attribution := *rec.Attribution
		rec.Attribution = &attribution
	}
	rec.Values, rec.Fields, rec.Raw = maps.Clone(rec.Values), slices.Clone(rec.Fields), bytes.Clone(rec.Raw)
	return rec
}

// returned is a record as an archive returns it.
func (m *Memory) returned(kind sensors.Kind, rec sensors.Record) sensors.Record {
	rec = clone(rec)
	rec.Raw = nil
	sensors.Interpret(kind, &rec, m.Extra)
	return rec
}

// SetProfile implements bridge.Archive.
func (m *Memory) SetProfile(context.Context, string, string) error { return nil }

// Zone implements bridge.Archive.
func (m *Memory) Zone(_ context.Context, user string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accountLocked(user).zone, nil
}

// Cursor implements bridge.Archive.
func (m *Memory) Cursor(_ context.Context, user string, e sensors.Endpoint) (sensors.Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accountLocked(user).cursors[e], nil
}

// Advance implements bridge.Archive.
func (m *Memory) Advance(ctx context.Context, user string, at sensors.Progress) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	m.accountLocked(user).advance(at)
	return nil
}

// Untold implements bridge.Archive.
func (m *Memory) Untold(_ context.Context, user string) (untold []sensors.KindRecord, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accountLocked(user)
	refs := slices.SortedFunc(maps.Keys(a.untold), func(x, y sensors.Ref) int {
		return cmp.Or(cmp.Compare(a.records[x].At, a.records[y].At), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID))
	})
	for _, ref := range refs {
		untold = append(untold, sensors.KindRecord{Kind: ref.Kind, Record: m.returned(ref.Kind, a.records[ref])})
	}
	return untold, nil
}

// Told implements bridge.Archive.
func (m *Memory) Told(_ context.Context, user string, refs ...sensors.Ref) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ref := range refs {
		delete(m.accountLocked(user).untold, ref)
	}
	return nil
}

// Revision implements bridge.Archive: nobody else changes it.
func (m *Memory) Revision(context.Context, string) (int64, error) { return 0, nil }

// known answers questions about the records of an account.
type known struct {
	*account
	extra []sensors.Sensor
}

// Records implements sensors.Known.
func (k known) Records(kind sensors.Kind, ids []int64) (map[int64]sensors.Record, error) {
	found := map[int64]sensors.Record{}
	for _, id := range ids {
		if rec, ok := k.records[sensors.Ref{Kind: kind, ID: id}]; ok {
			found[id] = k.interpreted(kind, rec)
		}
	}
	return found, nil
}

// Within implements sensors.Known.
func (k known) Within(kind sensors.Kind, in sensors.Range) (found []sensors.Record, err error) {
	for ref, rec := range k.records {
		if ref.Kind == kind && rec.Deleted == 0 && rec.At >= in.From.Unix() && rec.At <= in.To.Unix() {
			found = append(found, k.interpreted(kind, rec))
		}
	}
	slices.SortFunc(found, func(a, b sensors.Record) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// HasMadeUp implements sensors.Known.
func (k known) HasMadeUp(kind sensors.Kind) (bool, error) {
	for ref := range k.records {
		if ref.Kind == kind && ref.ID < 0 {
			return true, nil
		}
	}
	return false, nil
}

func (k known) interpreted(kind sensors.Kind, rec sensors.Record) sensors.Record {
	rec = clone(rec)
	sensors.Interpret(kind, &rec, k.extra)
	return rec
}
