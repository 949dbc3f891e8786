// SPDX-License-Identifier: MIT

package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

// Window returns the records that the current readings depend on, interpreted,
// oldest first.
func (a *Archive) Window(
	ctx context.Context, user string, w sensors.Window, policy sensors.Policy,
) (records []sensors.Record, err error) {
	err = a.db.readPrepared(ctx, "reading the newest records", func(ctx context.Context, r *preparedReader) error {
		c := collect(ctx, r, user, w, policy)
		records = interpreted(c.load(), a.options.Extra)
		return c.err
	})
	return records, err
}

// windowRows returns the rows of the records of a window.
func windowRows(ctx context.Context, q querier, user string, w sensors.Window, policy sensors.Policy) ([]int64, error) {
	c := collect(ctx, q, user, w, policy)
	return unique(slices.Concat(c.rows, c.days)), c.err
}

// collector collects the rows of the records of a window. After an error it
// does nothing.
type collector struct {
	ctx context.Context //nolint:containedctx // of one call
	querier
	account int64
	kind    string
	held    string  // the attributions that are held back
	rows    []int64 // of records with all their fields
	days    []int64 // of records with the field of Window.Days
	only    []int64 // the series of that field
	err     error
}

// collect collects the records of an account.
func collect(ctx context.Context, q querier, user string, w sensors.Window, policy sensors.Policy) *collector {
	c := &collector{
		ctx:     ctx,
		querier: q,
		kind:    string(w.Kind),
		held:    list(policy.Held()),
	}
	if c.account, c.err = findAccount(ctx, q, user); c.err == nil && c.account != 0 {
		c.collect(w)
	}
	return c
}

// load loads what was collected, oldest first.
func (c *collector) load() (found []stored) {
	whole := unique(c.rows)
	rows := unique(slices.Concat(whole, c.days))
	if c.err != nil || len(rows) == 0 {
		return nil
	}
	found, c.err = loadRows(c.ctx, c.querier,
		"r.id IN (SELECT value FROM json_each(?)) ORDER BY r.at, r.modified, r.cloud_id", list(rows))
	parts := unique(c.days)
	parts = slices.DeleteFunc(parts, func(row int64) bool {
		_, isWhole := slices.BinarySearch(whole, row)
		return isWhole
	})
	c.err = cmp.Or(c.err, loadFields(c.ctx, c.querier, found, selectFields, list(whole)),
		loadFields(c.ctx, c.querier, found, selectFieldsOf, list(parts), list(c.only)))
	return found
}

// Conditions of queries over record AS r. ?1 is the account, ?2 the kind, ?3
// the attributions that are held back.
const (
	isLive  = "r.account = ?1 AND r.kind = ?2 AND r.deleted_at IS NULL AND r.pending = 0"
	isHeld  = " AND r.attribution IN (SELECT value FROM json_each(?3))"
	isShown = " AND (r.attribution IS NULL OR r.attribution NOT IN (SELECT value FROM json_each(?3)))"
	// newestFirst orders records as sensors does.
	newestFirst = " ORDER BY r.at DESC, r.modified DESC, r.cloud_id DESC"
	// newestDayFirst is for the totals of days, whose ids are made of the date.
	newestDayFirst = " ORDER BY r.cloud_id"

	selectShown = "SELECT r.id FROM record r WHERE " + isLive + isShown
	// The order of the tables is that of the join: from the newest value on, a few
	// records are enough, while SQLite would look at all records of the kind.
	fromValues   = " FROM value v CROSS JOIN record r ON r.id = v.record WHERE v.series = ?4 AND " + isLive + isShown
	selectValues = "SELECT r.id" + fromValues
	newestValues = " ORDER BY v.at DESC, r.modified DESC, r.cloud_id DESC"

	selectByDevice = `SELECT id FROM (
		SELECT r.id, row_number() OVER (PARTITION BY ifnull(d.cloud_id, '')` + newestFirst + `) AS place
		FROM record r LEFT JOIN device d ON d.id = r.device WHERE ` + isLive + isShown + `) WHERE place <= ?4`
	selectNight = "SELECT r.id FROM record r WHERE " + isLive + isShown + ` AND r.date = (
		SELECT max(date) FROM record WHERE account = ?1 AND kind = ?2 AND part = 'night' AND deleted_at IS NULL)`
)

