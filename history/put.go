// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

const (
	insertRecord = `INSERT INTO record (account, kind, cloud_id, at, start, date, zone, created, modified, received,
		attribution, device, source, class, tracker, brand, pending, deleted_at, told, sequence)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateRecord = `UPDATE record SET at = ?, start = ?, date = ?, zone = ?, created = ?, modified = ?, received = ?,
		attribution = ?, device = ?, source = ?, class = ?, tracker = ?, brand = ?, pending = ?,
		deleted_at = ?, told = min(told, ?), sequence = ?, part = NULL WHERE id = ?`
)

// put stores a new record or a new version of a known one.
func (w *writer) put(ctx context.Context, rec sensors.Record, isNews bool) error {
	device, err := w.device(ctx, rec)
	if err != nil {
		return err
	}
	told := 1
	if isNews {
		told = 0
	}
	columns := []any{
		rec.At, positive(rec.Start), nullable(rec.Date), nullable(rec.Zone), rec.Created, rec.Modified, rec.Received,
		attribution(rec), device, string(sourceOf(rec)), positive(rec.Class), rec.Tracker, positive(rec.Brand),
		rec.Pending, positive(rec.Deleted), told, w.next(),
	}
	row, err := w.recordRow(ctx, rec.ID)
	if err != nil {
		return err
	}
	if row == 0 {
		result, err := w.exec(ctx, insertRecord, append([]any{w.account, string(w.kind), rec.ID}, columns...)...)
		if err != nil {
			return err
		}
		if row, err = result.LastInsertId(); err != nil {
			return err
		}
		w.rows[rec.ID] = row
	} else {
		if err := w.addFormerDate(ctx, row); err != nil {
			return err
		}
		if _, err := w.exec(ctx, updateRecord, append(columns, row)...); err != nil {
			return err
		}
		if _, err := w.exec(ctx, "DELETE FROM value WHERE record = ?", row); err != nil {
			return err
		}
	}
	if err := writeZone(ctx, w.session, rec.Zone); err != nil {
		return err
	}
	if err := w.putFields(ctx, row, rec); err != nil {
		return err
	}
	return w.putRaw(ctx, row, rec.Raw)
}

// valuesPerStatement is how many values one statement stores at most. Fewer
// statements take less time, but each number of values is a statement of its
// own, which stays prepared.
const valuesPerStatement = 16

// insertValues is the statement for a number of values. The first of several
// values of a field counts, as in sensors.Interpret.
func insertValues(count int) string {
	return "INSERT INTO value (series, at, record, mantissa, exponent, text) VALUES (?, ?, ?, ?, ?, ?)" +
		strings.Repeat(", (?, ?, ?, ?, ?, ?)", count-1) + " ON CONFLICT DO NOTHING"
}

func (w *writer) putFields(ctx context.Context, row int64, rec sensors.Record) error {
	at := valueTime(w.kind, rec)
	for fields := range slices.Chunk(rec.ReadFields(), valuesPerStatement) {
		var args []any
		count := 0
		for _, f := range fields {
			if !f.Value.Valid() {
				continue
			}
			series, err := seriesID(ctx, w.session, field{w.account, w.kind, f.Name, f.Position}, w.extra)
			if err != nil {
				return err
			}
			count++
			if number, ok := f.Value.Decimal(); ok {
				mantissa, exponent := number.Parts()
				args = append(args, series, at, row, mantissa, exponent, nil)
			} else {
				args = append(args, series, at, row, nil, nil, f.Value.String())
			}
		}
		if count == 0 {
			continue
		}
		if _, err := w.exec(ctx, insertValues(count), args...); err != nil {
			return err
		}
	}
	return nil
}

// valueTime is the time that the values of a record are shown at: the totals of
// a day at its beginning, not when they were last counted.
func valueTime(kind sensors.Kind, rec sensors.Record) int64 {
	if kind == sensors.KindDays && rec.Start != 0 {
		return rec.Start
	}
	return rec.At
}

// putRaw stores the row of the response; an unknown one leaves the stored one.
func (w *writer) putRaw(ctx context.Context, row int64, raw []byte) error {
	if raw == nil {
		return nil
	}
	data, err := w.raw.deflate(raw)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, "INSERT OR REPLACE INTO raw (record, data) VALUES (?, ?)", row, data)
	return err
}

// remove puts a tombstone on a record. Its values stay, but are never shown.
func (w *writer) remove(ctx context.Context, rec sensors.Record) error {
	row, err := w.recordRow(ctx, rec.ID)
	if err != nil || row == 0 {
		return err
	}
	deleted := max(1, rec.Deleted, w.now)
	_, err = w.exec(ctx, "UPDATE record SET deleted_at = ?, part = NULL, told = 1, sequence = ? WHERE id = ?",
		deleted, w.next(), row)
	return err
}

// positive is a number as a column, 0 as NULL.
func positive(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: n != 0} }

func attribution(rec sensors.Record) sql.NullInt64 {
	if rec.Attribution == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(*rec.Attribution), Valid: true}
}

// sourceOf is where a record comes from.
func sourceOf(rec sensors.Record) sensors.Source {
	if rec.Source == "" {
		return sensors.SourceCloud
	}
	return rec.Source
}
