// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"

	"vitals2mqtt/sensors"
)

// naming is what the catalogue makes of a series, as columns.
type naming struct {
	key, unit, form, needs, prefix, elseText sql.NullString
	shift, rank                              int
	zeroIsNone, negativeIsNone               bool
}

// namingOf asks the catalogue.
func namingOf(f field, extra []sensors.Sensor) (naming, sensors.Naming) {
	n, ok := sensors.NameField(f.kind, f.name, f.position, extra)
	if !ok {
		return naming{}, n
	}
	return naming{
		key:            nullable(n.Key),
		unit:           nullable(n.Unit),
		form:           nullable(string(n.Form)),
		needs:          nullable(n.Needs),
		prefix:         nullable(n.Prefix),
		elseText:       nullable(n.Else),
		shift:          n.Shift,
		rank:           n.Rank,
		zeroIsNone:     n.ZeroIsNone,
		negativeIsNone: n.NegativeIsNone,
	}, n
}

// nullable is a text as a column, "" as NULL.
func nullable(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

const (
	selectSeries = `SELECT id, account, kind, field, position,
		key, unit, form, needs, prefix, else_text, shift, rank, zero_is_none, negative_is_none FROM series`
	insertSeries = `INSERT INTO series (key, unit, form, needs, prefix, else_text, shift, rank, zero_is_none,
		negative_is_none, account, kind, field, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateSeries = `UPDATE series SET key = ?, unit = ?, form = ?, needs = ?, prefix = ?, else_text = ?, shift = ?,
		rank = ?, zero_is_none = ?, negative_is_none = ? WHERE id = ?`
)

// columns are the columns in the order of the statements.
func (n naming) columns() []any {
	return []any{
		n.key, n.unit, n.form, n.needs, n.prefix, n.elseText, n.shift, n.rank, n.zeroIsNone, n.negativeIsNone,
	}
}

// nameSeries writes what the catalogue makes of the known series, where that
// has changed.
func nameSeries(ctx context.Context, s *session, extra []sensors.Sensor) error {
	known, err := allSeries(ctx, s)
	if err != nil {
		return err
	}
	texts, err := allClasses(ctx, s) // a query for each series would be most of opening an archive
	if err != nil {
		return err
	}
	for id, stored := range known {
		n, full := namingOf(stored.field, extra)
		if n != stored.naming {
			if _, err := s.exec(ctx, updateSeries, append(n.columns(), id)...); err != nil {
				return err
			}
		}
		if err := nameClasses(ctx, s, id, texts[id], full); err != nil {
			return err
		}
	}
	return nil
}

// storedSeries is a row of series.
type storedSeries struct {
	field
	naming
}

func allSeries(ctx context.Context, s *session) (known map[int64]storedSeries, err error) {
	known = map[int64]storedSeries{}
	err = eachRow(ctx, s, selectSeries, nil, func(rows *sql.Rows) error {
		var id int64
		var r storedSeries
		err := rows.Scan(&id, &r.account, &r.kind, &r.name, &r.position, &r.key, &r.unit, &r.form, &r.needs,
			&r.prefix, &r.elseText, &r.shift, &r.rank, &r.zeroIsNone, &r.negativeIsNone)
		known[id] = r
		return err
	})
	return known, err
}

// allClasses returns the stored texts by series and number.
func allClasses(ctx context.Context, s *session) (texts map[int64]map[int64]string, err error) {
	texts = map[int64]map[int64]string{}
	err = eachRow(ctx, s, "SELECT series, number, text FROM class", nil, func(rows *sql.Rows) error {
		var series, number int64
		var text string
		err := rows.Scan(&series, &number, &text)
		if texts[series] == nil {
			texts[series] = map[int64]string{}
		}
		texts[series][number] = text
		return err
	})
	return texts, err
}

// nameClasses writes the texts of a series where they differ from the stored
// ones.
func nameClasses(ctx context.Context, s *session, series int64, stored map[int64]string, n sensors.Naming) error {
	for number, text := range n.Texts {
		if stored[number] != text {
			if _, err := s.exec(ctx, "INSERT OR REPLACE INTO class VALUES (?, ?, ?)", series, number, text); err != nil {
				return err
			}
		}
	}
	for number := range stored {
		if _, named := n.Texts[number]; named {
			continue
		}
		if _, err := s.exec(ctx, "DELETE FROM class WHERE series = ? AND number = ?", series, number); err != nil {
			return err
		}
	}
	return nil
}

// seriesID returns the number of a series, after adding it.
func seriesID(ctx context.Context, s *session, f field, extra []sensors.Sensor) (int64, error) {
	if id, ok := s.ids.series[f]; ok {
		return id, nil
	}
	var id int64
	err := s.row(ctx, "SELECT id FROM series WHERE account = ? AND kind = ? AND field = ? AND position = ?",
		[]any{f.account, string(f.kind), f.name, f.position}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		id, err = addSeries(ctx, s, f, extra)
	}
	if err != nil {
		return 0, err
	}
	s.ids.series[f], s.ids.fields[id] = id, f
	return id, nil
}

func addSeries(ctx context.Context, s *session, f field, extra []sensors.Sensor) (int64, error) {
	n, full := namingOf(f, extra)
	result, err := s.exec(ctx, insertSeries, append(n.columns(), f.account, string(f.kind), f.name, f.position)...)
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return 0, err
	}
	return id, nameClasses(ctx, s, id, nil, full)
}
