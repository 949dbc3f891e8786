// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"vitals2mqtt/sensors"
)

// Cursor returns where the reading of an endpoint stopped. Its times are whole
// seconds.
func (a *Archive) Cursor(ctx context.Context, user string, e sensors.Endpoint) (cursor sensors.Cursor, err error) {
	err = a.db.readPrepared(ctx, "reading a cursor", func(ctx context.Context, r *preparedReader) error {
		var since, reread sql.NullInt64
		cursor = sensors.Cursor{}
		err := r.row(ctx, `SELECT c.since, c.backfilled, c.page, c.reread_at
			FROM cursor c JOIN account a ON a.id = c.account WHERE a.user_id = ? AND c.endpoint = ?`,
			[]any{user, string(e)}, &since, &cursor.Backfilled, &cursor.Offset, &reread)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		cursor.Since, cursor.RereadAt = moment(since), moment(reread)
		return err
	})
	return cursor, err
}

// Advance stores where the reading of an endpoint stopped.
func (a *Archive) Advance(ctx context.Context, user string, at sensors.Progress) error {
	return a.db.write(ctx, "storing a cursor", func(ctx context.Context, h *handle) error {
		account, err := addAccount(ctx, h.session, user)
		if err != nil {
			return err
		}
		return putCursor(ctx, h.session, account, at)
	})
}

// putCursor stores a cursor when it has moved.
func putCursor(ctx context.Context, s *session, account int64, at sensors.Progress) error {
	if at.Endpoint == "" {
		return nil
	}
	var since, reread sql.NullInt64
	var known sensors.Cursor
	err := s.row(ctx, "SELECT since, backfilled, page, reread_at FROM cursor WHERE account = ? AND endpoint = ?",
		[]any{account, string(at.Endpoint)}, &since, &known.Backfilled, &known.Offset, &reread)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	c := at.Cursor
	if err == nil && since == second(c.Since) && known.Backfilled == c.Backfilled && known.Offset == c.Offset &&
		reread == second(c.RereadAt) {
		return nil
	}
	_, err = s.exec(ctx, `INSERT OR REPLACE INTO cursor (account, endpoint, since, backfilled, page, reread_at)
		VALUES (?, ?, ?, ?, ?, ?)`, account, string(at.Endpoint), second(c.Since), c.Backfilled, c.Offset, second(c.RereadAt))
	return err
}

// second is a time as a column, the zero time as NULL.
func second(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.Unix(), Valid: true}
}

// moment is a column as a time.
func moment(second sql.NullInt64) time.Time {
	if !second.Valid {
		return time.Time{}
	}
	return time.Unix(second.Int64, 0).UTC()
}

// Untold returns the records whose events are still to be published,
// interpreted, oldest first.
func (a *Archive) Untold(ctx context.Context, user string) (untold []sensors.KindRecord, err error) {
	err = a.db.readPrepared(ctx, "reading pending events", func(ctx context.Context, r *preparedReader) error {
		found, err := loadRecords(ctx, r, `r.id IN (SELECT r.id FROM record r JOIN account a ON a.id = r.account
			WHERE a.user_id = ? AND r.told = 0 AND r.deleted_at IS NULL)
			ORDER BY r.at, r.kind, r.cloud_id`, user)
		for i, rec := range interpreted(found, a.options.Extra) {
			untold = append(untold, sensors.KindRecord{Kind: found[i].kind, Record: rec})
		}
		return err
	})
	return untold, err
}

// Told records that the events of these records were published, or that they
// make none.
func (a *Archive) Told(ctx context.Context, user string, refs ...sensors.Ref) error {
	if len(refs) == 0 {
		return nil
	}
	return a.db.write(ctx, "storing published events", func(ctx context.Context, h *handle) error {
		account, err := accountID(ctx, h.session, user)
		if err != nil || account == 0 {
			return err
		}
		for _, ref := range refs {
			if _, err := h.exec(ctx, "UPDATE record SET told = 1 WHERE account = ? AND kind = ? AND cloud_id = ? AND told = 0",
				account, string(ref.Kind), ref.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
