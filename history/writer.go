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

// device returns the row of a record's device, NULL for none, and keeps when it
// was seen.
func (w *writer) device(ctx context.Context, rec sensors.Record) (sql.NullInt64, error) {
	d := device{rec.Device, rec.Model}
	if d == (device{}) {
		return sql.NullInt64{}, nil
	}
	seen, known := w.ids.devices[d]
	if known && seen.first <= rec.At && rec.At <= seen.last {
		return sql.NullInt64{Int64: seen.row, Valid: true}, nil
	}
	if _, err := w.exec(ctx, `INSERT INTO device (cloud_id, model, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)
		ON CONFLICT DO UPDATE SET first_seen = min(first_seen, ?3), last_seen = max(last_seen, ?3)`,
		d.id, d.model, rec.At); err != nil {
		return sql.NullInt64{}, err
	}
	err := w.row(ctx, "SELECT id, first_seen, last_seen FROM device WHERE cloud_id = ? AND model = ?",
		[]any{d.id, d.model}, &seen.row, &seen.first, &seen.last)
	w.ids.devices[d] = seen
	return sql.NullInt64{Int64: seen.row, Valid: true}, err
}

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
