// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"

	"vitals2mqtt/sensors"
)

// writer stores the changes of one batch.
type writer struct {
	*session
	account int64
	kind    sensors.Kind
	extra   []sensors.Sensor
	raw     *compressor
	now     int64
	// rows are the rows of records that the batch was compared with, 0 for one
	// that is new.
	rows map[int64]int64
	// sleep says which dates must be parted into night and naps.
	sleep sleepDates
	// seen says when the devices of the batch measured, by their rows.
	seen map[int64]timeSpan
	// sequence is the last number given.
	sequence int64
}

// recordRow returns the row of a record, 0 when there is none.
func (w *writer) recordRow(ctx context.Context, id int64) (int64, error) {
	if row, ok := w.rows[id]; ok {
		return row, nil
	}
	var row int64
	err := w.row(ctx, "SELECT id FROM record WHERE account = ? AND kind = ? AND cloud_id = ?",
		[]any{w.account, string(w.kind), id}, &row)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	w.rows[id] = row
	return row, err
}

// next returns the next sequence number.
func (w *writer) next() int64 {
	w.sequence++
	return w.sequence
}

// device returns the row of a record's device, NULL for none, and notes that it
// was seen.
func (w *writer) device(ctx context.Context, rec sensors.Record) (sql.NullInt64, error) {
	d := device{rec.Device, rec.Model}
	if d == (device{}) {
		return sql.NullInt64{}, nil
	}
	row, err := w.deviceRow(ctx, d, rec.At)
	if err != nil {
		return sql.NullInt64{}, err
	}
	span, again := w.seen[row]
	if !again {
		span = timeSpan{rec.At, rec.At}
	}
	w.seen[row] = timeSpan{min(span.first, rec.At), max(span.last, rec.At)}
	return sql.NullInt64{Int64: row, Valid: true}, nil
}

// deviceRow returns the row of a device, after adding it.
func (w *writer) deviceRow(ctx context.Context, d device, at int64) (int64, error) {
	if row, ok := w.ids.devices[d]; ok {
		return row, nil
	}
	if _, err := w.exec(ctx, `INSERT INTO device (cloud_id, model, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)
		ON CONFLICT DO NOTHING`, d.id, d.model, at); err != nil {
		return 0, err
	}
	var row int64
	err := w.row(ctx, "SELECT id FROM device WHERE cloud_id = ? AND model = ?", []any{d.id, d.model}, &row)
	if err == nil {
		w.ids.devices[d] = row
	}
	return row, err
}

// putDevices stores when the devices of the batch were seen.
func (w *writer) putDevices(ctx context.Context) error {
	for row, span := range w.seen {
		if _, err := w.exec(ctx, `UPDATE device SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?3)
			WHERE id = ?1 AND (first_seen > ?2 OR last_seen < ?3)`, row, span.first, span.last); err != nil {
			return err
		}
	}
	return nil
}

// timeSpan is from the first to the last of several seconds.
type timeSpan struct{ first, last int64 }

// sleepDates are the dates whose sleep sessions have changed, and when these
// ended.
type sleepDates struct {
	dates       map[string]bool
	first, last int64
}

func (d *sleepDates) add(date string, at int64) {
	if d.dates == nil {
		*d = sleepDates{map[string]bool{}, at, at}
	}
	d.dates[date], d.first, d.last = true, min(d.first, at), max(d.last, at)
}
