// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	archives "vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// TestKilledWeekIsArchivedOnce kills the bridge every few minutes, between a
// request and its response too, and continues with the files as they were. The
// archive ends with the same records as without a kill, and every event is sent
// once.
func TestKilledWeekIsArchivedOnce(t *testing.T) {
	t.Parallel()
	length, every := wholeOr(7*24*time.Hour, 12*time.Hour), 9*time.Minute
	if withRaceDetector {
		length, every = 24*time.Hour, time.Hour // SQLite is very slow with it
	}
	calmRecords, calmEvents := archivedWeek(t, length, 0)
	records, events := archivedWeek(t, length, every)
	if diff := cmp.Diff(calmRecords, records); diff != "" {
		t.Errorf("records (-without kills +with):\n%s", diff)
	}
	if diff := cmp.Diff(calmEvents, events); diff != "" {
		t.Errorf("events (-without kills +with):\n%s", diff)
	}
	if len(calmRecords) < 100 || len(calmEvents) < 1 {
		t.Errorf("%d records and %d events prove little", len(calmRecords), len(calmEvents))
	}
}

// archivedWeek polls the simulated cloud for a while and returns what the
// archive has, a line for each record, and how often each event was sent.
func archivedWeek(t *testing.T, length, killedAbout time.Duration) (records []string, events map[string]int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 3, 0, 0, 0, time.UTC))
		// A longer past is TestHistoryIsReadPageByPage's.
		h := newSimHarness(t, simulator.Options{Seed: 11, Strict: true, People: demoPeople(20)})
		profiles := h.signIn(t)[:1]
		end := time.Now().Add(length)
		random := rand.New(rand.NewPCG(3, 9))
		folder := t.TempDir()
		archive := openArchive(t, filepath.Join(folder, "0.db"))
		for run := 1; ; run++ {
			for i := range profiles { // a new process knows the stored token only
				profiles[i].Cloud = h.client.Account(profiles[i].Slug, h.tokens)
			}
			alive := time.Until(end)
			if killedAbout > 0 {
				// Delays make kills happen between a request and its response.
				h.cloud.SetFaults(simulator.Fault{Call: "*", Delay: time.Duration(random.IntN(3000)) * time.Millisecond})
				alive = min(alive, time.Duration(random.Int64N(int64(2*killedAbout))))
			}
			o := h.options(profiles...)
			o.Archive = archive
			ctx, kill := context.WithTimeout(t.Context(), alive)
			_ = newBridge(t, o).Run(ctx)
			kill()
			h.publisher.waitConfirmed()
			if !time.Now().Before(end) {
				break
			}
			next := filepath.Join(folder, fmt.Sprint(run, ".db"))
			copyArchive(t, filepath.Join(folder, fmt.Sprint(run-1, ".db")), next)
			closeArchive(t, archive)
			archive = openArchive(t, next)
		}
		events = map[string]int{}
		for _, p := range profiles {
			for rec, err := range archive.Records(t.Context(), archives.Filter{User: p.Cloud.State().UserID, Held: true}) {
				if err != nil {
					t.Fatal(err)
				}
				records = append(records, describeRecord(p.Slug, rec))
			}
			for _, event := range h.publisher.messages(h.tree.Event(p.Slug)) {
				events[p.Slug+" "+event]++
			}
		}
		closeArchive(t, archive)
		slices.Sort(records)
	})
	return records, events
}

// describeRecord is a record without the times of its reception.
func describeRecord(slug string, rec archives.Stored) string {
	var values strings.Builder
	for _, key := range slices.Sorted(maps.Keys(rec.Values)) {
		_, _ = fmt.Fprintf(&values, " %s=%s", key, rec.Values[key])
	}
	if rec.Kind == sensors.KindDays || rec.Kind == sensors.KindGoals {
		rec.At, rec.Modified = 0, 0 // some are of the poll
	}
	return fmt.Sprint(slug, rec.Kind, rec.ID, rec.At, rec.Modified, rec.Device, rec.Date, values.String())
}

func openArchive(t *testing.T, path string) *archives.Archive {
	t.Helper()
	archive, err := archives.Open(t.Context(), archives.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func closeArchive(t *testing.T, archive *archives.Archive) {
	t.Helper()
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
}

// copyArchive copies the files of an open archive as a kill leaves them.
func copyArchive(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		source, err := os.Open(from + suffix)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		target, err := os.OpenFile(to+suffix, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(target, source); err != nil {
			t.Fatal(err)
		}
		_, _ = source.Close(), target.Close()
	}
}
