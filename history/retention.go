// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"vitals2mqtt/sensors"
)

// minKept is how long records are kept at least.
const minKept = 60 * 24 * time.Hour

// prunedAtOnce is how many records one transaction deletes, so that nobody
// waits long.
const prunedAtOnce = 500

// Prune deletes the records that were measured before a moment, of all
// accounts, and returns how many. What was measured less than sixty days before
// now stays in any case, and so do the records that the current readings depend
// on and those whose event is still to be published.
func (a *Archive) Prune(ctx context.Context, before, now time.Time, keep ...sensors.Window) (deleted int, err error) {
	if latest := now.Add(-minKept); before.After(latest) {
		before = latest
	}
	err = a.db.write(ctx, "listing old records", func(ctx context.Context, h *handle) error {
		kept, err := keptRows(ctx, h.session, a.options.Policy, keep)
		if err != nil {
			return err
		}
		// In the memory of the connection, not in the file.
		_, err = h.exec(ctx, "CREATE TEMP TABLE IF NOT EXISTS kept (record INTEGER PRIMARY KEY) STRICT")
		if err == nil {
			_, err = h.exec(ctx, "INSERT OR IGNORE INTO temp.kept SELECT value FROM json_each(?)", list(kept))
		}
		return err
	})
	for n := prunedAtOnce; err == nil && n == prunedAtOnce; deleted += n {
		n = 0
		if err = ctx.Err(); err != nil {
			break
		}
		err = a.db.write(ctx, "deleting old records", func(ctx context.Context, h *handle) error {
			rows, err := numbers(ctx, h.session, `SELECT id FROM record WHERE at < ? AND told = 1
				AND id NOT IN (SELECT record FROM temp.kept) LIMIT ?`, before.Unix(), prunedAtOnce)
			if n = len(rows); err != nil || n == 0 {
				return err
			}
			return deleteRecords(ctx, h.session, list(rows))
		})
	}
	return deleted, errors.Join(err, dropKept(ctx, a.db))
}

// dropKept removes the list again.
func dropKept(ctx context.Context, db *database) error {
	return db.write(context.WithoutCancel(ctx), "deleting old records", func(ctx context.Context, h *handle) error {
		_, err := h.conn.ExecContext(ctx, "DROP TABLE IF EXISTS temp.kept")
		return err
	})
}

// keptRows returns the rows of the windows of all accounts.
func keptRows(ctx context.Context, s *session, policy sensors.Policy, keep []sensors.Window) (kept []int64, err error) {
	var users []string
	err = eachRow(ctx, s, "SELECT user_id FROM account", nil, func(rows *sql.Rows) error {
		users = append(users, "")
		return rows.Scan(&users[len(users)-1])
	})
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		for _, w := range keep {
			rows, err := windowRows(ctx, s, user, w, policy)
			if err != nil {
				return nil, err
			}
			kept = append(kept, rows...)
		}
	}
	return unique(kept), nil
}

// deleteRecords deletes records with all that belongs to them. rows is a list
// in JSON.
func deleteRecords(ctx context.Context, s *session, rows string) error {
	for _, statement := range []string{
		"DELETE FROM value WHERE record IN (SELECT value FROM json_each(?))",
		"DELETE FROM raw WHERE record IN (SELECT value FROM json_each(?))",
		"DELETE FROM waveform WHERE record IN (SELECT value FROM json_each(?))",
		"DELETE FROM record WHERE id IN (SELECT value FROM json_each(?))",
	} {
		if _, err := s.exec(ctx, statement, rows); err != nil {
			return err
		}
	}
	return nil
}

// Forget deletes all that is known of an account, and every trace of it in the
// file. It needs as much memory as what is left takes.
func (a *Archive) Forget(ctx context.Context, user string) error {
	return a.db.exclusively(ctx, "deleting an account", func(ctx context.Context, h *handle) error {
		if err := h.transact(ctx, func() error { return forget(ctx, h.session, user) }); err != nil {
			return err
		}
		// Deleted rows are overwritten, but copies that were left behind when pages
		// were divided are not: only a file written anew is free of them.
		h.ids = newIdentities()
		if _, err := h.conn.ExecContext(ctx, "VACUUM"); err != nil {
			return err
		}
		return emptyLog(ctx, h)
	})
}

func forget(ctx context.Context, s *session, user string) error {
	account, err := accountID(ctx, s, user)
	if err != nil || account == 0 {
		return err
	}
	var own []string // the tables with rows of accounts, whichever there are
	err = eachRow(ctx, s, `SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND c.name = 'account' AND t.name NOT IN ('record', 'series') ORDER BY t.name`, nil,
		func(rows *sql.Rows) error {
			own = append(own, "")
			return rows.Scan(&own[len(own)-1])
		})
	if err != nil {
		return err
	}
	statements := []string{
		"DELETE FROM value WHERE series IN (SELECT id FROM series WHERE account = ?)",
		"DELETE FROM class WHERE series IN (SELECT id FROM series WHERE account = ?)",
		"DELETE FROM raw WHERE record IN (SELECT id FROM record WHERE account = ?)",
		"DELETE FROM waveform WHERE record IN (SELECT id FROM record WHERE account = ?)",
		"DELETE FROM record WHERE account = ?",
		"DELETE FROM series WHERE account = ?",
	}
	for _, table := range own {
		statements = append(statements, "DELETE FROM "+table+" WHERE account = ?")
	}
	for _, statement := range append(statements, "DELETE FROM account WHERE id = ?") {
		if _, err := s.exec(ctx, statement, account); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		"DELETE FROM device WHERE id NOT IN (SELECT device FROM record WHERE device IS NOT NULL)",
		`DELETE FROM zone_offset WHERE zone NOT IN (SELECT zone FROM account UNION SELECT zone FROM record
			WHERE zone IS NOT NULL)`,
	} {
		if _, err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
