// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// runFor lets a bridge run in its bubble for a while and stops it.
func runFor(t *testing.T, b *bridge.Bridge, d time.Duration, during func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	if during != nil {
		during()
	}
	<-time.After(d)
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestPollsEveryFiveMinutesSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		var mu sync.Mutex // two profiles are polled concurrently
		polls := map[string][]time.Duration{}
		watch := func(name, user string) *fakeCloud {
			return &fakeCloud{user: user, measures: func(time.Time) (withings.Measures, error) {
				mu.Lock()
				defer mu.Unlock()
				polls[name] = append(polls[name], time.Since(start))
				return withings.Measures{}, nil
			}}
		}
		runFor(t, h.bridge(t, profile("Alice", watch("alice", "1")), profile("Bob", watch("bob", "2"))), 16*time.Minute, nil)
		minutes := func(m ...float64) (want []time.Duration) {
			for _, x := range m {
				want = append(want, time.Duration(x*float64(time.Minute)))
			}
			return want
		}
		if want := minutes(0, 5, 10, 15); !slices.Equal(polls["alice"], want) {
			t.Errorf("alice was polled at %v, want %v", polls["alice"], want)
		}
		if want := minutes(0, 7.5, 12.5); !slices.Equal(polls["bob"], want) {
			t.Errorf("bob was polled at %v, want %v", polls["bob"], want)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start, asked := time.Now(), []time.Duration(nil)
		alice := &fakeCloud{user: "1"}
		alice.measures = func(time.Time) (withings.Measures, error) {
			asked = append(asked, time.Since(start))
			if len(asked) == 1 {
				return withings.Measures{}, &withings.Error{Class: withings.Limited, Status: 601, RetryAfter: 90 * time.Second}
			}
			return withings.Measures{}, nil
		}
		runFor(t, h.bridge(t, profile("Alice", alice)), 4*time.Minute, nil)
		if want := []time.Duration{0, 90 * time.Second}; !slices.Equal(asked, want) {
			t.Errorf("requests at %v, want %v", asked, want)
		}
	})
}

func TestForbiddenEndpointIsPaused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := &fakeCloud{user: "1", nights: func(time.Time) (withings.Nights, error) {
			return withings.Nights{}, &withings.Error{Class: withings.Forbidden, Status: 403}
		}}
		runFor(t, h.bridge(t, profile("Alice", alice)), 24*time.Hour+7*time.Minute, nil)
		if alice.callCount("nights") != 2 || alice.callCount("measures") < 280 {
			t.Errorf("calls %v; want nights twice, measures all day", alice.calls)
		}
		if !strings.Contains(h.publisher.get("vitals2mqtt/alice/sync_problem/detail"), "forbidden") {
			t.Error("the refusal is not reported")
		}
	})
}

func TestLongOutageGoesOfflineAndComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		var broken atomic.Bool
		answer := func(time.Time) (withings.Measures, error) {
			if broken.Load() {
				return withings.Measures{}, errOutage
			}
			return withings.Measures{}, nil
		}
		p := profile("Alice", &fakeCloud{user: "1", measures: answer})
		p.Keys = []string{"weight_kg"}
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			status := func(want, when string) {
				t.Helper()
				if got := h.publisher.get("vitals2mqtt/alice/status"); got != want {
					t.Errorf("%s: status %q, want %q", when, got, want)
				}
			}
			<-time.After(time.Hour)
			broken.Store(true)
			<-time.After(5 * time.Hour)
			status("online", "after an outage of five hours")
			<-time.After(2 * time.Hour)
			status("offline", "after an outage of seven hours")
			broken.Store(false)
			<-time.After(6 * time.Minute)
			status("online", "after the outage")
		})
	})
}

func TestExternalSignInIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		var version atomic.Value
		version.Store("none")
		alice := &fakeCloud{}
		alice.measures = func(time.Time) (withings.Measures, error) {
			if version.Load() == "none" {
				return withings.Measures{}, withings.ErrSignIn
			}
			alice.signIn("1")
			return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, time.Now())}}, nil
		}
		p := profile("Alice", alice)
		p.Keys = []string{"weight_kg"}
		p.TokenVersion = func(context.Context) string {
			current, _ := version.Load().(string)
			return current
		}
		runFor(t, h.bridge(t, p), 0, func() {
			<-time.After(time.Minute)
			version.Store("new")
			<-time.After(10 * time.Second)
			weight, status := h.publisher.get("vitals2mqtt/alice/weight_kg"), h.publisher.get("vitals2mqtt/alice/status")
			if weight != "70" || status != "online" {
				t.Errorf("ten seconds after the sign-in, the weight is %q and the status %q", weight, status)
			}
		})
	})
}

func TestRefreshRequestsShareOneFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, testDay))}
		bob := &fakeCloud{user: "2", measures: failing[withings.Measures](errOutage)}
		b := h.bridge(t, profile("Alice", alice), profile("Bob", bob))
		runFor(t, b, 0, func() {
			<-time.After(2 * time.Minute)
			before := alice.callCount("measures")
			for range 100 {
				b.HandleRequest(topics.Refresh, []byte(`{"profile":"Alice","transaction":1}`), false)
			}
			<-time.After(10 * time.Second)
			if got := alice.callCount("measures") - before; got < 1 || got > 2 {
				t.Errorf("a hundred requests made %d fetches", got)
			}
			answers := h.publisher.messages("vitals2mqtt/bridge/response/refresh")
			if len(answers) != 100 || answers[0] != `{"status":"ok","profiles":{"alice":"ok"},"transaction":1}` {
				t.Errorf("%d responses, the first %q", len(answers), answers[:min(1, len(answers))])
			}
			b.HandleRequest(topics.Refresh, nil, false)
			<-time.After(time.Minute)
			answers = h.publisher.messages("vitals2mqtt/bridge/response/refresh")
			last := answers[len(answers)-1]
			if len(answers) != 101 || !strings.Contains(last, `"status":"error"`) || !strings.Contains(last, `"alice":"ok"`) {
				t.Errorf("response to a refresh of all: %q", last)
			}
		})
	})
}

func TestStopAnswersWaitingRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		b := h.bridge(t, profile("Alice", &fakeCloud{user: "1"}))
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		synctest.Wait()
		outcome := make(chan error, 1)
		if err := b.Refresh("alice", "", func(outcomes map[string]error) { outcome <- outcomes["alice"] }); err != nil {
			t.Fatal(err)
		}
		stopped := errors.New("stopped")
		cancel(stopped)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if err := <-outcome; !errors.Is(err, stopped) {
			t.Errorf("outcome %v, want %v", err, stopped)
		}
	})
}
