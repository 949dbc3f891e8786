// SPDX-License-Identifier: MIT

package history_test

import (
	"cmp"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	_ "modernc.org/sqlite" // the driver

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// testUser is the account of the tests.
const testUser = "4711"

// storedSeries is a row of the table series.
type storedSeries struct {
	kind     sensors.Kind
	field    string
	position int
	naming   sensors.Naming // without a key it is NULL
}

// storedRecord is a row of the table record, with its values by the index of
// their series.
type storedRecord struct {
	kind        sensors.Kind
	id          int64
	at, start   int64
	modified    int64
	date        string
	zone        string
	attribution *int
	device      int // 0 for none
	part        string
	deleted     bool
	pending     bool
	values      map[int]storedValue
}

// storedValue is a row of the table value.
type storedValue struct {
	mantissa int64
	exponent int
	text     string // instead of a number
}

// fill writes an archive with the statements of SQL alone, and opens it to read.
func fill(
	t *testing.T, folder string, policy sensors.Policy, zone string, series []storedSeries, records []storedRecord,
) (archive *history.Archive, path string) {
	t.Helper()
	ctx, path := t.Context(), filepath.Join(folder, "history.db")
	must(t, os.RemoveAll(path))
	empty, err := history.Open(ctx, history.Options{Path: path})
	must(t, err)
	must(t, empty.Close())
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)")
	must(t, err)
	tx, err := db.BeginTx(ctx, nil)
	must(t, err)
	write := func(query string, args ...any) {
		t.Helper()
		_, err := tx.ExecContext(ctx, query, args...)
		must(t, err)
	}
	write(`INSERT INTO account (id, user_id, profile, zone) VALUES (1, ?, 'alice', ?)`, testUser, zone)
	write(`INSERT INTO device (id, cloud_id, model, first_seen, last_seen)
		VALUES (1, 'd1', 'Body Cardio', 0, 0), (2, 'd2', '', 0, 0), (3, 'd3', '', 0, 0)`)
	for i, s := range series {
		n := s.naming
		write(`INSERT INTO series (id, account, kind, field, position, key, unit, form, shift, rank, zero_is_none, negative_is_none,
			needs, prefix) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			i+1, string(s.kind), s.field, s.position, orNull(n.Key), orNull(n.Unit), string(n.Form), n.Shift, n.Rank,
			n.ZeroIsNone, n.NegativeIsNone, orNull(n.Needs), orNull(n.Prefix))
		for number, text := range n.Texts {
			write(`INSERT INTO class VALUES (?, ?, ?)`, i+1, number, text)
		}
	}
	for i, r := range records {
		if r.zone != "" {
			write(`INSERT OR IGNORE INTO zone_offset VALUES (?, 0, 0, '')`, r.zone) // written anew below
		}
		write(`INSERT INTO record (id, account, kind, cloud_id, at, start, date, zone, modified, attribution, device, part,
			deleted_at, pending, sequence) VALUES (?1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?1)`,
			i+1, string(r.kind), r.id, r.at, r.start, orNull(r.date), orNull(r.zone), r.modified, r.attribution,
			orNull(r.device), orNull(r.part), orNull(r.deleted), r.pending)
		for at, v := range r.values {
			if v.text != "" {
				write(`INSERT INTO value (series, at, record, text) VALUES (?, ?, ?, ?)`, at+1, r.time(), i+1, v.text)
				continue
			}
			write(`INSERT INTO value (series, at, record, mantissa, exponent) VALUES (?, ?, ?, ?, ?)`,
				at+1, r.time(), i+1, v.mantissa, v.exponent)
		}
	}
	must(t, tx.Commit())
	must(t, db.Close())
	must(t, history.WriteView(ctx, path, policy))
	return openToRead(ctx, t, path, policy), path
}

func openToRead(ctx context.Context, t *testing.T, path string, policy sensors.Policy) *history.Archive {
	t.Helper()
	archive, err := history.Open(ctx, history.Options{Path: path, Policy: policy, ReadOnly: true})
	must(t, err)
	t.Cleanup(func() { _ = archive.Close() })
	return archive
}

// time is when the values of a record count.
func (r storedRecord) time() int64 {
	if r.kind == sensors.KindDays {
		return r.start
	}
	return r.at
}

// isShown reports whether the values of a record count.
func (r storedRecord) isShown(held ...int) bool {
	return !r.deleted && !r.pending && (r.kind != sensors.KindNights || r.part == "night") &&
		(r.attribution == nil || !slices.Contains(held, *r.attribution))
}

// value returns the value of a key: that of the valid field with the lowest
// rank.
func (r storedRecord) value(series []storedSeries, key string) (value storedValue, naming sensors.Naming, found bool) {
	for i, v := range r.values {
		n := series[i].naming
		isNone := v.text == "" && (v.mantissa == 0 && n.ZeroIsNone || v.mantissa < 0 && n.NegativeIsNone ||
			n.Form == sensors.FormText || n.Form == sensors.FormTime && v.mantissa <= 0)
		if n.Key != key || isNone || found && n.Rank > naming.Rank {
			continue
		}
		if n.Needs != "" && !slices.ContainsFunc(series, func(s storedSeries) bool {
			return s.field == n.Needs && r.values[slices.IndexFunc(series, func(o storedSeries) bool {
				return o.field == s.field
			})].mantissa > 0
		}) {
			continue
		}
		value, naming, found = v, n, true
	}
	return value, naming, found
}

// compareRecords orders records by time, last change and id.
func compareRecords(a, b storedRecord) int {
	return cmp.Or(cmp.Compare(a.time(), b.time()), cmp.Compare(a.modified, b.modified), cmp.Compare(a.id, b.id))
}

// number is the decimal that a value stands for.
func (v storedValue) number(t interface{ Fatal(...any) }, shift int) decimal.Decimal {
	d, err := decimal.New(v.mantissa, v.exponent+shift)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func orNull[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
