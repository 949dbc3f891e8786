// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// fakePublisher is a broker in memory: the retained tree and the messages that
// are not retained, in order.
type fakePublisher struct {
	mu                    sync.Mutex
	tree                  map[string]string
	order                 []string // topics in the order they were set first
	sent                  []string // "topic payload"
	cleared               []string
	republished           int
	changed               chan struct{} // closed and renewed at each change
	offline               bool          // events are not accepted
	withholdConfirmations bool          // events are accepted, and confirmed only through unconfirmed
	unconfirmed           []func()
	confirming            int // events whose confirmation is under way
}

func newFakePublisher() *fakePublisher {
	return &fakePublisher{tree: map[string]string{}, changed: make(chan struct{})}
}

func (r *fakePublisher) notifyChanged() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *fakePublisher) Set(topic string, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.tree[topic]; !known {
		r.order = append(r.order, topic)
	}
	r.tree[topic] = string(payload)
	r.notifyChanged()
}

func (r *fakePublisher) Clear(topic string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tree, topic)
	r.cleared = append(r.cleared, topic)
	r.notifyChanged()
}

func (r *fakePublisher) Send(topic string, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, topic+" "+string(payload))
	r.notifyChanged()
}

func (r *fakePublisher) Republish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.republished++
	r.notifyChanged()
}

func (r *fakePublisher) get(topic string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tree[topic]
}

func (r *fakePublisher) all() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.tree)
}

// messages returns what was sent to a topic.
func (r *fakePublisher) messages(topic string) []string {
	r.waitConfirmed()
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

// memoryStore is a StateStore that can be full.
type memoryStore struct {
	mu    sync.Mutex
	files map[string][]byte
	full  error
}

func newMemoryStore() *memoryStore { return &memoryStore{files: map[string][]byte{}} }

func (d *memoryStore) Load(profile string, into any) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	data, ok := d.files[profile]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(data, into)
}

func (d *memoryStore) Save(profile string, value any) error {
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

func (d *memoryStore) Profiles() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.files)), nil
}

// fakeCloud answers requests from functions; the zero value has no data.
// Methods that it does not implement must not be called.
type fakeCloud struct {
	bridge.Cloud

	mu       sync.Mutex
	user     string
	measures func(since time.Time) (withings.Measures, error)
	nights   func(since time.Time) (withings.Nights, error)
	stages   func(from, to time.Time) (withings.Stages, error)
	calls    map[string]int

	measuresBetween func(from, to time.Time) (withings.Measures, error)
	nightsBetween   func(from, to time.Time) (withings.Nights, error)
	activities      func(from, to time.Time) (withings.Activities, error)
	days            func(since time.Time) (withings.Activities, error)
	intraday        func(from, to time.Time) (withings.Intraday, error)
	workouts        func(since time.Time) (withings.Workouts, error)
	workoutsBetween func(from, to time.Time) (withings.Workouts, error)
	hearts          func(from time.Time) (withings.HeartRecords, error)
	signal          func(id int64) (withings.HeartSignal, error)
	sounds          func(from time.Time) (withings.SoundRecords, error)
	devices         func() (withings.Devices, error)
	goals           func() (withings.Goals, error)
}

// answeredKeys are the keys whose endpoints a fakeCloud answers.
func answeredKeys() []string {
	answered := []sensors.Endpoint{
		sensors.EndpointMeasures, sensors.EndpointNights, sensors.EndpointStages, sensors.EndpointSeries,
		sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts, sensors.EndpointHeart,
		sensors.EndpointStetho, sensors.EndpointDevices, sensors.EndpointGoals, sensors.EndpointEvents,
	}
	return slices.DeleteFunc(sensors.Keys(), func(key string) bool {
		return !slices.Contains(answered, sensors.EndpointsOf(key)[0])
	})
}

// respond counts a request and answers it; without a function, with no data.
func respond[A, T any](c *fakeCloud, name string, answer func(A) (T, error), request A) (T, error) {
	c.count(name)
	if answer == nil {
		var nothing T
		return nothing, nil
	}
	return answer(request)
}

// onePage answers a request for pages with a single one.
func onePage[A, T any](c *fakeCloud, name string, answer func(A) (T, error), request A) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { yield(respond(c, name, answer, request)) }
}

// span is a requested range of time.
type span struct{ from, to time.Time }

// forSpan adapts a function of two times to one of a span.
func forSpan[T any](answer func(from, to time.Time) (T, error)) func(span) (T, error) {
	if answer == nil {
		return nil
	}
	return func(s span) (T, error) { return answer(s.from, s.to) }
}

// ignoringArgument adapts a function without an argument to one with any.
func ignoringArgument[T any](answer func() (T, error)) func(struct{}) (T, error) {
	if answer == nil {
		return nil
	}
	return func(struct{}) (T, error) { return answer() }
}

func (c *fakeCloud) MeasuresBetween(_ context.Context, from, to time.Time) iter.Seq2[withings.Measures, error] {
	if c.measuresBetween == nil && c.isFirst("measures") {
		c.count(c.recentOf("measures"))
		return onePage(c, "measures", c.measures, time.Time{})
	}
	return onePage(c, "measures between", forSpan(c.measuresBetween), span{from, to})
}

func (c *fakeCloud) NightsBetween(_ context.Context, from, to time.Time) iter.Seq2[withings.Nights, error] {
	if c.nightsBetween == nil && c.isFirst("nights") {
		c.count(c.recentOf("nights"))
		return onePage(c, "nights", c.nights, time.Time{})
	}
	return onePage(c, "nights between", forSpan(c.nightsBetween), span{from, to})
}

