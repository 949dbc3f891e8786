// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
)

// Mirrored returns the sequence number up to which a target of the mirror has
// all changes of an account, 0 for none.
func (a *Archive) Mirrored(ctx context.Context, user, target string) (sequence int64, err error) {
	err = a.db.read(ctx, "reading the cursor of the mirror", func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, `SELECT m.sequence FROM mirror m JOIN account a ON a.id = m.account
			WHERE a.user_id = ? AND m.target = ?`, user, target).Scan(&sequence)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return sequence, err
}

// SetMirrored stores that sequence number. An account without a record has no
// cursor.
func (a *Archive) SetMirrored(ctx context.Context, user, target string, sequence int64) error {
	return a.db.write(ctx, "storing the cursor of the mirror", func(ctx context.Context, h *handle) error {
		account, err := accountID(ctx, h.session, user)
		if err != nil || account == 0 {
			return err
		}
		_, err = h.exec(ctx, "INSERT OR REPLACE INTO mirror (account, target, sequence) VALUES (?, ?, ?)",
			account, target, sequence)
		return err
	})
}
