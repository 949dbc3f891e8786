// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// recordColumns are the columns that scanRecord reads, of record AS r and
// device AS d.
const recordColumns = `r.id, r.kind, r.cloud_id, r.at, r.start, r.date, r.zone, r.created, r.modified, r.received,
	r.attribution, d.cloud_id, d.model, r.source, r.class, r.tracker, r.brand, r.pending, r.deleted_at`

// stored is a row of record.
type stored struct {
	row  int64
	kind sensors.Kind
	sensors.Record
}

// scanRecord reads a record without its fields.
func scanRecord(rows *sql.Rows, more ...any) (stored, error) {
	var s stored
	var start, class, brand, deleted, attribution sql.NullInt64
	var date, zone, device, model sql.NullString
	var tracker sql.NullBool
	into := append([]any{
		&s.row, &s.kind, &s.ID, &s.At, &start, &date, &zone, &s.Created, &s.Modified, &s.Received,
		&attribution, &device, &model, &s.Source, &class, &tracker, &brand, &s.Pending, &deleted,
	}, more...)
	if err := rows.Scan(into...); err != nil {
		return stored{}, err
	}
	s.Start, s.Class, s.Brand, s.Deleted = start.Int64, class.Int64, brand.Int64, deleted.Int64
	s.Date, s.Zone, s.Device, s.Model = date.String, zone.String, device.String, model.String
	s.Tracker = tracker.Bool
	if attribution.Valid {
		number := int(attribution.Int64)
		s.Attribution = &number
	}
	return s, nil
}

// querier runs queries, in a transaction or beside one.
type querier interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// pool is a querier that prepares nothing.
type pool struct{ *sql.DB }

func (p pool) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.QueryContext(ctx, query, args...)
}

// eachRow calls a function for each row of a query.
func eachRow(ctx context.Context, q querier, query string, args []any, each func(*sql.Rows) error) (err error) {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// numbers returns the only column of a query.
func numbers(ctx context.Context, q querier, query string, args ...any) (all []int64, err error) {
	err = eachRow(ctx, q, query, args, func(rows *sql.Rows) error {
		all = append(all, 0)
		return rows.Scan(&all[len(all)-1])
	})
	return all, err
}

// loadRecords returns the records that a condition selects, with their fields.
// The condition follows WHERE.
func loadRecords(ctx context.Context, q querier, condition string, args ...any) (found []stored, err error) {
	if found, err = loadRows(ctx, q, condition, args...); err != nil {
		return nil, err
	}
	return found, loadAllFields(ctx, q, found)
}

// loadRows does the same without fields.
func loadRows(ctx context.Context, q querier, condition string, args ...any) (found []stored, err error) {
	err = eachRow(ctx, q, "SELECT "+recordColumns+
		" FROM record r LEFT JOIN device d ON d.id = r.device WHERE "+condition, args, func(rows *sql.Rows) error {
		record, err := scanRecord(rows)
		found = append(found, record)
		return err
	})
	return found, err
}

// Queries for the fields of the records whose rows are listed in JSON: all, and
// those of the series that are listed too.
const (
	fieldColumns = `SELECT v.record, s.field, s.position, v.mantissa, v.exponent, v.text
	FROM value v JOIN series s ON s.id = v.series WHERE `
	selectFields   = fieldColumns + `v.record IN (SELECT value FROM json_each(?1)) ORDER BY v.record, v.series`
	selectFieldsOf = fieldColumns + `v.record IN (SELECT value FROM json_each(?1))
	AND v.series IN (SELECT value FROM json_each(?2)) ORDER BY v.record, v.series`
)

// loadAllFields reads the fields of records.
func loadAllFields(ctx context.Context, q querier, records []stored) error {
	if len(records) == 0 {
		return nil
	}
	rows := make([]int64, len(records))
	for i, record := range records {
		rows[i] = record.row
	}
	return loadFields(ctx, q, records, selectFields, list(rows))
}

// loadFields reads the fields that a query selects.
func loadFields(ctx context.Context, q querier, records []stored, query string, args ...any) error {
	index := make(map[int64]int, len(records))
	for i, record := range records {
		index[record.row] = i
	}
	return eachRow(ctx, q, query, args, func(rows *sql.Rows) error {
		var record int64
		var f sensors.Field
		var mantissa, exponent sql.NullInt64
		var text sql.NullString
		if err := rows.Scan(&record, &f.Name, &f.Position, &mantissa, &exponent, &text); err != nil {
			return err
		}
		var err error
		f.Value, err = valueOf(mantissa, exponent, text)
		at := index[record]
		records[at].Fields = append(records[at].Fields, f)
		return err
	})
}

// valueOf is a stored value.
func valueOf(mantissa, exponent sql.NullInt64, text sql.NullString) (sensors.Value, error) {
	if !mantissa.Valid {
		return sensors.Text(text.String), nil
	}
	number, err := decimal.New(mantissa.Int64, int(exponent.Int64))
	return sensors.Number(number), err
}

// list is a list of numbers for json_each.
func list[T int | int64](numbers []T) string {
	if len(numbers) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(numbers) // numbers always marshal
	return string(text)
}

// interpreted returns the records with their values.
func interpreted(found []stored, extra []sensors.Sensor) []sensors.Record {
	records := make([]sensors.Record, len(found))
	for i := range found {
		records[i] = found[i].Record
		sensors.Interpret(found[i].kind, &records[i], extra)
	}
	return records
}
