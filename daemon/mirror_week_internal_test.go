// SPDX-License-Identifier: MIT

package daemon

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
)

// lineStore is a database that can be down.
type lineStore struct {
	mu       sync.Mutex
	down     bool
	attempts int
	lines    []string
}

// RoundTrip implements http.RoundTripper.
func (s *lineStore) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if s.down {
		return nil, errors.New("connection refused")
	}
	var reader io.Reader = request.Body
	if request.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(reader)
		if err != nil {
			return nil, err
		}
		reader = unzipped
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		s.lines = append(s.lines, weightPattern().FindString(line))
	}
	return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody}, nil
}

func weightPattern() *regexp.Regexp { return regexp.MustCompile(`weight_kg=\S+ \d+`) }

func (s *lineStore) setDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *lineStore) read() (lines []string, attempts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.lines)), s.attempts
}

// mirrorWeek is an archive with its mirror, which can be restarted.
type mirrorWeek struct {
	t       *testing.T
	path    string
	store   *lineStore
	archive *history.Archive
	mirror  *mirror.Mirror
	stop    func()
}

func (w *mirrorWeek) start() {
	w.t.Helper()
	archive, err := history.Open(w.t.Context(), history.Options{Path: w.path})
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := mirror.New(mirror.Options{
		Target:    mirror.Target{URL: "http://db.lan:8086", Database: "health"},
		Source:    MirrorSource{archive},
		Accounts:  func(context.Context) []mirror.Account { return []mirror.Account{{User: "1", Profile: "alice"}} },
		Transport: w.store,
		Log:       zerolog.Nop(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(ctx)
	}()
	w.archive, w.mirror = archive, m
	w.stop = func() {
		cancel()
		<-done
		if err := archive.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

// apply stores weigh-ins as a response that covers all time: what it lacks was
// deleted.
func (w *mirrorWeek) apply(records []sensors.Record) {
	w.t.Helper()
	batch := sensors.Batch{Kind: sensors.KindMeasures}
	for _, rec := range records {
		batch.Records, batch.Listed = append(batch.Records, rec), append(batch.Listed, rec.ID)
	}
	batch = batch.Covering(time.Unix(0, 0), time.Now())
	o := sensors.ApplyOptions{Now: time.Now(), TrustAbsence: true}
	if _, err := w.archive.Apply(w.t.Context(), "1", batch, o, sensors.Progress{}); err != nil {
		w.t.Fatal(err)
	}
	w.mirror.Notify()
}

func weighedAt(id int64, at time.Time, kilograms int64) sensors.Record {
	rec := sensors.Record{ID: id, At: at.Unix(), Modified: at.Unix(), Received: at.Unix(), Fields: []sensors.Field{
		{Name: "1", Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(kilograms))},
	}}
	sensors.Interpret(sensors.KindMeasures, &rec, nil)
	return rec
}

// TestMirrorIsDownForAWeek has the database away while a person weighs herself
// every day, corrects one weigh-in and deletes another, and the daemon is
// restarted: afterwards the database has what there is now, each of it once.
func TestMirrorIsDownForAWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &mirrorWeek{t: t, path: filepath.Join(t.TempDir(), "history.db"), store: &lineStore{}}
		w.start()
		records := []sensors.Record{weighedAt(1, time.Now(), 70)}
		w.apply(records)
		synctest.Wait()
		first, _ := w.store.read()
		w.store.setDown(true)
		for day := range int64(7) {
			<-time.After(24 * time.Hour)
			records = append(records, weighedAt(day+2, time.Now(), 71+day))
			switch day {
			case 3:
				corrected := weighedAt(3, time.Unix(records[2].At, 0), 99)
				corrected.Modified = time.Now().Unix()
				records[2] = corrected
			case 4:
				w.stop()
				w.start()
			case 5:
				records = slices.Delete(records, 3, 4)
			}
			w.apply(records)
		}
		<-time.After(24 * time.Hour)
		w.store.setDown(false)
		<-time.After(time.Hour)
		synctest.Wait()
		var want []string
		for _, rec := range records {
			want = append(want, fmt.Sprintf("weight_kg=%s %d000000000", rec.Values["weight_kg"], rec.At))
		}
		slices.Sort(want)
		got, attempts := w.store.read()
		if diff := cmp.Diff(got, want); diff != "" || len(first) != 1 || len(records) != 7 {
			t.Errorf("sent (-), in the archive (+), %d at first\n%s", len(first), diff)
		}
		<-time.After(24 * time.Hour)
		if _, later := w.store.read(); later != attempts {
			t.Errorf("%d requests although nothing changed", later-attempts)
		}
		if s := w.mirror.Status(); s.Problem != nil {
			t.Errorf("%+v", s)
		}
		w.stop()
	})
}
