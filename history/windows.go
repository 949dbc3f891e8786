package history

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"vitals2mqtt/sensors"
)

// Window returns the records that the current readings depend on, interpreted,
// oldest first.
func (a *Archive) Window(
	ctx context.Context, user string, w sensors.Window, policy sensors.Policy,
) (records []sensors.Record, err error) {
	err = a.db.read(ctx, "reading the newest records", func(db *sql.DB) error {
		rows, err := windowRows(ctx, pool{db}, user, w, policy)
		if err != nil || len(rows) == 0 {
			return err
		}
		found, err := loadRecords(ctx, pool{db},
			"r.id IN (SELECT value FROM json_each(?)) ORDER BY r.at, r.modified, r.cloud_id", list(rows))
		records = interpreted(found, a.options.Extra)
		return err
	})
	return records, err
}

const (
	// liveRecords selects the records of an account and kind that are there.
	liveRecords = ` FROM record r JOIN account a ON a.id = r.account
		WHERE a.user_id = ?1 AND r.kind = ?2 AND r.deleted_at IS NULL`
	// isHeld is true for a record that the policy holds back.
	isHeld    = " AND r.attribution IN (SELECT value FROM json_each(?3))"
	isNotHeld = " AND (r.attribution IS NULL OR r.attribution NOT IN (SELECT value FROM json_each(?3)))"
	// newestFirst orders records as sensors does.
	newestFirst = " ORDER BY r.at DESC, r.modified DESC, r.cloud_id DESC LIMIT ?4"

	// valuesOf selects the records with values of a series.
	valuesOf = " FROM value v JOIN record r ON r.id = v.record WHERE v.series = ?1 AND r.deleted_at IS NULL" +
		" AND (r.attribution IS NULL OR r.attribution NOT IN (SELECT value FROM json_each(?2)))"
)

// windowRows returns the rows of the records of a window.
func windowRows(ctx context.Context, q querier, user string, w sensors.Window, policy sensors.Policy) ([]int64, error) {
	held := list(policy.Held())
	var all []int64
	add := func(limit int, query string, args ...any) error {
		if limit == 0 {
			return nil
		}
		rows, err := numbers(ctx, q, query, args...)
		all = append(all, rows...)
		return err
	}
	err := errors.Join(
		add(w.Newest, "SELECT r.id"+liveRecords+newestFirst, user, string(w.Kind), held, w.Newest),
		add(w.Held, "SELECT r.id"+liveRecords+isHeld+newestFirst, user, string(w.Kind), held, w.Held),
	)
	if err != nil || w.PerField+w.Days == 0 {
		return unique(all), err
	}
	const selectSeries = "SELECT s.id FROM series s JOIN account a ON a.id = s.account WHERE a.user_id = ? AND s.kind = ?"
	series, err := numbers(ctx, q, selectSeries, user, string(w.Kind))
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		if err := add(w.PerField, "SELECT r.id"+valuesOf+
			" ORDER BY v.at DESC, r.modified DESC, r.cloud_id DESC LIMIT ?3", s, held, w.PerField); err != nil {
			return nil, err
		}
	}
	if w.Days > 0 {
		series, err = numbers(ctx, q, selectSeries+" AND s.field = ?", user, string(w.Kind), w.Field)
		if err != nil {
			return nil, err
		}
		recent, err := recentRows(ctx, q, series, held, w.Days)
		if err != nil {
			return nil, err
		}
		all = append(all, recent...)
	}
	return unique(all), nil
}

// secondsPerDay is the length of the days of a window.
const secondsPerDay = 24 * 60 * 60

// recentRows returns the rows of the records with a value of any of the series
// in as many days before the newest of them, and of the one before.
func recentRows(ctx context.Context, q querier, series []int64, held string, days int) (all []int64, err error) {
	var newest []int64
	for _, s := range series {
		at, err := numbers(ctx, q, "SELECT v.at"+valuesOf+" ORDER BY v.at DESC LIMIT 1", s, held)
		if err != nil {
			return nil, err
		}
		newest = append(newest, at...)
	}
	if len(newest) == 0 {
		return nil, nil
	}
	since := slices.Max(newest) - int64(days)*secondsPerDay
	var before []int64
	for _, s := range series {
		recent, err := numbers(ctx, q, "SELECT r.id"+valuesOf+" AND v.at >= ?3", s, held, since)
		if err != nil {
			return nil, err
		}
		last, err := numbers(ctx, q, "SELECT r.id"+valuesOf+
			" AND v.at < ?3 ORDER BY v.at DESC, r.modified DESC, r.cloud_id DESC LIMIT 1", s, held, since)
		if err != nil {
			return nil, err
		}
		all, before = append(all, recent...), append(before, last...)
	}
	return append(all, before...), nil
}

func unique(numbers []int64) []int64 {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
