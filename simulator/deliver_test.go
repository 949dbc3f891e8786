// SPDX-License-Identifier: MIT

package simulator

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// weighCarol subscribes Carol's weight, weighs her, and returns when.
func (s *harness) weighCarol() time.Time {
	s.t.Helper()
	s.subscribe(s.carol, 1)
	s.listener.posts()
	s.listener.born = time.Now()
	s.Measure("Carol", 88, "3.1", s.Now())
	return s.Now()
}

func TestRetryRounds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		each   time.Duration // that an attempt takes
	}{
		"refused": {answerStatus(500), 0},
		"slow": {func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				pause(r, time.Minute)
			}
		}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, promptKnobs(), func(s *harness) {
				t := s.t
				s.listener.answerWith(row.answer)
				s.weighCarol()
				<-time.After(24 * time.Hour)
				posts := s.listener.posts()
				if len(posts) != 10 {
					t.Fatalf("%d attempts", len(posts))
				}
				before := -row.each
				for i, earliest := range []time.Duration{
					0, 0, 10 * time.Second, 0, 2 * time.Minute, 0, 62 * time.Minute, 0, 243 * time.Minute, 0,
				} {
					latest := earliest + []time.Duration{0, 0, 9 * time.Minute, 18 * time.Minute, 27 * time.Minute}[i/2]
					if i%2 == 1 {
						latest = earliest
					}
					if gap := posts[i].after - before - row.each; gap < earliest || gap > latest {
						t.Errorf("attempt %d after %v, not %v to %v", i, gap, earliest, latest)
					}
					if before = posts[i].after; posts[i].body != posts[0].body {
						t.Errorf("attempt %d has another body: %s", i, posts[i].body)
					}
				}
				if n := s.Notified(); n.Noticed != 1 || n.Failed != 10 || n.GivenUp != 1 || n.Delivered != 0 || n.Waiting != 0 {
					t.Errorf("%+v", n)
				}
			})
		})
	}
}

func TestWhatCountsAsDelivered(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		posts  int
	}{
		"200":     {nil, 1},
		"204":     {answerStatus(204), 1},
		"301":     {answerStatus(301), 1},
		"399":     {answerStatus(399), 1},
		"400":     {answerStatus(400), 10},
		"in time": {func(_ http.ResponseWriter, r *http.Request) { pause(r, 1999*time.Millisecond) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, promptKnobs(), func(s *harness) {
				t := s.t
				s.listener.answerWith(row.answer)
				s.weighCarol()
				<-time.After(24 * time.Hour)
				if posts := s.listener.posts(); len(posts) != row.posts {
					t.Errorf("%d posts: %+v", len(posts), posts)
				}
			})
		})
	}
}

func TestRetryUntilItArrives(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		failures := 3
		s.listener.answerWith(func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && failures > 0 {
				failures--
				panic(http.ErrAbortHandler)
			}
		})
		s.weighCarol()
		<-time.After(24 * time.Hour)
		if posts := s.listener.posts(); len(posts) != 4 || posts[3].after != 10*time.Second {
			t.Errorf("%+v", posts)
		}
		if n := s.Notified(); n.Failed != 3 || n.Delivered != 1 || n.GivenUp != 0 {
			t.Errorf("%+v", n)
		}
	})
}

func TestRevokedIsNotRetried(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.listener.answerWith(answerStatus(500))
		s.weighCarol()
		<-time.After(time.Minute)
		status(t, s.ask(s.carol, "revoke", listenerURL, 1), 0, "")
		s.subscribe(s.carol, 1) // A new subscription does not take over the retries.
		s.listener.posts()
		<-time.After(24 * time.Hour)
		if posts := s.listener.posts(); len(posts) != 0 {
			t.Errorf("%+v", posts)
		}
	})
}

