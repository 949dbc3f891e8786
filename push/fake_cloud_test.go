// SPDX-License-Identifier: MIT

package push_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

const (
	callbackURL = "https://example.org/vitals/notify/" + testSecret
	formerURL   = "https://example.org/vitals/notify/" + otherSecret
	foreignURL  = "https://example.org/homeassistant/hook"
	// otherInstallationURL belongs to another installation behind the same name.
	otherInstallationURL = "https://example.org/vitals/notify/0123012301230123012301230123012301230123"
)

// fakeCloud plays the notification service for one profile.
type fakeCloud struct {
	mu    sync.Mutex
	rows  []withings.Subscription
	calls []string    // "list", "subscribe 1", "revoke 1"
	times []time.Time // of the calls
	fail  func(call string) error
	stall bool // calls last until their context ends
}

func newRow(url string, category withings.Category) withings.Subscription {
	return withings.Subscription{Category: withings.Int{N: int64(category), OK: true}, CallbackURL: withings.Text(url)}
}

func newRows(url string, categories ...withings.Category) []withings.Subscription {
	var rows []withings.Subscription
	for _, category := range categories {
		rows = append(rows, newRow(url, category))
	}
	return rows
}

func apiError(status int, class withings.Class) error {
	return &withings.Error{
		Service: "notify",
		Action:  "subscribe",
		Status:  status,
		HTTP:    200,
		Class:   class,
		Text:    "see " + callbackURL,
	}
}

func (c *fakeCloud) call(ctx context.Context, name string) error {
	c.mu.Lock()
	c.calls, c.times = append(c.calls, name), append(c.times, time.Now()) // clock: called in bubbles
	fail, stall := c.fail, c.stall
	c.mu.Unlock()
	if stall {
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if fail != nil {
		return fail(name)
	}
	return nil
}

func (c *fakeCloud) Subscriptions(ctx context.Context) ([]withings.Subscription, error) {
	if err := c.call(ctx, "list"); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rows), nil
}

func (c *fakeCloud) Subscribe(ctx context.Context, url string, category int) error {
	if err := c.call(ctx, fmt.Sprintf("subscribe %d", category)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if added := newRow(url, withings.Category(category)); !slices.Contains(c.rows, added) {
		c.rows = append(c.rows, added)
	}
	return nil
}

func (c *fakeCloud) Unsubscribe(ctx context.Context, url string, category int) error {
	if err := c.call(ctx, fmt.Sprintf("revoke %d", category)); err != nil {
		return err
	}
	removed := newRow(url, withings.Category(category))
	c.setRows(slices.DeleteFunc(c.currentRows(), func(r withings.Subscription) bool { return r == removed }))
	return nil
}

func (c *fakeCloud) currentRows() []withings.Subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rows)
}

func (c *fakeCloud) setRows(rows []withings.Subscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = rows
}

func (c *fakeCloud) failWith(fail func(call string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = fail
}

// takeCalls returns the requests since the last call, and their times.
func (c *fakeCloud) takeCalls() (calls string, times []time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls, times = strings.Join(c.calls, ", "), c.times
	c.calls, c.times = nil, nil
	return calls, times
}

// harness runs a manager against a fake cloud, in a bubble.
type harness struct {
	t        *testing.T
	cloud    *fakeCloud
	recorder recorder
	options  push.ManagerOptions
	manager  *push.SubscriptionManager
	stop     func()
}

func newHarness(t *testing.T, wanted ...withings.Category) *harness {
	t.Helper()
	const seed = 1
	t.Logf("jitter by seed %d", seed)
	w := &harness{t: t, cloud: &fakeCloud{}, stop: func() {}}
	w.options = push.ManagerOptions{
		Account:          w.cloud,
		CallbackURL:      callbackURL,
		FormerSecrets:    []secret.Text{secret.New(otherSecret)},
		WantedCategories: func() []withings.Category { return wanted },
		Jitter:           jitter.New(seed),
		Log:              zerolog.New(&w.recorder),
	}
	return w
}

func (w *harness) start() {
	w.t.Helper()
	manager, err := push.NewSubscriptionManager(w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.manager = manager
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- manager.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		if strings.Contains(w.recorder.log(), testSecret) || strings.Contains(w.recorder.log(), otherSecret) {
			w.t.Errorf("secret in the log: %s", w.recorder.log())
		}
	})
}

// advance advances the time, and waits until everything is idle.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// checkCalls checks the requests since the last call.
func (w *harness) checkCalls(want string) []time.Time {
	w.t.Helper()
	calls, times := w.cloud.takeCalls()
	if calls != want {
		w.t.Errorf("calls: %s\nwant:  %s", calls, want)
	}
	return times
}

// checkStatus checks one category.
func (w *harness) checkStatus(category withings.Category, want push.Status) push.CategoryState {
	w.t.Helper()
	for _, at := range w.manager.State().Categories {
		if at.Category == category {
			if at.Status != want {
				w.t.Errorf("%s is %s (%s), want %s", category, at.Status, at.Cause, want)
			}
			return at
		}
	}
	if want != "" {
		w.t.Errorf("%s is not there, want %s", category, want)
	}
	return push.CategoryState{}
}

func (w *harness) checkHealthy(want bool) push.State {
	w.t.Helper()
	state := w.manager.State()
	if state.Healthy != want {
		w.t.Errorf("healthy %t: %+v", state.Healthy, state)
	}
	return state
}
