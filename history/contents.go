// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"time"

	"vitals2mqtt/sensors"
)

// Content is what the archive has of one kind of record.
type Content struct {
	Kind    sensors.Kind
	Records int
	// Oldest and Newest are when the first and the last were recorded, days when
	// they began; in UTC.
	Oldest, Newest time.Time
}

// ContentsOf counts the records of an account, by kind in a fixed order. Removed
// ones do not count.
func ContentsOf(ctx context.Context, a *Archive, user string) (contents []Content, err error) {
	const query = `SELECT kind, count(*), min(coalesce(nullif(start, 0), at)), max(coalesce(nullif(start, 0), at))
		FROM record WHERE account = (SELECT id FROM account WHERE user_id = ?) AND deleted_at IS NULL AND NOT pending
		GROUP BY kind ORDER BY kind`
	err = a.db.read(ctx, "counting the records", func(db *sql.DB) error {
		contents = nil
		return eachRow(ctx, pool{db}, query, []any{user}, func(rows *sql.Rows) error {
			var c Content
			var oldest, newest int64
			err := rows.Scan(&c.Kind, &c.Records, &oldest, &newest)
			c.Oldest, c.Newest = time.Unix(oldest, 0).UTC(), time.Unix(newest, 0).UTC()
			contents = append(contents, c)
			return err
		})
	})
	return contents, err
}
