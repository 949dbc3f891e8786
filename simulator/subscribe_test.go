// SPDX-License-Identifier: MIT

package simulator

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSubscribeAsksTheListener(t *testing.T) {
	t.Parallel()
	redirect := func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/elsewhere") {
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	}
	code := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	slow := func(d time.Duration) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) { pause(r, d) }
	}
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		status int
		takes  time.Duration
	}{
		"200":          {code(200), 0, 0},
		"200 in time":  {slow(1900 * time.Millisecond), 0, 1900 * time.Millisecond},
		"200 too late": {slow(2100 * time.Millisecond), 293, 2 * time.Second},
		"silence":      {slow(time.Hour), 293, 2 * time.Second},
		"204":          {code(204), 293, 0},
		"redirect":     {redirect, 293, 0},
		"404":          {code(404), 293, 0},
		"405":          {code(405), 293, 0},
		"502":          {code(502), 293, 0},
		"hangs up":     {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 293, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, promptKnobs(), func(s *harness) {
				t := s.t
				s.listener.answerWith(row.answer)
				start := time.Now()
				status(t, s.ask(s.carol, "subscribe", listenerURL, 1), row.status, "")
				if took := time.Since(start); took != row.takes {
					t.Errorf("took %v, not %v", took, row.takes)
				}
				s.listener.mu.Lock()
				seen := slices.Clone(s.listener.seen)
				s.listener.mu.Unlock()
				if len(seen) != 1 || seen[0].method != http.MethodHead || seen[0].url != listenerURL || seen[0].body != "" {
					t.Errorf("the listener saw %+v", seen)
				}
				if listed := len(s.subscribedApplis(s.carol)) == 1; listed != (row.status == 0) {
					t.Errorf("subscribed: %v", listed)
				}
			})
		})
	}
}

// TestSubscribeOverSockets probes a real listener, and no address beyond
// loopback.
func TestSubscribeOverSockets(t *testing.T) {
	t.Parallel()
	l := &listener{}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	named := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	c, carol := carolCloud(t)
	ask := func(callback string) envelope {
		return call(t, c, "notify", carol.access, "action", "subscribe", "callbackurl", callback, "appli", "1")
	}
	status(t, ask(server.URL+"/w"), 0, "")
	status(t, ask(named+"/w"), 0, "")
	for _, elsewhere := range []string{"http://192.0.2.1/", "https://bridge.example.org/w", "http://[2001:db8::1]:80/"} {
		status(t, ask(elsewhere), 293, "")
	}
	server.Close()
	status(t, ask(server.URL+"/w"), 293, "")
	if len(l.seen) != 2 {
		t.Errorf("%d visits", len(l.seen))
	}
}

func TestSubscribeRefusals(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		long := listenerURL + strings.Repeat("x", 256-len(listenerURL))
		for _, row := range []struct {
			status int
			words  string
			pairs  []string
		}{
			{293, "Callback", []string{"appli", "1"}},
			{293, "Callback", []string{"appli", "1", "callbackurl", "bridge.example.org/w"}},
			{293, "Callback", []string{"appli", "1", "callbackurl", "ftp://bridge.example.org/w"}},
			{293, "Callback", []string{"appli", "1", "callbackurl", "https:///w"}},
			{293, "Callback", []string{"appli", "1", "callbackurl", long}},
			{0, "", []string{"appli", "1", "callbackurl", long[:255]}},
			{503, "missing appli", []string{"callbackurl", listenerURL}},
			{503, "invalid appli", []string{"callbackurl", listenerURL, "appli", "x"}},
			{503, "invalid appli", []string{"callbackurl", listenerURL, "appli", "97"}},
			{503, "invalid appli", []string{"callbackurl", listenerURL, "appli", "0"}},
			{403, "Insufficient_scope", []string{"callbackurl", listenerURL, "appli", "53"}},
			{304, "comment", []string{"callbackurl", listenerURL, "appli", "1", "comment", strings.Repeat("x", 256)}},
		} {
			pairs := append([]string{"action", "subscribe"}, row.pairs...)
			status(t, call(t, s.Cloud, "notify", s.carol, pairs...), row.status, row.words)
		}
		status(t, s.ask("", "subscribe", listenerURL, 1), 401, "invalid_token")
		if got := s.subscribedApplis(s.carol); len(got) != 1 {
			t.Errorf("subscribed %v", got)
		}
		if len(s.listener.seen) != 1 {
			t.Errorf("%d visits", len(s.listener.seen))
		}
	})
}

func TestScopesAllowApplis(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		for scope, opens := range map[string][]int{
			"user.info":        {46},
			"user.metrics":     {1, 2, 4, 54, 55, 58, 61, 62, 63},
			"user.activity":    {16, 44, 62},
			"user.sleepevents": {50, 51, 52},
		} {
			token := signIn(t, s.Cloud, "Carol", scope).access
			for _, appli := range allApplis() {
				want := 403
				if slices.Contains(opens, appli) {
					want = 0
				}
				if e := s.ask(token, "subscribe", listenerURL, appli); e.Status != want {
					t.Errorf("%d with %s: status %d %s", appli, scope, e.Status, e.Error)
				}
			}
			if n := len(s.subscribedApplis(token)); n < len(opens) {
				t.Errorf("list with %s has %d", scope, n)
			}
		}
	})
}

