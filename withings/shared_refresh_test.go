// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// fetchConcurrently makes calls of one round: some at once, one after them.
func (s *harness) fetchConcurrently(ctx context.Context) (failed int, last error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	one := func() {
		_, err := firstPage(s.account.Measures(ctx, time.Time{}, 0))
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

func TestCallsShareOneRefresh(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response func() *fakeResponse
		tries    int // of HTTP: the funnel repeats what may pass within seconds, once
		failed   int
	}{
		"hangs":    {func() *fakeResponse { return nil }, 2, 11},
		"outage":   {func() *fakeResponse { return newResponse(502, "text/html", "") }, 2, 11},
		"refused":  {func() *fakeResponse { return errorResponse(503, "Invalid Params: invalid refresh_token") }, 1, 11},
		"client":   {func() *fakeResponse { return errorResponse(503, "Invalid Params: invalid client_secret") }, 1, 11},
		"nothing":  {func() *fakeResponse { return okResponse(`{"status":0}`) }, 1, 11},
		"succeeds": {func() *fakeResponse { return tokenPairResponse(2) }, 1, 0},
	} {
		for kind, insist := range map[string]bool{" in a poll": false, " by the user": true} {
			t.Run(name+kind, func(t *testing.T) {
				t.Parallel()
				runHarness(t, 0, func(s *harness) {
					t := s.t
					s.respondToken = func(int, recordedRequest) *fakeResponse { return row.response() }
					got, err := s.fetchConcurrently(withings.WithSharedRefresh(t.Context(), insist))
					if got != row.failed || len(s.requests("requesttoken")) != row.tries {
						t.Errorf("%d of 11 calls failed with %d token requests, want %d and %d: %v",
							got, len(s.requests("requesttoken")), row.failed, row.tries, err)
					}
					s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
					advance(16 * time.Minute)
					if got, err := s.fetchConcurrently(withings.WithSharedRefresh(t.Context(), insist)); got != 0 {
						t.Errorf("the next round: %v", err)
					}
				})
			})
		}
	}
}

// TestRefusedNewTokenIsNotRefreshedAgain: a new token that is refused is not
// replaced again in the same round.
func TestRefusedNewTokenIsNotRefreshedAgain(t *testing.T) {
	t.Parallel()
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		s.validAccess = "none of ours"
		if got, err := s.fetchConcurrently(withings.WithSharedRefresh(t.Context(), false)); got != 11 ||
			len(s.requests("requesttoken")) != 1 ||
			withings.ClassOf(err) != withings.Auth || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("%d calls failed with %d token requests: %v", got, len(s.requests("requesttoken")), err)
		}
	})
}
