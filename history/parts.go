// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"

	"vitals2mqtt/sensors"
)

// addFormerDate adds the date that a session had before it changes.
func (w *writer) addFormerDate(ctx context.Context, row int64) error {
	if w.kind != sensors.KindNights {
		return nil
	}
	var date sql.NullString
	var at int64
	if err := w.row(ctx, "SELECT date, at FROM record WHERE id = ?", []any{row}, &date, &at); err != nil {
		return err
	}
	w.sleep.add(date.String, at)
	return nil
}

// partNights stores what the sleep sessions of the changed dates are: the
// night, a nap, or a second record of one of them.
func (w *writer) partNights(ctx context.Context, changed []sensors.Record) error {
	sessions, mine := make([]sensors.Record, 0, len(changed)), map[int64]bool{}
	for _, rec := range changed {
		mine[rec.ID] = true
		if rec.Deleted == 0 && !rec.Pending {
			sessions = append(sessions, rec)
		}
	}
	others, err := w.otherSessions(ctx, mine)
	if err != nil {
		return err
	}
	sessions = append(sessions, others...)
	parts := sensors.PartsOfNights(sessions)
	for _, rec := range sessions {
		row, err := w.recordRow(ctx, rec.ID)
		if err != nil {
			return err
		}
		// A session that becomes another part counts as changed.
		if _, err := w.exec(ctx, "UPDATE record SET part = ?1, sequence = ?2 WHERE id = ?3 AND part IS NOT ?1",
			nullable(string(parts[rec.ID])), w.next(), row); err != nil {
			return err
		}
	}
	return nil
}

// dateDistance is how far the end of a session can be from its date, and more,
// in seconds.
const dateDistance = 4 * secondsPerDay

// otherSessions returns the sessions of the changed dates that are not among
// mine.
func (w *writer) otherSessions(ctx context.Context, mine map[int64]bool) ([]sensors.Record, error) {
	var others []int64
	err := eachRow(ctx, w.session, `SELECT id, date, cloud_id FROM record WHERE account = ? AND kind = ?
		AND at BETWEEN ? AND ? AND deleted_at IS NULL AND pending = 0`,
		[]any{w.account, string(w.kind), w.sleep.first - dateDistance, w.sleep.last + dateDistance},
		func(rows *sql.Rows) error {
			var row, id int64
			var date sql.NullString
			err := rows.Scan(&row, &date, &id)
			if w.sleep.dates[date.String] && !mine[id] {
				others = append(others, row)
			}
			return err
		})
	if err != nil || len(others) == 0 {
		return nil, err
	}
	found, err := loadRecords(ctx, w.session, "r.id IN (SELECT value FROM json_each(?))", list(others))
	return interpreted(found, w.extra), err
}
