// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// Replacement is the first use of a device after another one was used for the
// last time.
type Replacement struct {
	At time.Time
	// Device is the model, or the cloud's id of a device without one.
	Device string
}

const usedDevicesQuery = `SELECT coalesce(nullif(device.model, ''), device.cloud_id), min(value.at), max(value.at)
FROM series
CROSS JOIN value ON value.series = series.id
CROSS JOIN record ON record.id = value.record
CROSS JOIN device ON device.id = record.device
WHERE series.account = ? AND series.key = ? AND record.deleted_at IS NULL
  AND (record.attribution IS NULL OR record.attribution NOT IN (SELECT held.attribution FROM held))
GROUP BY device.id
ORDER BY min(value.at)`

// replacements returns when a device took the place of another one in measuring
// a key, oldest first. Devices that are used in turns replace nothing.
func replacements(ctx context.Context, q querier, account int64, key string) (found []Replacement, err error) {
	type use struct {
		device      string
		first, last int64
	}
	var uses []use
	err = eachRow(ctx, q, usedDevicesQuery, []any{account, key}, func(rows *sql.Rows) error {
		var u use
		err := rows.Scan(&u.device, &u.first, &u.last)
		uses = append(uses, u)
		return err
	})
	for _, u := range uses {
		if slices.ContainsFunc(uses, func(former use) bool { return former.last < u.first }) {
			found = append(found, Replacement{At: time.Unix(u.first, 0), Device: u.device})
		}
	}
	return found, err
}
