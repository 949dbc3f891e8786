// SPDX-License-Identifier: MIT

package withings_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// TestBackgroundTakesHalfAndWaits has a history of many pages beside two polls a
// minute of ten requests each.
func TestBackgroundTakesHalfAndWaits(t *testing.T) {
	t.Parallel()
	for _, ceiling := range []int{30, 120} {
		synctest.Test(t, func(t *testing.T) {
			a, c := newAccount(t, always(func() *fakeResponse { return okResponse(nothing) }),
				func(o *withings.Options) { o.PerMinute = ceiling })
			var group sync.WaitGroup
			group.Go(func() {
				background := withings.WithBackground(t.Context())
				for range 5 * ceiling {
					if _, err := firstPage(a.Measures(background, time.Time{}, 0)); err != nil {
						t.Error(err)
					}
				}
			})
			for range 8 {
				advance(30 * time.Second)
				asked := time.Now()
				for range ceiling / 12 {
					if _, err := firstPage(a.Nights(t.Context(), time.Time{}, 0)); err != nil {
						t.Error(err)
					}
				}
				if waited := time.Since(asked); waited != 0 {
					t.Errorf("at %d a minute, a poll waited %v for a history", ceiling, waited)
				}
			}
			group.Wait()
			fills := c.requests("getmeas")
			for i, v := range fills {
				in := 0
				for _, other := range fills[i:] {
					if other.at.Sub(v.at) < time.Minute {
						in++
					}
				}
				if in > ceiling/2 {
					t.Fatalf("%d requests of a history within a minute, want %d at most", in, ceiling/2)
				}
			}
			if took := fills[len(fills)-1].at.Sub(fills[0].at); took > 12*time.Minute {
				t.Errorf("%d requests of a history took %v", len(fills), took)
			}
		})
	}
}

// TestBackgroundYieldsToAQueue: while other requests wait, a history lets them go
// first, but not for ever: polls that take the whole budget must not stop it.
func TestBackgroundYieldsToAQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newAccount(t, always(func() *fakeResponse { return okResponse(nothing) }))
		began := time.Now()
		var group sync.WaitGroup
		for range 60 { // three times the burst
			group.Go(func() {
				if _, err := firstPage(a.Nights(t.Context(), time.Time{}, 0)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		group.Go(func() {
			if _, err := firstPage(a.Measures(withings.WithBackground(t.Context()), time.Time{}, 0)); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		polls, fills := c.requests("getsummary"), c.requests("getmeas")
		last := polls[len(polls)-1].at
		if len(fills) != 1 || fills[0].at.Sub(began) < 5*time.Second || fills[0].at.After(last) {
			t.Errorf("the history was read after %v, the last poll after %v", fills[0].at.Sub(began), last.Sub(began))
		}
	})
}

// TestPollDoesNotWaitForAPageOfItsHistory: a large page can take long.
func TestPollDoesNotWaitForAPageOfItsHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := newAccount(t, func(v recordedRequest) *fakeResponse {
			if v.hasAction("getmeas") {
				advance(20 * time.Second)
			}
			return okResponse(nothing)
		})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := firstPage(a.Measures(withings.WithBackground(t.Context()), time.Time{}, 0)); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		asked := time.Now()
		if _, err := firstPage(a.Nights(t.Context(), time.Time{}, 0)); err != nil {
			t.Error(err)
		}
		if waited := time.Since(asked); waited != 0 {
			t.Errorf("a poll waited %v for a page of the history", waited)
		}
		group.Wait()
	})
}

// TestBackgroundHoldsOnePage reads two histories at the same time: while one has
// a page, the other waits for its own, and a poll does not.
func TestBackgroundHoldsOnePage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := newAccount(t, always(func() *fakeResponse { return okResponse(nothing) }))
		foreground := t.Context()
		background := withings.WithBackground(foreground)
		held := 0
		read := func() {
			for _, err := range a.Measures(background, time.Time{}, 0) {
				if err != nil {
					t.Error(err)
				}
				if held++; held > 1 {
					t.Errorf("%d pages are held", held)
				}
				advance(time.Minute)
				if _, err := firstPage(a.Nights(foreground, time.Time{}, 0)); err != nil {
					t.Error(err)
				}
				held--
			}
		}
		began := time.Now()
		var group sync.WaitGroup
		for range 2 {
			group.Go(read)
		}
		group.Wait()
		if took := time.Since(began); took < 2*time.Minute {
			t.Errorf("two pages that take a minute each took %v", took)
		}
	})
}
