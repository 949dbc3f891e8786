package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// retained is a broker in memory: the retained tree and the messages that are
// not retained, in order.
type retained struct {
	mu          sync.Mutex
	tree        map[string]string
	order       []string // topics in the order they were set first
	sent        []string // "topic payload"
	cleared     []string
	republished int
	changed     chan struct{} // closed and renewed at each change
	away        bool          // events are not taken
	silent      bool          // events are taken, and confirmed by unconfirmed alone
	unconfirmed []func()
	confirming  int // events whose confirmation is under way
}

func newRetained() *retained {
	return &retained{tree: map[string]string{}, changed: make(chan struct{})}
}

func (r *retained) note() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *retained) Set(topic string, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.tree[topic]; !known {
		r.order = append(r.order, topic)
	}
	r.tree[topic] = string(payload)
	r.note()
}

func (r *retained) Clear(topic string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tree, topic)
	r.cleared = append(r.cleared, topic)
	r.note()
}

func (r *retained) Send(topic string, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, topic+" "+string(payload))
	r.note()
}

func (r *retained) Republish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.republished++
	r.note()
}

func (r *retained) get(topic string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tree[topic]
}

func (r *retained) all() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.tree)
}

// messages returns what was sent to a topic.
func (r *retained) messages(topic string) []string {
	r.settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	var payloads []string
	for _, message := range r.sent {
		if payload, ok := strings.CutPrefix(message, topic+" "); ok {
			payloads = append(payloads, payload)
		}
	}
	return payloads
}

// disk is a Memory that can be full.
type disk struct {
	mu    sync.Mutex
	files map[string][]byte
	full  error
}

func newDisk() *disk { return &disk{files: map[string][]byte{}} }

func (d *disk) Load(profile string, into any) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	data, ok := d.files[profile]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(data, into)
}

func (d *disk) Save(profile string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full != nil {
		return d.full
	}
	d.files[profile] = data
	return nil
}

func (d *disk) Profiles() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.files)), nil
}

// cloud answers from functions; the zero value has nothing to tell.
type cloud struct {
	mu       sync.Mutex
	user     string
	measures func(since time.Time) (withings.Measures, error)
	nights   func(since time.Time) (withings.Nights, error)
	stages   func(from, to time.Time) (withings.Stages, error)
	calls    map[string]int

	measuresBetween func(from, to time.Time) (withings.Measures, error)
	nightsBetween   func(from, to time.Time) (withings.Nights, error)
	activities      func(from, to time.Time) (withings.Activities, error)
	intraday        func(from, to time.Time) (withings.Intraday, error)
	workouts        func(since time.Time) (withings.Workouts, error)
	workoutsBetween func(from, to time.Time) (withings.Workouts, error)
	hearts          func(from time.Time) (withings.HeartRecords, error)
	signal          func(id int64) (withings.HeartSignal, error)
	sounds          func(from time.Time) (withings.SoundRecords, error)
	devices         func() (withings.Devices, error)
	goals           func() (withings.Goals, error)
}

// told counts a question and answers it, with nothing when there is no answer.
func told[A, T any](c *cloud, name string, answer func(A) (T, error), asked A) (T, error) {
	c.count(name)
	if answer == nil {
		var nothing T
		return nothing, nil
	}
	return answer(asked)
}

// span is a range of time that was asked for.
type span struct{ from, to time.Time }

// between turns an answer for two moments into one for a span.
func between[T any](answer func(from, to time.Time) (T, error)) func(span) (T, error) {
	if answer == nil {
		return nil
	}
	return func(s span) (T, error) { return answer(s.from, s.to) }
}

// always turns an answer to nothing in particular into one to anything.
func always[T any](answer func() (T, error)) func(struct{}) (T, error) {
	if answer == nil {
		return nil
	}
	return func(struct{}) (T, error) { return answer() }
}

func (c *cloud) MeasuresBetween(_ context.Context, from, to time.Time) (withings.Measures, error) {
	return told(c, "measures between", between(c.measuresBetween), span{from, to})
}

func (c *cloud) NightsBetween(_ context.Context, from, to time.Time) (withings.Nights, error) {
	return told(c, "nights between", between(c.nightsBetween), span{from, to})
}

func (c *cloud) Activities(_ context.Context, from, to time.Time) (withings.Activities, error) {
	return told(c, "activities", between(c.activities), span{from, to})
}

func (c *cloud) Intraday(_ context.Context, from, to time.Time) (withings.Intraday, error) {
	return told(c, "intraday", between(c.intraday), span{from, to})
}

func (c *cloud) Workouts(_ context.Context, since time.Time) (withings.Workouts, error) {
	return told(c, "workouts", c.workouts, since)
}

