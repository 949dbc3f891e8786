// SPDX-License-Identifier: MIT

package simulator

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/notify"
)

const listenerURL = "https://bridge.example.org/notify/invented"

// posted is a request as a listener saw it.
type posted struct {
	after  time.Duration // since the listener was made
	method string
	url    string
	body   string
	form   url.Values
}

// listener is the subscribed HTTP handler.
type listener struct {
	born time.Time

	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request) // nil = 200
	seen   []posted
}

// clock: asserted in bubbles only
func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(raw))
	l.mu.Lock()
	l.seen = append(l.seen, posted{time.Since(l.born), r.Method, "https://" + r.Host + r.URL.Path, string(raw), form})
	answer := l.answer
	l.mu.Unlock()
	if answer != nil {
		answer(w, r)
	}
}

// answerWith sets the answer from now on; nil = 200.
func (l *listener) answerWith(answer func(w http.ResponseWriter, r *http.Request)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = answer
}

// posts are those that came since the last call.
func (l *listener) posts() []posted {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := slices.DeleteFunc(l.seen, func(p posted) bool { return p.method != http.MethodPost })
	l.seen = nil
	return kept
}

// bodies are the posts as sorted forms.
func (l *listener) bodies() []string {
	list := []string{}
	for _, p := range l.posts() {
		list = append(list, p.body)
	}
	return list
}

// answerStatus answers POST with a status.
func answerStatus(status int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(status)
		}
	}
}

// promptKnobs deliver at once.
func promptKnobs() NotifyKnobs { return NotifyKnobs{Delay: -1} }

// harness is a cloud that delivers, with two people of whom nothing happens by
// itself.
type harness struct {
	*Cloud
	t           *testing.T
	listener    *listener
	carol, dave string // access tokens
	stop        func()
}

// inBubble runs a test in a bubble, at noon, with two people who own a mat.
func inBubble(t *testing.T, k NotifyKnobs, run func(s *harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(12 * time.Hour)
		people := []Person{{Name: "Carol", Days: -1, Mat: true}, {Name: "Dave", Days: -1, Mat: true}}
		run(newHarness(t, k, people...))
	})
}

func newHarness(t *testing.T, k NotifyKnobs, people ...Person) *harness {
	t.Helper()
	l := &listener{born: time.Now()}
	c := newCloud(Options{People: people, Callbacks: HandlerTransport(l), Knobs: Knobs{PerMinute: -1, Notify: k}})
	s := &harness{Cloud: c, t: t, listener: l}
	s.carol = signIn(t, c, people[0].Name).access
	if len(people) > 1 {
		s.dave = signIn(t, c, people[1].Name).access
	}
	s.run()
	t.Cleanup(func() { s.stop() })
	return s
}

// run delivers until stop.
func (s *harness) run() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	s.stop = func() {
		cancel()
		running.Wait()
	}
}

// subscribe subscribes numbers with a token.
func (s *harness) subscribe(token string, applis ...int) {
	s.t.Helper()
	for _, appli := range applis {
		status(s.t, s.ask(token, "subscribe", listenerURL, appli), 0, "")
	}
}

// ask is a call of /notify.
func (s *harness) ask(token, action, callback string, appli int, pairs ...string) envelope {
	s.t.Helper()
	pairs = append([]string{"action", action, "callbackurl", callback, "appli", strconv.Itoa(appli)}, pairs...)
	return call(s.t, s.Cloud, "notify", token, pairs...)
}

// subscribedApplis are those that are subscribed.
func (s *harness) subscribedApplis(token string) []int {
	s.t.Helper()
	list := []int{}
	for _, row := range as[[]any](call(s.t, s.Cloud, "notify", token, "action", "list").Body["profiles"]) {
		list = append(list, int(whole(as[map[string]any](row), "appli")))
	}
	return list
}

// allApplis are all that can be subscribed.
func allApplis() []int {
	var list []int
	for appli := range 100 {
		if len(notify.ScopesOf(appli)) > 0 {
			list = append(list, appli)
		}
	}
	return list
}

// user is the user id of Carol (0) or Dave (1).
func (s *harness) user(i int) string { return s.People()[i].UserID }

// pause waits, or until the request is cancelled.
func pause(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}
