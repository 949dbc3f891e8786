// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	archives "vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// BenchmarkPoll polls one profile with every key and nothing new, and reports its
// health: with responses in bytes, and with decoded ones.
func BenchmarkPoll(b *testing.B) {
	for _, decoded := range []bool{false, true} {
		name := map[bool]string{false: "bytes", true: "decoded"}[decoded]
		b.Run(name, func(b *testing.B) {
			h, who := newPollBench(b, decoded)
			program, end := h.bridge(b, "archive.db", who)
			defer end()
			for range 3 { // the history, and what follows from it
				if err := program.Once(b.Context(), who.Slug); err != nil {
					b.Fatal(err)
				}
			}
			h.freeze()
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				if err := program.Poll(b.Context(), who.Slug); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstRound polls one profile with every key for the first time, with
// an empty archive, from responses in bytes.
func BenchmarkFirstRound(b *testing.B) {
	h, who := newPollBench(b, false)
	archives := 0
	run := func() {
		archives++
		program, end := h.bridge(b, strconv.Itoa(archives)+".db", who)
		defer end()
		if err := program.Once(b.Context(), who.Slug); err != nil {
			b.Fatal(err)
		}
	}
	run() // the responses
	h.freeze()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		run()
	}
}

// pollBench is a harness whose cloud repeats itself, and whose archive is the
// daemon's.
type pollBench struct {
	*simHarness

	folder string
	freeze func() // from then on the cloud repeats itself
}

// bridge returns a bridge with the archive of a name.
func (h *pollBench) bridge(b *testing.B, name string, who bridge.Profile) (program *bridge.Bridge, end func()) {
	b.Helper()
	archive, err := archives.Open(b.Context(), archives.Options{Path: filepath.Join(h.folder, name)})
	if err != nil {
		b.Fatal(err)
	}
	o := h.options(who)
	o.Archive, o.Publisher, o.StateStore = archive, &comparingPublisher{values: map[string][]byte{}}, newMemoryStore()
	if program, err = bridge.New(b.Context(), o); err != nil {
		b.Fatal(err)
	}
	return program, func() { _ = archive.Close() }
}

// newPollBench has the first of the simulator's people, who has just woken up.
func newPollBench(b *testing.B, decoded bool) (*pollBench, bridge.Profile) {
	b.Helper()
	people := simulator.DemoPeople()
	people[0].Days = 60
	options := simulator.Options{Seed: 1, People: people[:1], Knobs: simulator.Knobs{PerMinute: -1}}
	transport := &repeatingTransport{known: map[string][]byte{}}
	h := newSimHarnessBehind(b, options, func(cloud http.RoundTripper) http.RoundTripper {
		transport.cloud = cloud
		return transport
	})
	who := h.signIn(b)[0]
	who.Keys = sensors.Keys()
	night := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/control/night",
		strings.NewReader(`{"person":"`+who.Name+`"}`))
	night.Header.Set("Content-Type", "application/json")
	woken := httptest.NewRecorder()
	h.cloud.Control().ServeHTTP(woken, night)
	if woken.Code != http.StatusOK {
		b.Fatal(woken.Code, woken.Body)
	}
	if decoded {
		who.Cloud = &decodedCloud{Cloud: who.Cloud, transport: transport, known: map[string]any{}}
	}
	return &pollBench{h, b.TempDir(), func() { transport.frozen.Store(true) }}, who
}

// repeatingTransport gives the last response to a request again to each of the
// same kind, whatever its times are, once it is frozen.
type repeatingTransport struct {
	cloud  http.RoundTripper
	frozen atomic.Bool

	mu    sync.Mutex
	known map[string][]byte
}

func (t *repeatingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(sent))
	if err != nil {
		return nil, err
	}
	names := []string{r.URL.Path, form.Get("action"), form.Get("offset"), form.Get("data_fields")}
	for name, values := range form {
		if values[0] == "0" || values[0] == "1" {
			name += "=" + values[0] // everything, rather than what is new
		}
		names = append(names, name)
	}
	slices.Sort(names)
	key := strings.Join(names, " ")
	t.mu.Lock()
	body, known := t.known[key]
	t.mu.Unlock()
	if !known || !t.frozen.Load() || strings.Contains(r.URL.Path, "oauth2") || strings.Contains(r.URL.Path, "signature") {
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
		response, err := t.cloud.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(response.Body); err != nil {
			return nil, err
		}
		t.mu.Lock()
		t.known[key] = body
		t.mu.Unlock()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}, nil
}

// comparingPublisher counts what differs from what was published before, as the
// connection sends it.
type comparingPublisher struct {
	mu        sync.Mutex
	values    map[string][]byte
	published int
}

func (p *comparingPublisher) Set(topic string, payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, known := p.values[topic]; known && bytes.Equal(before, payload) {
		return
	}
	p.published++
	p.values[topic] = payload
}

func (p *comparingPublisher) SetBuilt(topic string, payload []byte, _ func() []byte) {
	p.Set(topic, payload)
}

func (p *comparingPublisher) Clear(topic string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.values, topic)
}

