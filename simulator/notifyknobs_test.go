// SPDX-License-Identifier: MIT

package simulator

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// weights lets so many weights arrive, a minute apart, and returns when each
// was taken.
func (s *harness) weights(n int) []time.Time {
	s.subscribe(s.carol, 1)
	s.listener.posts()
	s.listener.born = time.Now()
	var taken []time.Time
	for range n {
		taken = append(taken, s.Now())
		s.Measure("Carol", 88, "3.1", s.Now())
		<-time.After(time.Minute)
	}
	return taken
}

func TestCopies(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Copies: 8}, func(s *harness) {
		at := s.weighCarol()
		s.expect("eight at once", slices.Repeat([]string{s.span(1, at, at)}, 8)...)
	})
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		k        NotifyKnobs
		from, to time.Duration
	}{
		"none":  {NotifyKnobs{Delay: -1}, 0, 0},
		"usual": {NotifyKnobs{}, 30 * time.Second, 90 * time.Second},
		"given": {NotifyKnobs{Delay: 10 * time.Minute}, 10 * time.Minute, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, row.k, func(s *harness) {
				t := s.t
				taken := s.weights(30)
				<-time.After(time.Hour)
				posts := s.listener.posts()
				shortest, longest := time.Hour, time.Duration(0)
				for _, p := range posts {
					i := slices.IndexFunc(taken, func(at time.Time) bool { return unix(at) == p.form.Get("startdate") })
					delay := s.listener.born.Add(p.after).Sub(taken[i])
					shortest, longest = min(shortest, delay), max(longest, delay)
				}
				if len(posts) != 30 || shortest < row.from || longest > row.to {
					t.Errorf("%d posts after %v to %v", len(posts), shortest, longest)
				}
				if row.to > row.from && longest-shortest < (row.to-row.from)/2 {
					t.Errorf("no variation: %v to %v", shortest, longest)
				}
			})
		})
	}
}

func TestShuffle(t *testing.T) {
	t.Parallel()
	for shuffle, overtakes := range map[time.Duration]bool{0: false, 10 * time.Minute: true} {
		inBubble(t, NotifyKnobs{Delay: -1, Shuffle: shuffle}, func(s *harness) {
			t := s.t
			s.weights(30)
			<-time.After(time.Hour)
			posts := s.listener.posts()
			ordered := slices.IsSortedFunc(posts, func(a, b posted) int {
				return strings.Compare(a.form.Get("startdate"), b.form.Get("startdate"))
			})
			if len(posts) != 30 || ordered == overtakes {
				t.Errorf("shuffled by %v, %d posts in order: %v", shuffle, len(posts), ordered)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Unreadable: 20 * time.Second}, func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 1, 44)
		s.listener.posts()
		<-time.After(time.Minute)
		at := s.Now()
		id := s.Measure("Carol", 88, "3.1", at)
		s.Night("Carol", at)
		synctest.Wait()
		if n := len(s.listener.posts()); n != 2 {
			t.Errorf("%d posts", n)
		}
		rows := func() (int, int) {
			return len(measuresOf(t, s.Cloud, s.carol)), len(nightsOf(t, s.Cloud, s.carol, "lastupdate", "1"))
		}
		<-time.After(19 * time.Second)
		if a, b := rows(); a+b != 0 {
			t.Errorf("too early: %d, %d", a, b)
		}
		if e := call(t, s.Cloud, "measure", s.carol, "action", "getmeas"); whole(e.Body, "updatetime") != s.Now().Unix() {
			t.Errorf("the clock lags: %v", e.Body)
		}
		<-time.After(time.Second)
		if a, b := rows(); a != 1 || b != 1 {
			t.Errorf("in time: %d, %d", a, b)
		}
		s.Delete(id)
		if a, _ := rows(); a != 0 {
			t.Error("deleted and there")
		}
	})
}

func TestUnknownAppli(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Unknown: 100}, func(s *harness) {
		at := s.weighCarol()
		s.expect("unknown", s.span(97, at, at))
	})
}

func TestEmptyPosts(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Empty: 100}, func(s *harness) {
		t := s.t
		at := s.weighCarol()
		synctest.Wait()
		if got, want := s.listener.bodies(), []string{"", s.span(1, at, at)}; !slices.Equal(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
		s.listener.answerWith(func(w http.ResponseWriter, _ *http.Request) {
			s.listener.answerWith(nil) // The first is not repeated.
			w.WriteHeader(http.StatusBadRequest)
		})
		s.Measure("Carol", 88, "3.1", at)
		s.expect("refused", "", s.span(1, at, at))
	})
}

func TestLostAndOtherChances(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{Delay: -1, Lost: 100}, func(s *harness) {
		t := s.t
		s.weighCarol()
		s.expect("lost")
		if n := s.Notified(); n.Noticed != 1 || n.Lost != 1 {
			t.Errorf("%+v", n)
		}
	})
	inBubble(t, NotifyKnobs{Delay: -1, Lost: 30, Unknown: 30, Empty: 30}, func(s *harness) {
		t := s.t
		s.weights(200)
		unknown, empty, sound := 0, 0, 0
		for _, p := range s.listener.posts() {
			switch {
			case p.body == "":
				empty++
			case p.form.Get("appli") == "97":
				unknown++
			default:
				sound++
			}
		}
		n := s.Notified()
		for _, part := range []int{unknown, empty, n.Lost} {
			if part < 20 || part > 80 {
				t.Errorf("%d unknown, %d empty, %d as usual, %+v", unknown, empty, sound, n)
			}
		}
		if n.Lost+unknown+sound != 200 {
			t.Errorf("%d unknown, %d as usual, %+v", unknown, sound, n)
		}
	})
}