func TestTooManySubscriptions(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.Plant("Carol", "https://other.example.net/w", 1)
		s.subscribe(s.carol, allApplis()...)
		status(t, s.ask(s.carol, "subscribe", "https://third.example.net/w", 1), 305, "Too many")
		s.subscribe(s.carol, 1) // There already.
		s.subscribe(s.dave, 1)
		if n := len(s.subscribedApplis(s.carol)); n != 16 {
			t.Errorf("%d subscriptions", n)
		}
		s.SetKnobs(NotifyKnobs{Most: -1})
		status(t, s.ask(s.carol, "subscribe", "https://third.example.net/w", 1), 0, "")
	})
}

func TestListAndRevoke(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		if raw := text(t, s.Cloud, "notify", s.carol, "action", "list"); raw != `{"status":0,"body":{"profiles":[]}}` {
			t.Errorf("an empty list is %s", raw)
		}
		status(t, s.ask(s.carol, "subscribe", listenerURL, 44, "comment", "bridge"), 0, "")
		s.subscribe(s.carol, 1, 4)
		s.Plant("Carol", "https://other.example.net/w", 44)
		s.subscribe(s.dave, 16)
		want := `{"status":0,"body":{"profiles":[` +
			`{"appli":44,"callbackurl":"https:\/\/bridge.example.org\/notify\/invented",` +
			`"comment":"bridge","expires":2147483647},` +
			`{"appli":44,"callbackurl":"https:\/\/other.example.net\/w",` +
			`"comment":"another installation","expires":2147483647}]}}`
		if raw := text(t, s.Cloud, "notify", s.carol, "action", "list", "appli", "44"); raw != want {
			t.Errorf("%s\n%s", raw, want)
		}
		if got := s.subscribedApplis(s.carol); !slices.Equal(got, []int{44, 1, 4, 44}) {
			t.Errorf("%v", got)
		}
		status(t, s.ask(s.carol, "revoke", listenerURL, 16), 294, "")
		status(t, s.ask(s.carol, "revoke", "https://bridge.example.org/notify/other", 44), 294, "")
		status(t, s.ask(s.carol, "revoke", listenerURL, 44), 0, "")
		status(t, s.ask(s.carol, "revoke", listenerURL, 44), 294, "")
		if got := s.subscribedApplis(s.carol); !slices.Equal(got, []int{1, 4, 44}) {
			t.Errorf("%v", got)
		}
		status(t, call(t, s.Cloud, "notify", s.carol, "action", "revoke", "callbackurl", listenerURL), 0, "")
		if got := s.Subscriptions(); len(got) != 2 || !got[0].Foreign || got[1].UserID != s.user(1) || got[1].Category != 16 {
			t.Errorf("%v", got)
		}
	})
}

func TestVariantURLs(t *testing.T) {
	t.Parallel()
	k := promptKnobs()
	k.OddURLs = true
	inBubble(t, k, func(s *harness) {
		t := s.t
		for sent, listed := range map[string]string{
			"https://bridge.example.org/w":          "https://bridge.example.org/w/",
			"https://bridge.example.org/v/":         "https://bridge.example.org/v",
			"https://bridge.example.org/u?a=1&b=2":  "https://bridge.example.org/u/?b=2&a=1",
			"https://bridge.example.org/u/?b=3&a=1": "https://bridge.example.org/u?a=1&b=3",
		} {
			status(t, s.ask(s.carol, "subscribe", sent, 1), 0, "")
			rows := as[[]any](call(t, s.Cloud, "notify", s.carol, "action", "list").Body["profiles"])
			if row := as[map[string]any](rows[0]); row["callbackurl"] != listed {
				t.Errorf("%s came back as %v", sent, row["callbackurl"])
			}
			status(t, s.ask(s.carol, "revoke", listed, 1), 0, "")
		}
	})
}

// TestListenerMayCallCloudDuringProbe lets the listener call the cloud while
// the cloud waits for it.
func TestListenerMayCallCloudDuringProbe(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.listener.answerWith(func(http.ResponseWriter, *http.Request) { s.Now() })
		s.subscribe(s.carol, 1)
		s.listener.answerWith(func(http.ResponseWriter, *http.Request) { s.Withdraw("Carol") })
		status(t, s.ask(s.carol, "subscribe", listenerURL, 2), 401, "")
		if got := s.Subscriptions(); len(got) != 0 {
			t.Errorf("%v", got)
		}
	})
}

func TestWrongPath(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}}})
	status(t, call(t, c, "v2/notify", signIn(t, c, "Carol").access, "action", "list"), 403, "Insufficient_scope")
}