// isFirst reports whether a history was not read yet. Until then, a cloud
// without an answer for ranges has everything in the recent past, which is read
// first, and nothing else in the history.
func (c *fakeCloud) isFirst(name string) bool { return c.callCount(c.historyOf(name)) == 0 }

func (c *fakeCloud) recentOf(name string) string { return "recent " + name + " of " + c.State().UserID }

func (c *fakeCloud) historyOf(name string) string { return "all " + name + " of " + c.State().UserID }

func (c *fakeCloud) Activities(_ context.Context, since time.Time, _ int64) iter.Seq2[withings.Activities, error] {
	return onePage(c, "activities since", c.days, since)
}

func (c *fakeCloud) ActivitiesBetween(_ context.Context, from, to time.Time) iter.Seq2[withings.Activities, error] {
	return onePage(c, "activities", forSpan(c.activities), span{from, to})
}

func (c *fakeCloud) Intraday(_ context.Context, from, to time.Time) (withings.Intraday, error) {
	return respond(c, "intraday", forSpan(c.intraday), span{from, to})
}

func (c *fakeCloud) Workouts(_ context.Context, since time.Time, _ int64) iter.Seq2[withings.Workouts, error] {
	return onePage(c, "workouts", c.workouts, since)
}

func (c *fakeCloud) WorkoutsBetween(_ context.Context, from, to time.Time) iter.Seq2[withings.Workouts, error] {
	return onePage(c, "workouts between", forSpan(c.workoutsBetween), span{from, to})
}

func (c *fakeCloud) HeartRecords(_ context.Context, from time.Time, _ int64) iter.Seq2[withings.HeartRecords, error] {
	return onePage(c, "hearts", c.hearts, from)
}

func (c *fakeCloud) HeartSignal(_ context.Context, id int64) (withings.HeartSignal, error) {
	return respond(c, "signal", c.signal, id)
}

func (c *fakeCloud) SoundRecords(_ context.Context, from time.Time, _ int64) iter.Seq2[withings.SoundRecords, error] {
	return onePage(c, "sounds", c.sounds, from)
}

func (c *fakeCloud) Devices(context.Context) (withings.Devices, error) {
	return respond(c, "devices", ignoringArgument(c.devices), struct{}{})
}

func (c *fakeCloud) Goals(context.Context) (withings.Goals, error) {
	return respond(c, "goals", ignoringArgument(c.goals), struct{}{})
}

func (c *fakeCloud) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[name]++
}

func (c *fakeCloud) callCount(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[name]
}

func (c *fakeCloud) Measures(_ context.Context, since time.Time, _ int64) iter.Seq2[withings.Measures, error] {
	if c.measuresBetween == nil && since.IsZero() && c.callCount(c.recentOf("measures")) > 0 {
		return onePage[time.Time, withings.Measures](c, c.historyOf("measures"), nil, since)
	}
	return onePage(c, "measures", c.measures, since)
}

func (c *fakeCloud) Nights(_ context.Context, since time.Time, _ int64) iter.Seq2[withings.Nights, error] {
	if c.nightsBetween == nil && since.IsZero() && c.callCount(c.recentOf("nights")) > 0 {
		return onePage[time.Time, withings.Nights](c, c.historyOf("nights"), nil, since)
	}
	return onePage(c, "nights", c.nights, since)
}

func (c *fakeCloud) Stages(_ context.Context, from, to time.Time, _ ...string) (withings.Stages, error) {
	c.count("stages")
	if c.stages == nil {
		return withings.Stages{}, nil
	}
	return c.stages(from, to)
}

func (c *fakeCloud) State() withings.AccountState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return withings.AccountState{SignedIn: c.user != "", UserID: c.user}
}

func (c *fakeCloud) Flush(context.Context) error { return nil }

func (c *fakeCloud) signIn(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.user = user
}

// everySchedule is the schedule "@every".
type everySchedule time.Duration

func (e everySchedule) Next(after time.Time) time.Time { return after.Add(time.Duration(e)) }

// profile returns a profile with the thirty keys, polled every five minutes.
func profile(name string, from bridge.Cloud) bridge.Profile {
	return bridge.Profile{
		Slug:      topics.Slug(name),
		Name:      name,
		Keys:      sensors.Originals(),
		Schedule:  everySchedule(5 * time.Minute),
		Cloud:     from,
		SignInURL: "http://127.0.0.1:8099/login/" + topics.Slug(name),
	}
}

// weighIn is a measure group with one weight, in grams.
func weighIn(id, grams int64, date time.Time) withings.Group {
	number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
	return withings.Group{
		ID:          number(id),
		Attribution: number(0),
		Category:    number(1),
		DeviceID:    "d1",
		Model:       "Body Cardio",
		Date:        number(date.Unix()),
		Created:     number(date.Unix() + 30),
		Modified:    number(date.Unix() + 30),
		Measures:    withings.List[withings.Measure]{{Type: number(1), Unit: number(-3), Value: exact(grams)}},
	}
}

func measuresOf(groups ...withings.Group) func(time.Time) (withings.Measures, error) {
	return func(time.Time) (withings.Measures, error) { return withings.Measures{Groups: groups}, nil }
}

var errOutage = &withings.Error{
	Service: "measure",
	Action:  "getmeas",
	Status:  2555,
	HTTP:    200,
	Class:   withings.Temporary,
}

var errDiskFull = errors.New("no space left on device")

// lateHandler forwards to a handler that is built later.
type lateHandler struct {
	mu      sync.Mutex
	handler http.Handler
}

func (d *lateHandler) set(h http.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handler = h
}

func (d *lateHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	into := d.handler
	d.mu.Unlock()
	into.ServeHTTP(w, r)
}
