// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"path/filepath"
	"testing"

	"vitals2mqtt/sensors"
)

// countedConn counts the statements that run on a connection.
type countedConn struct {
	driver.Conn

	count *int
}

func (c countedConn) Prepare(query string) (driver.Stmt, error) {
	stmt, err := c.Conn.Prepare(query)
	return countedStmt{stmt, c.count}, err
}

type countedStmt struct {
	driver.Stmt

	count *int
}

func (s countedStmt) Exec(args []driver.Value) (driver.Result, error) {
	*s.count++
	return s.Stmt.Exec(args) //nolint:staticcheck // the least that a driver must have
}

func (s countedStmt) Query(args []driver.Value) (driver.Rows, error) {
	*s.count++
	return s.Stmt.Query(args) //nolint:staticcheck // the least that a driver must have
}

// countingConnector connects to a file.
type countingConnector struct {
	driver driver.Driver
	path   string
	count  *int
}

func (c countingConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.path)
	return countedConn{conn, c.count}, err
}

func (c countingConnector) Driver() driver.Driver { return c.driver }

// Naming the series is part of each start: what has not changed must not take a
// statement for each series, and what has changed is named anew.
func TestNamingOfSeries(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, err := Open(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var count int
	plain, err := sql.Open("sqlite", "")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(countingConnector{plain.Driver(), path, &count})
	t.Cleanup(func() {
		_, _, _ = plain.Close(), db.Close(), archive.Close()
	})
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(conn)
	account, err := addAccount(ctx, s, "4711")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []field{
		{account, sensors.KindHeart, "afib", sensors.NoPosition}, // has classes
		{account, sensors.KindMeasures, "1", sensors.NoPosition},
	} {
		if _, err := seriesID(ctx, s, f, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		f := field{account, sensors.KindNights, fmt.Sprintf("field_%d", i), sensors.NoPosition}
		if _, err := seriesID(ctx, s, f, nil); err != nil {
			t.Fatal(err)
		}
	}
	count = 0
	if err := nameSeries(ctx, s, nil); err != nil {
		t.Fatal(err)
	}
	if count != 2 { // the series, and their texts
		t.Errorf("%d statements for 102 series", count)
	}
	before, err := allClasses(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{
		"DELETE FROM class WHERE number = (SELECT max(number) FROM class)", "UPDATE class SET text = 'former'",
		"INSERT INTO class VALUES (1, 99, 'gone'), (2, 1, 'gone')",
	} {
		if _, err := s.exec(ctx, change); err != nil {
			t.Fatal(err)
		}
	}
	if err := nameSeries(ctx, s, nil); err != nil {
		t.Fatal(err)
	}
	after, err := allClasses(ctx, s)
	if err != nil || len(before) == 0 || !maps.EqualFunc(after, before, maps.Equal) {
		t.Errorf("texts of classes after a change: %v, %v; want %v", after, err, before)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
