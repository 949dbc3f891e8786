package withings_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// ask makes calls of one round: some at once, one after them.
func (s *scene) ask(ctx context.Context) (failed int, last error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	one := func() {
		_, err := s.account.Measures(ctx, time.Time{})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed, last = failed+1, err
		}
	}
	for range 10 {
		group.Go(one)
	}
	group.Wait()
	one()
	return failed, last
}

func TestOneRefreshARound(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer func() *told
		tries  int // of HTTP: the funnel repeats what may pass within seconds, once
		failed int
	}{
		"hangs":    {func() *told { return nil }, 2, 11},
		"outage":   {func() *told { return reply(502, "text/html", "") }, 2, 11},
		"refused":  {func() *told { return failed(503, "Invalid Params: invalid refresh_token") }, 1, 11},
		"client":   {func() *told { return failed(503, "Invalid Params: invalid client_secret") }, 1, 11},
		"nothing":  {func() *told { return answered(`{"status":0}`) }, 1, 11},
		"succeeds": {func() *told { return pair(2) }, 1, 0},
	} {
		for kind, insist := range map[string]bool{" in a poll": false, " for a person": true} {
			t.Run(name+kind, func(t *testing.T) {
				t.Parallel()
				play(t, 0, func(s *scene) {
					t := s.t
					s.tokens = func(int, visit) *told { return row.answer() }
					got, err := s.ask(withings.WithRound(t.Context(), insist))
					if got != row.failed || len(s.seen("requesttoken")) != row.tries {
						t.Errorf("%d of 11 calls failed with %d token requests, want %d and %d: %v",
							got, len(s.seen("requesttoken")), row.failed, row.tries, err)
					}
					s.tokens = func(int, visit) *told { return pair(2) }
					later(16 * time.Minute)
					if got, err := s.ask(withings.WithRound(t.Context(), insist)); got != 0 {
						t.Errorf("the next round: %v", err)
					}
				})
			})
		}
	}
}

// TestAFreshTokenThatIsRefused is not replaced again in the same round.
func TestAFreshTokenThatIsRefused(t *testing.T) {
	t.Parallel()
	play(t, time.Hour, func(s *scene) {
		t := s.t
		s.valid = "none of ours"
		if got, err := s.ask(withings.WithRound(t.Context(), false)); got != 11 || len(s.seen("requesttoken")) != 1 ||
			withings.ClassOf(err) != withings.Auth || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("%d calls failed with %d token requests: %v", got, len(s.seen("requesttoken")), err)
		}
	})
}
