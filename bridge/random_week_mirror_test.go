// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"vitals2mqtt/daemon"
	"vitals2mqtt/mirror"
)

// weekCopy is what a target of the archive holds at the end of a week.
type weekCopy struct {
	// wanted is what a new target would hold.
	wanted map[string]string
	// held is that part of what the target holds. Left is the rest: targets are not
	// told of what is removed.
	held, left map[string]string
}

func newWeekCopy(wanted, stored map[string]string) weekCopy {
	c := weekCopy{wanted: wanted, held: maps.Clone(stored), left: stored}
	maps.DeleteFunc(c.held, func(key, _ string) bool { _, ok := wanted[key]; return !ok })
	maps.DeleteFunc(c.left, func(key, _ string) bool { _, ok := wanted[key]; return ok })
	return c
}

// check fails when the calm week's target does not hold what a new one would, or
// too little.
func (c weekCopy) check(t *testing.T, target string) {
	t.Helper()
	if diff := cmp.Diff(c.wanted, c.held); diff != "" || len(c.held) < 100 {
		t.Fatalf("the %s of the calm week holds %d values (-new +this):\n%s", target, len(c.held), diff)
	}
}

// compareCopies describes how what a target holds differs. It has nothing that it
// does not have in the calm week.
func compareCopies(target string, calm, disturbed weekCopy) string {
	var text strings.Builder
	if diff := cmp.Diff(calm.held, disturbed.held); diff != "" {
		_, _ = fmt.Fprintf(&text, "%s (-calm +disturbed):\n%s\n", target, diff)
	}
	for _, key := range slices.Sorted(maps.Keys(disturbed.left)) {
		if _, too := calm.left[key]; !too {
			_, _ = fmt.Fprintf(&text, "only in the %s of the disturbed week: %s\n", target, key)
		}
	}
	return text.String()
}

// databaseFault is what a database does with lines.
type databaseFault struct {
	stores func(lines int) int // how many of them it stores; nil for all
	lasts  time.Duration       // until it answers
	header http.Header
	status int
	lost   bool // the connection, before the answer
}

// databaseFaults are those that pass.
func databaseFaults() []databaseFault {
	none := func(int) int { return 0 }
	half := func(lines int) int { return lines / 2 }
	return []databaseFault{
		{stores: none, lost: true},
		{stores: half, lost: true},
		{stores: half, lost: true, lasts: 20 * time.Second},
		{lost: true},
		{lost: true, lasts: 25 * time.Second},
		{lasts: 10 * time.Minute}, // longer than anybody waits
		{lasts: 20 * time.Second, status: http.StatusNoContent},
		{stores: none, status: http.StatusServiceUnavailable},
		{stores: half, status: http.StatusInternalServerError},
		{stores: none, status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"600"}}},
		{stores: none, status: http.StatusUnauthorized},
		{stores: none, status: http.StatusNotFound},
	}
}

// weekDatabase is a database that stores lines like InfluxDB: of the same series,
// time and field the last value counts.
type weekDatabase struct {
	mu     sync.Mutex
	values map[string]string // by series, time and field
	away   int               // disturbances that keep it away now
	fault  *databaseFault
	failed int // requests
}

func newWeekDatabase() *weekDatabase { return &weekDatabase{values: map[string]string{}} }

// set sets its knobs.
func (d *weekDatabase) set(knobs func(*weekDatabase)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	knobs(d)
}

// stored returns its values.
func (d *weekDatabase) stored() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.values)
}

// RoundTrip implements http.RoundTripper.
func (d *weekDatabase) RoundTrip(request *http.Request) (*http.Response, error) {
	var lines []string
	if request.Method == http.MethodPost {
		unzipped, err := gzip.NewReader(request.Body)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(unzipped)
		if err != nil {
			return nil, err
		}
		lines = strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	f := d.receive(lines)
	if f.lasts > 0 {
		select {
		case <-time.After(f.lasts):
		case <-request.Context().Done():
			return nil, context.Cause(request.Context())
		}
	}
	if f.lost {
		return nil, errors.New("connection reset by peer")
	}
	body := io.NopCloser(bytes.NewReader(nil))
	return &http.Response{StatusCode: f.status, Header: f.header, Body: body}, nil
}

// receive stores lines, or some of them, and tells what is answered.
func (d *weekDatabase) receive(lines []string) databaseFault {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := databaseFault{status: http.StatusNoContent}
	switch {
	case d.away > 0:
		f = databaseFault{stores: func(int) int { return 0 }, lost: true}
	case d.fault != nil:
		f = *d.fault
	}
	if f.lost || f.lasts > 0 || f.status != http.StatusNoContent {
		d.failed++
	}
	if f.stores != nil {
		lines = lines[:f.stores(len(lines))]
	}
	for _, line := range lines {
		maps.Insert(d.values, valuesOf(line))
	}
	return f
}

// valuesOf yields the values of a line of line protocol, by series, time and
// field.
func valuesOf(line string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		series, rest := cutPlain(strings.TrimSuffix(line, "\n"), ' ')
		fields, at := cutPlain(rest, ' ')
		for fields != "" {
			var field string
			field, fields = cutPlain(fields, ',')
			name, value := cutPlain(field, '=')
			if !yield(series+" "+at+" "+name, value) {
				return
			}
		}
	}
}

// cutPlain cuts a text at the first such character that is neither escaped nor
// quoted.
func cutPlain(text string, at byte) (before, after string) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == at && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

func TestValuesOf(t *testing.T) {
	t.Parallel()
	got := maps.Collect(valuesOf(`vitals,profile=alice,device=Body\ Scan note="a, b=\" c",weight_kg=70 100` + "\n"))
	want := map[string]string{
		`vitals,profile=alice,device=Body\ Scan 100 note`:      `"a, b=\" c"`,
		`vitals,profile=alice,device=Body\ Scan 100 weight_kg`: "70",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// fullSource is the archive as the mirror reads it, which can be told to store
// nothing.
type fullSource struct {
	daemon.MirrorSource

	full *atomic.Bool
}

// SetMirrored implements mirror.Source.
func (s fullSource) SetMirrored(ctx context.Context, user, target string, sequence int64) error {
	if s.full.Load() {
		return errors.New("no space left on device")
	}
	return s.MirrorSource.SetMirrored(ctx, user, target, sequence)
}

// newMirror returns a mirror to a database at an address.
func (w *weekRun) newMirror(address string, d *weekDatabase) *mirror.Mirror {
	m, err := mirror.New(mirror.Options{
		Target: mirror.Target{URL: address},
		Source: fullSource{daemon.MirrorSource{Archive: w.archive}, &w.full},
		Accounts: func(ctx context.Context) (accounts []mirror.Account) {
			for _, p := range w.profiles {
				user := w.users[p.Slug]
				zone := daemon.AccountZone(ctx, w.archive, user)
				accounts = append(accounts, mirror.Account{User: user, Profile: p.Slug, Zone: zone})
			}
			return accounts
		},
		Transport: d,
		Log:       zerolog.Nop(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// mirrored returns what the database holds.
func (w *weekRun) mirrored() weekCopy {
	anew := newWeekDatabase()
	m := w.newMirror("http://127.0.0.1:2", anew)
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	synctest.Wait()
	cancel()
	running.Wait()
	if problem := m.Status().Problem; problem != nil {
		w.t.Fatal(problem)
	}
	return newWeekCopy(anew.stored(), w.database.stored())
}