// parametersOfAll is how many parameters the conditions above have.
const parametersOfAll = 3

// collect collects by all rules of a window.
func (c *collector) collect(w sensors.Window) {
	order := newestFirst
	if w.Kind == sensors.KindDays {
		order = newestDayFirst
	}
	if w.Newest > 0 {
		c.add(selectShown+order+" LIMIT ?4", w.Newest)
	}
	if w.PerDevice > 0 {
		c.add(selectByDevice, w.PerDevice)
	}
	if w.Night {
		c.add(selectNight)
	}
	if w.Held > 0 {
		c.add("SELECT r.id FROM record r WHERE "+isLive+isHeld+newestFirst+" LIMIT ?4", w.Held)
	}
	if w.PerField > 0 {
		for _, series := range c.series("") {
			c.add(selectValues+newestValues+" LIMIT ?5", series, w.PerField)
		}
		for _, fields := range w.Together {
			c.addTogether(fields, w.PerField)
		}
	}
	if w.Days > 0 {
		c.only = c.series(w.Field)
		c.addDays(w.Days)
	}
}

// numbers returns the only column of a query whose first arguments are those of
// the conditions.
func (c *collector) numbers(query string, args ...any) []int64 {
	if c.err != nil {
		return nil
	}
	var found []int64
	found, c.err = numbers(c.ctx, c.querier, query, append([]any{c.account, c.kind, c.held}, args...)...)
	return found
}

func (c *collector) add(query string, args ...any) {
	c.rows = append(c.rows, c.numbers(query, args...)...)
}

// series returns the series of a field, "" for those of all fields.
func (c *collector) series(field string) []int64 {
	return c.numbers("SELECT id FROM series WHERE account = ?1 AND kind = ?2 AND ?3 IS NOT NULL AND ?4 IN ('', field)", field)
}

// addTogether adds the newest records that have all of the fields, for the
// whole body.
func (c *collector) addTogether(fields []string, count int) {
	query, args := []string{selectShown}, []any{count}
	for _, field := range fields {
		series := c.numbers("SELECT id FROM series WHERE account = ?1 AND kind = ?2 AND ?3 IS NOT NULL AND field = ?4"+
			" AND position IN (-1, 6, 7)", field)
		if len(series) == 0 {
			return
		}
		query = append(query, fmt.Sprintf(" AND EXISTS (SELECT 1 FROM value v WHERE v.record = r.id"+
			" AND v.series IN (SELECT value FROM json_each(?%d)))", len(args)+parametersOfAll+1))
		args = append(args, list(series))
	}
	c.add(strings.Join(query, "")+newestFirst+" LIMIT ?4", args...)
}

// secondsPerDay is the length of the days of a window.
const secondsPerDay = 24 * 60 * 60

// addDays adds the records with a value of c.only in as many days before the
// newest of them, and the one before.
func (c *collector) addDays(days int) {
	var newest []int64
	for _, s := range c.only {
		newest = append(newest, c.numbers(selectAt+newestValues+" LIMIT 1", s)...)
	}
	if len(newest) == 0 {
		return
	}
	since := slices.Max(newest) - int64(days)*secondsPerDay
	for _, s := range c.only {
		c.days = append(c.days, c.numbers(selectValues+" AND v.at >= ?5", s, since)...)
		c.days = append(c.days, c.numbers(selectValues+" AND v.at < ?5"+newestValues+" LIMIT 1", s, since)...)
	}
}

// selectAt selects times as selectValues does records.
const selectAt = "SELECT v.at" + fromValues

// unique sorts numbers and removes repetitions.
func unique(numbers []int64) []int64 {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
