// SPDX-License-Identifier: MIT

package history_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// fillPathEnv is the archive that the test binary fills when it runs as another
// process.
const fillPathEnv = "V2M_TEST_FILL"

func TestMain(m *testing.M) {
	path := os.Getenv(fillPathEnv)
	if path == "" {
		goleak.VerifyTestMain(m)
		return
	}
	if err := fillFrom(path, os.Stdin, os.Stdout); err != nil {
		panic(err)
	}
}

// TestKilledProcessLosesNothing kills a process that reads a history and then a
// week of polls, again and again, until one reaches the end.
func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	whole, killed := filepath.Join(folder, "whole.db"), filepath.Join(folder, "killed.db")
	must(t, fillFrom(whole, unlimited{}, io.Discard))
	random := rand.New(rand.NewPCG(11, 50))
	kills := 0
	for !fillUntilKilled(t, killed, random.IntN(2*totalPages/wantedKills)) {
		if kills++; kills > 4*wantedKills {
			t.Fatal("it never reaches the end")
		}
	}
	t.Logf("killed %d times", kills)
	if kills < wantedKills/2 {
		t.Errorf("killed %d times, want more", kills)
	}
	content := dump(t, whole)
	if !slices.ContainsFunc(content, isTombstone) {
		t.Error("no record was removed")
	}
	if diff := gocmp.Diff(dump(t, killed), content); diff != "" {
		t.Errorf("killed (-), at once (+)\n%s", diff)
	}
	archive := openFile(t, killed)
	if damage := archive.Damage(); damage != nil {
		t.Error(damage)
	}
}

// unlimited allows all pages.
type unlimited struct{}

// Read implements io.Reader.
func (unlimited) Read(p []byte) (int, error) { return len(p), nil }

// fillUntilKilled runs the process until it has stored a number of pages, and
// reports whether it reached the end before. However late the kill comes, the
// process is then at one of the next two pages, or waits.
func fillUntilKilled(t *testing.T, path string, pages int) (done bool) {
	t.Helper()
	process := exec.CommandContext(t.Context(), os.Args[0]) // #nosec G204 -- this test
	process.Env = append(os.Environ(), fillPathEnv+"="+path)
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	must(t, err)
	allowed, err := process.StdinPipe()
	must(t, err)
	must(t, process.Start())
	_, err = allowed.Write(make([]byte, pages+3))
	must(t, err)
	lines := bufio.NewScanner(output)
	for n := 0; lines.Scan(); n++ {
		if lines.Text() == "done" {
			must(t, process.Wait())
			return true
		}
		if n == pages {
			break
		}
	}
	must(t, process.Process.Kill())
	_ = process.Wait() // reports the kill
	return false
}

// A history of large pages, and then polls.
const (
	historyPages = 30
	totalPages   = historyPages + 220
	wantedKills  = 50
)

// fillFrom continues at the cursor, and writes a line for each page. It needs a
// byte of allowed for each.
func fillFrom(path string, allowed io.Reader, lines io.Writer) error {
	ctx := context.Background()
	archive, err := history.Open(ctx, history.Options{Path: path})
	if err != nil {
		return err
	}
	defer archive.Close() //nolint:errcheck // the process ends
	cursor, err := archive.Cursor(ctx, alice, sensors.EndpointMeasures)
	if err != nil {
		return err
	}
	for n := cursor.Offset; n < totalPages; n++ {
		if _, err := allowed.Read(make([]byte, 1)); err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		b, o := pageNumber(n)
		at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Offset: n + 1}}
		if _, err := archive.Apply(ctx, alice, b, o, at); err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		if _, err := fmt.Fprintln(lines, "page", n); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(lines, "done")
	return err
}

// pageNumber is a page of new records, and of new versions of old ones; some
// remove records.
func pageNumber(n int64) (sensors.Batch, sensors.ApplyOptions) {
	o := sensors.ApplyOptions{Now: removedAt(), Since: start(), InitialSync: n < historyPages}
	if n < historyPages {
		var groups []sensors.Record
		for id := 50 * n; id < 50*n+50; id++ {
			groups = append(groups, group(id+1))
		}
		if n%2 == 1 {
			b := sensors.Batch{Kind: sensors.KindNights}
			for id := range int64(10) {
				b.Records = append(b.Records, night(10*n+id))
				b.Listed = append(b.Listed, 10*n+id)
			}
			return b, o
		}
		return page(groups...), o
	}
	newest := group(50*historyPages + n)
	edited := group(50*historyPages + n - 3)
	edited.Modified += n
	if n%9 == 0 { // the one before the edited one is gone
		o.TrustAbsence = true
		from := time.Unix(edited.At, 0).Add(-26 * time.Hour)
		b := page(edited, newest)
		for id := newest.ID - 40; id < newest.ID; id++ {
			if id != edited.ID-1 {
				b.Listed = append(b.Listed, id)
			}
		}
		return b.Covering(from, time.Unix(newest.At, 0)), o
	}
	return page(edited, newest), o
}

// isTombstone finds a record of the dump that was removed.
func isTombstone(line string) bool {
	return strings.HasPrefix(line, `"measures"`) && strings.Contains(line, strconv.Quote(strconv.FormatInt(removedAt().Unix(), 10)))
}

// removedAt is when the pages are received.
func removedAt() time.Time { return start().Add(90 * 24 * time.Hour) }

// dump is all that an archive holds, without the numbers of rows.
func dump(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer db.Close() //nolint:errcheck // only read
	var lines []string
	for _, query := range []string{
		`SELECT r.kind, r.cloud_id, r.at, r.modified, r.told, r.deleted_at, r.part, d.cloud_id, hex(w.data) FROM record r
			LEFT JOIN device d ON d.id = r.device LEFT JOIN raw w ON w.record = r.id ORDER BY r.kind, r.cloud_id`,
		`SELECT r.kind, r.cloud_id, s.field, s.position, v.at, v.mantissa, v.exponent, v.text, '' FROM value v
			JOIN record r ON r.id = v.record JOIN series s ON s.id = v.series ORDER BY 1, 2, 3, 4`,
		`SELECT endpoint, since, backfilled, page, reread_at, '', '', '', '' FROM cursor ORDER BY endpoint`,
		`SELECT cloud_id, model, first_seen, last_seen, '', '', '', '', '' FROM device ORDER BY cloud_id, model`,
	} {
		rows, err := db.QueryContext(t.Context(), query)
		must(t, err)
		for rows.Next() {
			var columns [9]sql.NullString
			into := make([]any, len(columns))
			for i := range columns {
				into[i] = &columns[i]
			}
			must(t, rows.Scan(into...))
			var line strings.Builder
			for _, column := range columns {
				line.WriteString(strconv.Quote(column.String) + " ")
			}
			lines = append(lines, line.String())
		}
		must(t, rows.Err())
		must(t, rows.Close())
	}
	return lines
}
