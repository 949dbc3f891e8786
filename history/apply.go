// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"errors"
	"slices"

	"vitals2mqtt/sensors"
)

// Apply stores what a batch changes, see sensors.Reconcile, with the cursor, in
// one transaction. A batch that changes nothing writes nothing.
func (a *Archive) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (changes sensors.Changes, err error) {
	changed := false
	err = a.db.write(ctx, "storing a batch", func(ctx context.Context, h *handle) error {
		account, err := accountID(ctx, h.session, user)
		if err != nil {
			return err
		}
		known := &known{
			ctx:     ctx,
			session: h.session,
			account: account,
			extra:   a.options.Extra,
			kind:    b.Kind,
			rows:    map[int64]int64{},
		}
		if changes, err = sensors.Reconcile(b, o, known); err != nil || changes.Rejected {
			changed = false
			return err
		}
		changed = len(changes.Put)+len(changes.Gone) > 0
		if account == 0 && (changed || b.Zone != "" || at.Endpoint != "") {
			if account, err = addAccount(ctx, h.session, user); err != nil {
				return err
			}
		}
		w := &writer{
			session: h.session,
			account: account,
			kind:    b.Kind,
			extra:   a.options.Extra,
			raw:     a.raw,
			rows:    known.rows,
			seen:    map[int64]timeSpan{},
		}
		if !o.Now.IsZero() {
			w.now = o.Now.Unix()
		}
		if changed {
			if err := w.store(ctx, h.opened, changes); err != nil {
				return err
			}
		}
		return errors.Join(putZone(ctx, h.session, account, b.Zone), putCursor(ctx, h.session, account, at))
	})
	if err != nil {
		return sensors.Changes{}, err
	}
	if changed {
		a.own.add(user)
	}
	return changes, nil
}

// store writes the changes. floor is the lowest sequence number.
func (w *writer) store(ctx context.Context, floor int64, c sensors.Changes) error {
	if err := w.row(ctx, "SELECT sequence FROM counter", nil, &w.sequence); err != nil {
		return err
	}
	w.sequence = max(w.sequence, floor)
	for _, rec := range c.Gone {
		if err := w.remove(ctx, rec); err != nil {
			return err
		}
	}
	for _, rec := range c.Put {
		if err := w.put(ctx, rec, slices.Contains(c.News, rec.ID)); err != nil {
			return err
		}
	}
	if err := w.putDevices(ctx); err != nil {
		return err
	}
	if w.kind == sensors.KindNights {
		for _, rec := range slices.Concat(c.Put, c.Gone) {
			w.sleep.add(rec.Date, rec.At)
		}
		if err := w.partNights(ctx, c.Put); err != nil {
			return err
		}
	}
	if _, err := w.exec(ctx, "UPDATE counter SET sequence = ?", w.sequence); err != nil {
		return err
	}
	_, err := w.exec(ctx, "UPDATE account SET revision = revision + 1 WHERE id = ?", w.account)
	return err
}

// putZone stores the account's time zone when it has changed.
func putZone(ctx context.Context, s *session, account int64, zone string) error {
	if zone == "" {
		return nil
	}
	var known string
	if err := s.row(ctx, "SELECT zone FROM account WHERE id = ?", []any{account}, &known); err != nil || known == zone {
		return err
	}
	if _, err := s.exec(ctx, "UPDATE account SET zone = ? WHERE id = ?", zone, account); err != nil {
		return err
	}
	return writeZone(ctx, s, zone)
}

// known answers questions about the records of an account, in the transaction
// that a batch is applied in.
type known struct {
	ctx     context.Context //nolint:containedctx // of the transaction
	session *session
	account int64
	extra   []sensors.Sensor
	// rows are the rows of the records of kind that were asked for, 0 for none. Other
	// kinds have the same ids: the means over a night have that of the night.
	kind sensors.Kind
	rows map[int64]int64
}

// Records implements sensors.Known.
func (k *known) Records(kind sensors.Kind, ids []int64) (map[int64]sensors.Record, error) {
	note := func(id, row int64) {
		if kind == k.kind {
			k.rows[id] = row
		}
	}
	for _, id := range ids {
		note(id, 0)
	}
	found := map[int64]sensors.Record{}
	if k.account == 0 || len(ids) == 0 {
		return found, nil
	}
	records, err := loadRecords(k.ctx, k.session,
		"r.account = ? AND r.kind = ? AND r.cloud_id IN (SELECT value FROM json_each(?))", k.account, string(kind), list(ids))
	if err != nil {
		return nil, err
	}
	for i, rec := range interpreted(records, k.extra) {
		found[rec.ID] = rec
		note(rec.ID, records[i].row)
	}
	return found, nil
}

// Within implements sensors.Known.
func (k *known) Within(kind sensors.Kind, in sensors.Range) ([]sensors.Record, error) {
	if k.account == 0 {
		return nil, nil
	}
	records, err := loadRecords(k.ctx, k.session,
		"r.account = ? AND r.kind = ? AND r.at BETWEEN ? AND ? AND r.deleted_at IS NULL ORDER BY r.at, r.cloud_id",
		k.account, string(kind), in.From.Unix(), in.To.Unix())
	return interpreted(records, k.extra), err
}

// HasMadeUp implements sensors.Known.
func (k *known) HasMadeUp(kind sensors.Kind) (bool, error) {
	if k.account == 0 {
		return false, nil
	}
	var found bool
	err := k.session.row(k.ctx, "SELECT EXISTS (SELECT 1 FROM record WHERE account = ? AND kind = ? AND cloud_id < 0)",
		[]any{k.account, string(kind)}, &found)
	return found, err
}