func TestSpoofedBodies(t *testing.T) {
	t.Parallel()
	c, _ := carolCloud(t)
	bodies := map[string]bool{}
	known, actions, broken := 0, 0, 0
	for i := range int64(500) {
		body := c.SpoofedBody(i)
		bodies[body] = true
		form, err := url.ParseQuery(body)
		switch {
		case err != nil:
			broken++
		case form.Get("action") != "":
			actions++
		case form.Get("userid") == c.People()[0].UserID:
			known++
		}
	}
	if len(bodies) < 450 || known < 50 || actions < 20 || broken < 20 {
		t.Errorf("%d different, %d of Carol, %d actions, %d broken", len(bodies), known, actions, broken)
	}
	if again := c.SpoofedBody(3); again != c.SpoofedBody(3) {
		t.Error("bodies are not numbered")
	}
}

func TestControlNotifications(t *testing.T) {
	t.Parallel()
	inBubble(t, NotifyKnobs{}, func(s *harness) {
		t := s.t
		do := func(name, body string) map[string]any {
			t.Helper()
			code, answer := command(t, s.Cloud, name, body)
			if code != http.StatusOK {
				t.Fatalf("%s: HTTP %d %v", name, code, answer)
			}
			return answer
		}
		do("notify", `{"delay": "-1s"}`)
		s.subscribe(s.carol, 1, 50, 51, 55)
		s.listener.posts()
		at, mat := s.Now(), s.mat(s.carol)
		if got := do("bed", `{"person": "Carol", "event": "in"}`); got["subscriptions"] != 1.0 {
			t.Errorf("heard by %v", got)
		}
		earlier := at.Add(-time.Hour).Format(time.RFC3339)
		do("bed", `{"person": "carol", "event": "out", "device": "`+mat+`", "at": "`+earlier+`"}`)
		do("tell", `{"person": "Carol", "category": 55, "fields": {"deviceid": "x"}}`)
		s.expect("commands", s.body(0, 50, "date", unix(at), "deviceid", mat), s.body(0, 55, "deviceid", "x"),
			s.body(0, 51, "date", unix(at.Add(-time.Hour)), "deviceid", mat))
		do("plant", `{"person": "Dave", "callbackurl": "https://other.example.net/w", "category": 16}`)
		if got := do("tell", `{"person": "Dave", "category": 16}`); got["subscriptions"] != 0.0 {
			t.Errorf("heard by %v", got) // another installation's is not posted to
		}
		list := as[[]any](do("subscriptions", "")["subscriptions"])
		if last := as[map[string]any](list[4]); len(list) != 5 || last["foreign"] != true || last["category"] != 16.0 ||
			last["userid"] != s.user(1) || last["callbackurl"] != "https://other.example.net/w" {
			t.Errorf("%v", list)
		}
		got := as[map[string]any](do("notified", "")["notified"])
		if got["noticed"] != 3.0 || got["delivered"] != 3.0 {
			t.Errorf("%v", got)
		}
		for _, row := range []struct{ name, body, words string }{
			{"bed", `{"person": "Carol", "event": "up"}`, `unknown event "up"`},
			{"bed", `{"person": "Erin", "event": "in"}`, "Erin"},
			{"bed", `{"person": "Carol", "event": "in", "device": "Body"}`, "Aura Sensor V2"},
			{"tell", `{"person": "Carol", "category": 53}`, "53"},
			{"plant", `{"person": "Carol", "category": 1, "callbackurl": "x"}`, "callback URL"},
			{"plant", `{"person": "Carol", "category": 99, "callbackurl": "https://a.example/"}`, "99"},
			{"plant", `{"person": "Erin", "callbackurl": "https://a.example.org/", "category": 1}`, "Erin"},
			{"notify", `{"lost": 101}`, "lost"},
			{"notify", `{"copies": 101}`, "101"},
			{"notify", `{"delay": 5}`, "a duration"},
		} {
			code, answer := command(t, s.Cloud, row.name, row.body)
			if words, _ := answer["error"].(string); code != http.StatusBadRequest || !strings.Contains(words, row.words) {
				t.Errorf("%s %s: HTTP %d %v", row.name, row.body, code, answer)
			}
		}
	})
}

// TestNapsInLiveMode compares bed events with the naps that Live adds.
func TestNapsInLiveMode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		person := DemoPeople()[0]
		person.Days = 3
		s := newHarness(t, promptKnobs(), person)
		s.subscribe(s.carol, 44, 50, 51)
		<-time.After(16 * time.Hour)
		s.listener.posts()
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second+1)
		defer cancel()
		s.Live(ctx, time.Second)
		synctest.Wait()
		naps, stays := 0, map[string]string{}
		posts := s.listener.posts()
		for _, p := range posts {
			if appli := p.form.Get("appli"); appli != "44" {
				stays[appli] = p.form.Get("date")
			}
		}
		for _, p := range posts {
			if p.form.Get("appli") == "44" && p.form.Get("startdate") == stays["50"] && p.form.Get("enddate") == stays["51"] {
				naps++
			}
		}
		if naps != 1 || len(posts) != 3 {
			t.Errorf("%+v", posts)
		}
	})
}
