// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

const latestQuery = `SELECT shown.at, shown.modified, shown.received, shown.cloud_id, shown.form, shown.mantissa,
	shown.exponent, shown.text, shown.zone, shown.date, shown.attribution, device.cloud_id, device.model
	FROM shown LEFT JOIN device ON device.id = shown.device
	WHERE shown.account = ? AND shown.key = ?
	ORDER BY shown.at DESC, shown.modified DESC, shown.cloud_id DESC LIMIT ?`

// Latest returns the newest n values of a key, newest first.
func (a *Archive) Latest(ctx context.Context, user, key string, n int) (readings []sensors.Reading, err error) {
	err = a.db.read(ctx, "reading the last values of "+key, func(db *sql.DB) error {
		readings = nil
		account, err := findAccount(ctx, pool{db}, user)
		if err != nil {
			return err
		}
		return eachRow(ctx, pool{db}, latestQuery, []any{account, key, n}, func(rows *sql.Rows) error {
			reading, err := scanReading(rows, a.options.Policy)
			reading.Key = key
			readings = append(readings, reading)
			return err
		})
	})
	return readings, err
}

func scanReading(rows *sql.Rows, policy sensors.Policy) (reading sensors.Reading, err error) {
	var at, modified, received, id int64
	var form string
	var mantissa, exponent, attribution sql.NullInt64
	var text, zone, date, device, model sql.NullString
	err = rows.Scan(&at, &modified, &received, &id, &form, &mantissa, &exponent, &text, &zone, &date, &attribution, &device,
		&model)
	if err != nil {
		return reading, err
	}
	reading = sensors.Reading{
		Value:      sensors.Text(text.String),
		MeasuredAt: unixTime(at),
		ReceivedAt: unixTime(received),
		Modified:   unixTime(modified),
		GroupID:    max(0, id),
		Device:     device.String,
		Model:      model.String,
		Zone:       zone.String,
		Date:       date.String,
	}
	if form == string(sensors.FormNumber) {
		number, err := decimal.New(mantissa.Int64, int(exponent.Int64))
		if err != nil {
			return reading, err
		}
		reading.Value = sensors.Number(number)
	}
	if attribution.Valid {
		number := int(attribution.Int64)
		reading.Attribution = &number
		reading.Unconfirmed = policy.For(number) == sensors.Mark
	}
	return reading, nil
}

// unixTime is the time of a second, and the zero time for 0.
func unixTime(second int64) time.Time {
	if second == 0 {
		return time.Time{}
	}
	return time.Unix(second, 0).UTC()
}
