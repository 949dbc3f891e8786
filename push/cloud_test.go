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
	ours    = "https://example.org/vitals/notify/" + testSecret
	formers = "https://example.org/vitals/notify/" + otherSecret
	foreign = "https://example.org/homeassistant/hook"
	// neighbours is another installation behind the same name.
	neighbours = "https://example.org/vitals/notify/0123012301230123012301230123012301230123"
)

// cloud plays the notification service for one person.
type cloud struct {
	mu    sync.Mutex
	rows  []withings.Subscription
	calls []string    // "list", "subscribe 1", "revoke 1"
	times []time.Time // of the calls
	fail  func(call string) error
	stall bool // calls last until their context ends
}

func row(url string, category push.Category) withings.Subscription {
	return withings.Subscription{Category: withings.Int{N: int64(category), OK: true}, CallbackURL: withings.Text(url)}
}

func rowsOf(url string, categories ...push.Category) []withings.Subscription {
	var rows []withings.Subscription
	for _, category := range categories {
		rows = append(rows, row(url, category))
	}
	return rows
}

func refusal(status int, class withings.Class) error {
	return &withings.Error{Service: "notify", Action: "subscribe", Status: status, HTTP: 200, Class: class, Text: "see " + ours}
}

func (c *cloud) call(ctx context.Context, name string) error {
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

func (c *cloud) Subscriptions(ctx context.Context) ([]withings.Subscription, error) {
	if err := c.call(ctx, "list"); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rows), nil
}

func (c *cloud) Subscribe(ctx context.Context, url string, category int) error {
	if err := c.call(ctx, fmt.Sprintf("subscribe %d", category)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if added := row(url, push.Category(category)); !slices.Contains(c.rows, added) {
		c.rows = append(c.rows, added)
	}
	return nil
}

func (c *cloud) Unsubscribe(ctx context.Context, url string, category int) error {
	if err := c.call(ctx, fmt.Sprintf("revoke %d", category)); err != nil {
		return err
	}
	c.set(slices.DeleteFunc(c.list(), func(r withings.Subscription) bool { return r == row(url, push.Category(category)) }))
	return nil
}

func (c *cloud) list() []withings.Subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rows)
}

func (c *cloud) set(rows []withings.Subscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = rows
}

func (c *cloud) failing(fail func(call string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = fail
}

// said returns the calls since the last time it was asked, and when they were made.
func (c *cloud) said() (calls string, times []time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls, times = strings.Join(c.calls, ", "), c.times
	c.calls, c.times = nil, nil
	return calls, times
}

// watch is a keeper over a cloud, in a bubble.
type watch struct {
	t       *testing.T
	cloud   *cloud
	diary   diary
	options push.KeeperOptions
	keeper  *push.Keeper
	stop    func()
}

func newWatch(t *testing.T, wanted ...push.Category) *watch {
	t.Helper()
	const seed = 1
	t.Logf("jitter by seed %d", seed)
	w := &watch{t: t, cloud: &cloud{}, stop: func() {}}
	w.options = push.KeeperOptions{
		Account: w.cloud, CallbackURL: ours,
		Former: []secret.Text{secret.New(otherSecret)},
		Wanted: func() []push.Category { return wanted },
		Jitter: jitter.New(seed),
		Log:    zerolog.New(&w.diary),
	}
	return w
}

func (w *watch) start() {
	w.t.Helper()
	keeper, err := push.NewKeeper(w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.keeper = keeper
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- keeper.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		if strings.Contains(w.diary.log(), testSecret) || strings.Contains(w.diary.log(), otherSecret) {
			w.t.Errorf("secret in the log: %s", w.diary.log())
		}
	})
}

// later lets time pass, and everything that was to happen in it happen.
func later(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// calls checks what was asked of the cloud since the last time.
func (w *watch) calls(want string) []time.Time {
	w.t.Helper()
	calls, times := w.cloud.said()
	if calls != want {
		w.t.Errorf("calls: %s\nwant:  %s", calls, want)
	}
	return times
}

// stands checks one category.
func (w *watch) stands(category push.Category, want push.Status) push.CategoryState {
	w.t.Helper()
	for _, at := range w.keeper.State().Categories {
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

func (w *watch) healthy(want bool) push.State {
	w.t.Helper()
	state := w.keeper.State()
	if state.Healthy != want {
		w.t.Errorf("healthy %t: %+v", state.Healthy, state)
	}
	return state
}
