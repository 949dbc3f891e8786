// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"

	"vitals2mqtt/sensors"
)

// Parts of a date that a sleep session can be. One that is neither is a second
// record of the same sleep.
const (
	PartNight = "night"
	PartNap   = "nap"
)

// Stored is a record of the archive with its kind. Sequence grows with every
// change of any record. Part is what a sleep session is, "" for other kinds and
// for a second record of the same sleep.
type Stored struct {
	Kind     sensors.Kind
	Sequence int64
	Part     string
	sensors.Record

	row int64 // in the table
}

// Time is when a record counts, in unix seconds: the totals of a day when the day began.
func (s Stored) Time() int64 {
	if s.Kind == sensors.KindDays && s.Start != 0 {
		return s.Start
	}
	return s.At
}

// recordReader reads records as they are stored.
type recordReader struct {
	options Options
	db      *database
}

// storedPage reads the records that a condition selects, with their fields, and
// interprets them.
func (r recordReader) storedPage(ctx context.Context, where string, args []any) (page []Stored, err error) {
	err = r.db.read(ctx, "reading the records", func(db *sql.DB) error {
		page = nil
		var found []stored
		query := "SELECT " + recordColumns + ", r.sequence, r.part" +
			" FROM record r LEFT JOIN device d ON d.id = r.device WHERE " + where
		err := eachRow(ctx, pool{db}, query, args, func(rows *sql.Rows) error {
			var sequence int64
			var part sql.NullString
			record, err := scanRecord(rows, &sequence, &part)
			found = append(found, record)
			page = append(page, Stored{Kind: record.kind, Sequence: sequence, Part: part.String, row: record.row})
			return err
		})
		if err != nil {
			return err
		}
		if err := loadAllFields(ctx, pool{db}, found); err != nil {
			return err
		}
		for i, record := range interpreted(found, r.options.Extra) {
			record.Unconfirmed = record.Attribution != nil && r.options.Policy.For(*record.Attribution) == sensors.Mark
			page[i].Record = record
		}
		return nil
	})
	return page, err
}
