// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	_ "embed" // the views
	"fmt"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

//go:embed view.sql
var viewSQL string

// writeView writes the views and what they look up: what the policy holds back,
// and the zones of all accounts and records, as the program knows them now. The
// classes come with their series.
func writeView(ctx context.Context, s *session, policy sensors.Policy) error {
	if err := writeHeld(ctx, s, policy); err != nil {
		return err
	}
	// Records are not asked: a zone is stored with the first record that has it.
	names, err := texts(ctx, s, `SELECT zone FROM account UNION SELECT zone FROM zone_offset`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := writeZone(ctx, s, name); err != nil {
			return err
		}
	}
	current, err := texts(ctx, s, `SELECT sql FROM sqlite_schema
		WHERE type = 'view' AND name IN ('reading', 'shown') ORDER BY name`)
	if err != nil {
		return err
	}
	if slices.Equal(current, viewStatements()) {
		return nil
	}
	s.wrote = true
	if _, err := s.conn.ExecContext(ctx, viewSQL); err != nil {
		return fmt.Errorf("creating the views: %w", err)
	}
	return nil
}

// viewStatements are the statements that create the views, by name, as SQLite
// keeps them.
func viewStatements() (statements []string) {
	for part := range strings.SplitSeq(viewSQL, ";\n") {
		if at := strings.Index(part, "CREATE VIEW "); at >= 0 {
			statements = append(statements, part[at:])
		}
	}
	slices.Sort(statements)
	return statements
}

// writeHeld stores the attributions that a policy holds back.
func writeHeld(ctx context.Context, s *session, policy sensors.Policy) error {
	var held []int64
	for _, number := range policy.Held() {
		held = append(held, int64(number))
	}
	slices.Sort(held)
	known, err := numbers(ctx, s, `SELECT attribution FROM held ORDER BY attribution`)
	if err != nil || slices.Equal(held, known) {
		return err
	}
	if _, err := s.exec(ctx, `DELETE FROM held`); err != nil {
		return fmt.Errorf("storing the attribution policy: %w", err)
	}
	for _, number := range held {
		if _, err := s.exec(ctx, `INSERT INTO held (attribution) VALUES (?)`, number); err != nil {
			return fmt.Errorf("storing the attribution policy: %w", err)
		}
	}
	return nil
}

// writeZone stores the offsets of a time zone, also when they have changed with
// the time zone database. One that is unknown counts as UTC until a later
// version of the database has it.
func writeZone(ctx context.Context, s *session, name string) error {
	if name == "" || name == "Local" || s.ids.zones[name] {
		return nil
	}
	s.ids.zones[name] = true // loading one reads a file
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	offsets := offsetsBetween(zone, time.Unix(0, 0), time.Date(lastOffsetYear, 1, 1, 0, 0, 0, 0, time.UTC))
	var known []offset
	const query = `SELECT since, seconds FROM zone_offset WHERE zone = ? ORDER BY since`
	err = eachRow(ctx, s, query, []any{name}, func(rows *sql.Rows) error {
		var o offset
		err := rows.Scan(&o.since, &o.seconds)
		known = append(known, o)
		return err
	})
	if err != nil || slices.Equal(offsets, known) {
		return err
	}
	if _, err := s.exec(ctx, `DELETE FROM zone_offset WHERE zone = ?`, name); err != nil {
		return fmt.Errorf("storing time zone %s: %w", name, err)
	}
	for _, o := range offsets {
		_, err := s.exec(ctx, `INSERT INTO zone_offset (zone, since, seconds, suffix) VALUES (?, ?, ?, ?)`,
			name, o.since, o.seconds, time.Unix(o.since, 0).In(zone).Format("-07:00"))
		if err != nil {
			return fmt.Errorf("storing time zone %s: %w", name, err)
		}
	}
	return nil
}

// lastOffsetYear is when the stored offsets end.
const lastOffsetYear = 2100

// offset is a difference from UTC that applies since a second.
type offset struct{ since, seconds int64 }

// offsetsBetween lists the offsets of a zone between two moments, oldest first;
// the first one begins at from.
func offsetsBetween(zone *time.Location, from, to time.Time) []offset {
	var offsets []offset
	for at := from.In(zone); ; {
		_, seconds := at.Zone()
		if n := len(offsets); n == 0 || offsets[n-1].seconds != int64(seconds) {
			offsets = append(offsets, offset{at.Unix(), int64(seconds)})
		}
		_, end := at.ZoneBounds()
		if end.IsZero() || !end.Before(to) {
			return offsets
		}
		if !end.After(at) {
			// On the last day of a leap year, Go takes the end of day 365 for the end of
			// the rule, also for moments after it.
			end = at.Add(time.Hour)
		}
		at = end
	}
}

// texts returns the only column of a query.
func texts(ctx context.Context, q querier, query string, args ...any) (all []string, err error) {
	err = eachRow(ctx, q, query, args, func(rows *sql.Rows) error {
		all = append(all, "")
		return rows.Scan(&all[len(all)-1])
	})
	return all, err
}