func (*comparingPublisher) Send(string, []byte)                              {}
func (*comparingPublisher) Republish()                                       {}
func (*comparingPublisher) SendConfirmed(_ string, _ []byte, confirm func()) { go confirm() }

// decodedCloud does the same without decoding it again.
type decodedCloud struct {
	bridge.Cloud

	transport *repeatingTransport

	mu    sync.Mutex
	known map[string]any
}

// again returns what was returned first.
func again[T any](c *decodedCloud, name string, request func() (T, error)) (T, error) {
	c.mu.Lock()
	known, ok := c.known[name].(T)
	c.mu.Unlock()
	if ok && c.transport.frozen.Load() {
		return known, nil
	}
	answer, err := request()
	if err == nil {
		c.mu.Lock()
		c.known[name] = answer
		c.mu.Unlock()
	}
	return answer, err
}

// pagesAgain does the same for pages.
func pagesAgain[T any](c *decodedCloud, name string, since time.Time, pages iter.Seq2[T, error]) iter.Seq2[T, error] {
	if since.IsZero() {
		return pages // the history, once
	}
	return func(yield func(T, error) bool) {
		all, err := again(c, name, func() (all []T, err error) {
			for page, err := range pages {
				if err != nil {
					return nil, err
				}
				all = append(all, page)
			}
			return all, nil
		})
		for _, page := range all {
			if !yield(page, nil) {
				return
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

func (c *decodedCloud) Measures(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Measures, error] {
	return pagesAgain(c, "measures", since, c.Cloud.Measures(ctx, since, offset))
}

func (c *decodedCloud) Nights(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Nights, error] {
	return pagesAgain(c, "nights", since, c.Cloud.Nights(ctx, since, offset))
}

func (c *decodedCloud) ActivitiesBetween(ctx context.Context, from, to time.Time) iter.Seq2[withings.Activities, error] {
	return pagesAgain(c, "days", from, c.Cloud.ActivitiesBetween(ctx, from, to))
}

func (c *decodedCloud) Workouts(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Workouts, error] {
	return pagesAgain(c, "workouts", since, c.Cloud.Workouts(ctx, since, offset))
}

func (c *decodedCloud) HeartRecords(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.HeartRecords, error] {
	return pagesAgain(c, "hearts", since, c.Cloud.HeartRecords(ctx, since, offset))
}

func (c *decodedCloud) SoundRecords(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.SoundRecords, error] {
	return pagesAgain(c, "sounds", since, c.Cloud.SoundRecords(ctx, since, offset))
}

func (c *decodedCloud) Stages(ctx context.Context, from, to time.Time, fields ...string) (withings.Stages, error) {
	return again(c, "stages"+strings.Join(fields, ","), func() (withings.Stages, error) {
		return c.Cloud.Stages(ctx, from, to, fields...)
	})
}

func (c *decodedCloud) Intraday(ctx context.Context, from, to time.Time) (withings.Intraday, error) {
	return again(c, "intraday", func() (withings.Intraday, error) { return c.Cloud.Intraday(ctx, from, to) })
}

func (c *decodedCloud) Devices(ctx context.Context) (withings.Devices, error) {
	return again(c, "devices", func() (withings.Devices, error) { return c.Cloud.Devices(ctx) })
}

func (c *decodedCloud) Goals(ctx context.Context) (withings.Goals, error) {
	return again(c, "goals", func() (withings.Goals, error) { return c.Cloud.Goals(ctx) })
}