func (c *cloud) WorkoutsBetween(_ context.Context, from, to time.Time) (withings.Workouts, error) {
	return told(c, "workouts between", between(c.workoutsBetween), span{from, to})
}

func (c *cloud) HeartRecords(_ context.Context, from time.Time) (withings.HeartRecords, error) {
	return told(c, "hearts", c.hearts, from)
}

func (c *cloud) HeartSignal(_ context.Context, id int64) (withings.HeartSignal, error) {
	return told(c, "signal", c.signal, id)
}

func (c *cloud) SoundRecords(_ context.Context, from time.Time) (withings.SoundRecords, error) {
	return told(c, "sounds", c.sounds, from)
}

func (c *cloud) Devices(context.Context) (withings.Devices, error) {
	return told(c, "devices", always(c.devices), struct{}{})
}

func (c *cloud) Goals(context.Context) (withings.Goals, error) {
	return told(c, "goals", always(c.goals), struct{}{})
}

func (c *cloud) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[name]++
}

func (c *cloud) counted(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[name]
}

func (c *cloud) Measures(_ context.Context, since time.Time) (withings.Measures, error) {
	c.count("measures")
	if c.measures == nil {
		return withings.Measures{}, nil
	}
	return c.measures(since)
}

func (c *cloud) Nights(_ context.Context, since time.Time) (withings.Nights, error) {
	c.count("nights")
	if c.nights == nil {
		return withings.Nights{}, nil
	}
	return c.nights(since)
}

func (c *cloud) Stages(_ context.Context, from, to time.Time, _ ...string) (withings.Stages, error) {
	c.count("stages")
	if c.stages == nil {
		return withings.Stages{}, nil
	}
	return c.stages(from, to)
}

func (c *cloud) State() withings.AccountState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return withings.AccountState{SignedIn: c.user != "", UserID: c.user}
}

func (c *cloud) Flush(context.Context) error { return nil }

func (c *cloud) signIn(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.user = user
}

// every is the schedule "@every".
type every time.Duration

func (e every) Next(after time.Time) time.Time { return after.Add(time.Duration(e)) }

// house is a bridge with everything around it replaced.
type house struct {
	out    *retained
	disk   *disk
	budget *bridge.Budget
	tree   topics.Tree
}

func newHouse() *house {
	return &house{
		out: newRetained(), disk: newDisk(), budget: bridge.NewBudget(),
		tree: topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"},
	}
}

func (h *house) site() discovery.Site {
	return discovery.Site{
		Tree: h.tree, Identity: discovery.Identity{Instance: "0a1b2c3d", Version: "test"},
		Views: discovery.Views{Bare: true, Detail: true, Snapshot: true},
	}
}

func (h *house) bridge(t *testing.T, profiles ...bridge.Profile) *bridge.Bridge {
	t.Helper()
	h.out.settle()
	b, err := bridge.New(bridge.Options{
		Site: h.site(), Discovery: true, Profiles: profiles, Publisher: h.out, Memory: h.disk, Requests: h.budget, Log: zerolog.Nop(),
		Digest: "digest",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// meet hands the broker's documents to a bridge, as the connection does at its start.
func (h *house) meet(b *bridge.Bridge) {
	for topic, payload := range h.out.all() {
		if _, document := h.tree.DocumentID(topic); document {
			b.Retained(topic, []byte(payload))
		}
	}
}

// profile returns a profile with the thirty keys, polled every five minutes.
func profile(name string, from bridge.Cloud) bridge.Profile {
	return bridge.Profile{
		Slug: topics.Slug(name), Name: name, Keys: sensors.Originals(), Schedule: every(5 * time.Minute), Cloud: from,
		SignInURL: "http://127.0.0.1:8099/login/" + topics.Slug(name),
	}
}

// weighIn is a measure group with one weight, in grams.
func weighIn(id, grams int64, date time.Time) withings.Group {
	number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
	return withings.Group{
		ID: number(id), Attribution: number(0), Category: number(1), DeviceID: "d1", Model: "Body Cardio",
		Date: number(date.Unix()), Created: number(date.Unix() + 30), Modified: number(date.Unix() + 30),
		Measures: withings.List[withings.Measure]{{Type: number(1), Unit: number(-3), Value: exact(grams)}},
	}
}

func measuresOf(groups ...withings.Group) func(time.Time) (withings.Measures, error) {
	return func(time.Time) (withings.Measures, error) { return withings.Measures{Groups: groups}, nil }
}

var errOutage = &withings.Error{Service: "measure", Action: "getmeas", Status: 2555, HTTP: 200, Class: withings.Temporary}

var errDiskFull = errors.New("no space left on device")
