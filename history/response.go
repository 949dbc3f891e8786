// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"

	"vitals2mqtt/sensors"
)

// Raw returns the row of the response that a record was made of, in JSON, nil
// when it is unknown.
func (a *Archive) Raw(ctx context.Context, user string, ref sensors.Ref) (row []byte, err error) {
	err = a.db.read(ctx, "reading the row of a response", func(db *sql.DB) error {
		var data []byte
		err := db.QueryRowContext(ctx, `SELECT w.data FROM raw w JOIN record r ON r.id = w.record
			JOIN account a ON a.id = r.account WHERE a.user_id = ? AND r.kind = ? AND r.cloud_id = ?`,
			user, string(ref.Kind), ref.ID).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			row, err = inflate(data)
		}
		return err
	})
	return row, err
}
