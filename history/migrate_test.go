// SPDX-License-Identifier: MIT

package history_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
)

// TestGoldenVersion stores an archive of the present version. After a release,
// its file never changes: a new version gets the next one.
func TestGoldenVersion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	must(t, archive.SetProfile(t.Context(), alice, "alice"))
	store(t, archive, group(1), group(2))
	at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Since: start()}}
	must(t, archive.Advance(t.Context(), alice, at))
	must(t, archive.Close())
	db := openSQL(t, path)
	var version int
	must(t, db.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version))
	goldentest.Compare(t, versionFile(version), []byte(dumpSQL(t, db, version)))
}

// TestEveryVersionIsUpdated opens an archive of each version.
func TestEveryVersionIsUpdated(t *testing.T) {
	t.Parallel()
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	archive := openFile(t, fresh)
	want := schemaOf(t, openSQL(t, fresh))
	must(t, archive.Close())
	for version := 1; version <= history.Version(); version++ {
		path := filepath.Join(t.TempDir(), "history.db")
		statements, err := os.ReadFile(versionFile(version))
		must(t, err)
		db := openSQL(t, path)
		_, err = db.ExecContext(t.Context(), string(statements))
		must(t, err)
		must(t, db.Close())
		archive := openFile(t, path)
		expectIDs(t, archive, 1, 2)
		store(t, archive, weighed(3, 73))
		expectIDs(t, archive, 1, 2, 3)
		storeECGs(t, archive, ecg(11, 1))
		storeWaveform(t, archive, 11, beats())
		expectBeats(t, archive)
		if diff := gocmp.Diff(schemaOf(t, openSQL(t, path)), want); diff != "" {
			t.Errorf("from version %d (-), new (+)\n%s", version, diff)
		}
	}
}

// TestEarlierVersionIsNotReadOnly: what only reads cannot update an archive, and
// says what does.
func TestEarlierVersionIsNotReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	statements, err := os.ReadFile(versionFile(1))
	must(t, err)
	db := openSQL(t, path)
	_, err = db.ExecContext(t.Context(), string(statements))
	must(t, err)
	_, err = history.Open(t.Context(), history.Options{Path: path, ReadOnly: true})
	expectFault(t, err, history.FaultOlder)
}

func versionFile(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("version-%d.sql", version))
}

func openSQL(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

// texts returns the only column of a query.
func texts(t *testing.T, db *sql.DB, query string) (column []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close() //nolint:errcheck // rows.Err says it
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		column = append(column, text)
	}
	must(t, rows.Err())
	return column
}

// schemaOf lists the statements that created what is in a database.
func schemaOf(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return texts(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
}

// dumpSQL is a database as statements. What depends on the moment is replaced.
func dumpSQL(t *testing.T, db *sql.DB, version int) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n", history.ApplicationID, version)
	for _, statement := range texts(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid") {
		out.WriteString(statement + ";\n")
	}
	_, err := db.ExecContext(t.Context(), `UPDATE record SET sequence = id; UPDATE counter SET sequence = 2;
		DELETE FROM zone_offset WHERE since NOT BETWEEN 1700000000 AND 1800000000`)
	must(t, err)
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
		columns := texts(t, db, "SELECT name FROM pragma_table_info('"+table+"') ORDER BY cid")
		rows := texts(t, db, "SELECT quote("+strings.Join(columns, ") || ', ' || quote(")+") FROM "+table+" ORDER BY 1")
		for _, row := range rows {
			fmt.Fprintf(&out, "INSERT INTO %s VALUES (%s);\n", table, row)
		}
	}
	return out.String()
}