func TestLastingFailureCancels(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 1, 4)
		s.Plant("Carol", "https://other.example.net/w", 1)
		s.listener.answerWith(answerStatus(503))
		day := func() {
			s.Measure("Carol", 88, "3.1", s.Now())
			<-time.After(24 * time.Hour)
		}
		for range 10 {
			day()
		}
		s.listener.answerWith(nil)
		day()
		s.listener.answerWith(answerStatus(503))
		for range 19 {
			day()
		}
		if got := s.subscribedApplis(signIn(t, s.Cloud, "Carol").access); !slices.Equal(got, []int{1, 4, 1}) {
			t.Errorf("cancelled too soon: %v", got)
		}
		day()
		day()
		if got := s.subscribedApplis(signIn(t, s.Cloud, "Carol").access); !slices.Equal(got, []int{4, 1}) {
			t.Errorf("after 20 days: %v", got)
		}
		if n := s.Notified(); n.Cancelled != 1 || n.Lapsed != 0 {
			t.Errorf("%+v", n)
		}
	})
}

func TestLapse(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Lapse: 5}, func(s *harness) {
		t := s.t
		s.subscribe(s.carol, allApplis()...)
		s.subscribe(s.dave, allApplis()...)
		s.Plant("Carol", "https://other.example.net/w", 1)
		all := len(s.Subscriptions())
		<-time.After(10 * 24 * time.Hour)
		left := s.Subscriptions()
		if n := len(left); n < all/3 || n > all*9/10 {
			t.Errorf("%d of %d left", n, all)
		}
		if !slices.ContainsFunc(left, func(i SubscriptionInfo) bool { return i.Foreign }) {
			t.Error("the planted one has lapsed")
		}
		if n := s.Notified(); n.Lapsed != all-len(left) || n.Cancelled != 0 {
			t.Errorf("%+v", n)
		}
	})
}

// TestRunStopsMidPost stops during a post, which is repeated by the next Run.
func TestRunStopsMidPost(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.listener.answerWith(func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				pause(r, time.Hour)
			}
		})
		at := s.weighCarol()
		<-time.After(time.Second)
		s.stop()
		if n := s.Notified(); n.Failed != 0 || n.Waiting != 1 {
			t.Errorf("%+v", n)
		}
		s.listener.posts()
		s.listener.answerWith(nil)
		s.Measure("Carol", 88, "3.2", at.Add(-time.Hour))
		s.expect("not running")
		s.run()
		s.expect("both", s.span(1, at, at), s.span(1, at.Add(-time.Hour), at.Add(-time.Hour)))
	})
}

// TestOutboxIsBounded fills the outbox.
func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 55)
		s.stop()
		for range 10_007 {
			s.SendNotification("Carol", 55, nil)
		}
		if n := s.Notified(); n.Waiting != 10_000 || n.Lost != 7 {
			t.Errorf("%+v", n)
		}
	})
}

func TestAdvanceNotifiesAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{}, func(s *harness) {
		s.subscribe(s.carol, 1)
		s.listener.posts()
		at := s.Now().Add(20 * time.Hour)
		s.Measure("Carol", 88, "3.1", at)
		s.expect("too early")
		s.Advance(21 * time.Hour)
		s.expect("passed by", s.span(1, at, at))
	})
}

func TestSameSeedSamePosts(t *testing.T) {
	t.Parallel()
	play := func(t *testing.T) (list []posted) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			people := DemoPeople()
			for i := range people {
				people[i].Days = 5
			}
			k := NotifyKnobs{Lost: 20, Unknown: 10, Empty: 10, Copies: 2, Shuffle: 5 * time.Minute, Lapse: 2}
			s := newHarness(t, k, people...)
			s.listener.answerWith(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && time.Now().Unix()/3600%5 == 0 {
					w.WriteHeader(http.StatusBadGateway)
				}
			})
			s.subscribe(s.carol, allApplis()...)
			s.subscribe(s.dave, allApplis()...)
			<-time.After(4 * 24 * time.Hour)
			list = s.listener.posts()
		})
		return list
	}
	first, second := play(t), play(t)
	same := slices.EqualFunc(first, second, func(a, b posted) bool { return a.after == b.after && a.body == b.body })
	if !same || len(first) < 300 {
		t.Errorf("%d and %d posts", len(first), len(second))
	}
}
