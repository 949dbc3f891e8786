// SPDX-License-Identifier: MIT

package mirror_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// fakeArchive is the archive as a list of changes per account.
type fakeArchive struct {
	mu      sync.Mutex
	changes map[string][]mirror.Change
	cursors map[string]int64
	broken  map[string]error // by account
	last    int64
}

func newArchive() *fakeArchive {
	return &fakeArchive{changes: map[string][]mirror.Change{}, cursors: map[string]int64{}, broken: map[string]error{}}
}

func (a *fakeArchive) add(user string, items ...transfer.Item) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, item := range items {
		a.last++
		a.changes[user] = append(a.changes[user], mirror.Change{Sequence: a.last, Item: item})
	}
}

func (a *fakeArchive) Changed(_ context.Context, user string, after int64) iter.Seq2[mirror.Change, error] {
	return func(yield func(mirror.Change, error) bool) {
		a.mu.Lock()
		changes, err := a.changes[user], a.broken[user] // changes are only appended
		a.mu.Unlock()
		if err != nil {
			yield(mirror.Change{}, err)
			return
		}
		for _, change := range changes {
			if change.Sequence > after && !yield(change, nil) {
				return
			}
		}
	}
}

func (a *fakeArchive) Mirrored(_ context.Context, user, target string) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cursors[user+" "+target], nil
}

func (a *fakeArchive) SetMirrored(_ context.Context, user, target string, sequence int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cursors[user+" "+target] = sequence
	return nil
}

// weighIn is a weight, each second another one.
func weighIn(second int64) transfer.Item {
	return transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
		ID:    second,
		At:    second,
		Model: "Body+",
		Values: map[string]sensors.Value{
			"weight_kg": sensors.Number(decimal.FromInt(70 + second%10)),
			"note":      sensors.Text("a text"),
		},
	}}
}

func weighIns(from, count int64) []transfer.Item {
	items := make([]transfer.Item, 0, count)
	for second := from; second < from+count; second++ {
		items = append(items, weighIn(second))
	}
	return items
}

// database is a target. It stores lines like InfluxDB: of the same series and
// time the last one counts.
type database struct {
	mu    sync.Mutex
	lines []string // as they came
	posts []*http.Request
	sizes []int // lines per accepted request
	// header is that of every response.
	header http.Header
	// refuse answers instead of storing when its status is not 0.
	refuse func(lines []string, request *http.Request) (status int, body string)
	// down fails every request.
	down bool
}

// RoundTrip implements http.RoundTripper.
func (d *database) RoundTrip(request *http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, errors.New("connection refused")
	}
	var reader io.Reader = request.Body
	if request.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(request.Body)
		if err != nil {
			return nil, err
		}
		reader = unzipped
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	status, text := http.StatusNoContent, ""
	if request.Method == http.MethodPost {
		d.posts = append(d.posts, request)
		lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
		refused := 0
		if d.refuse != nil {
			refused, text = d.refuse(lines, request)
		}
		if refused == 0 {
			d.lines = append(d.lines, lines...)
			d.sizes = append(d.sizes, len(lines))
		} else {
			status = refused
		}
	}
	header := d.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(text))}, nil
}

func (d *database) setDown(down bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = down
}

func (d *database) setRefuse(refuse func([]string, *http.Request) (int, string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuse = refuse
}

func (d *database) stored() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

func (d *database) requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.posts)
}

// running is a mirror that runs inside of a synctest bubble.
type running struct {
	*mirror.Mirror
	log  *bytes.Buffer
	stop func()
}

func options(archive *fakeArchive, db *database) mirror.Options {
	return mirror.Options{
		Target:    mirror.Target{URL: "http://db.lan:8086", Database: "health"},
		Source:    archive,
		Accounts:  func(context.Context) []mirror.Account { return []mirror.Account{{User: "1", Profile: "alice"}} },
		Transport: db,
	}
}

func start(t *testing.T, o mirror.Options) *running {
	t.Helper()
	log := &bytes.Buffer{}
	o.Log = zerolog.New(log)
	m, err := mirror.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(ctx)
	}()
	synctest.Wait()
	return &running{Mirror: m, log: log, stop: func() {
		cancel()
		<-done
	}}
}

// pass lets time pass and waits until nothing moves.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
