// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/health"
	"vitals2mqtt/simulator"
)

// runAndLog runs a bridge over the simulated cloud and returns its log.
func (h *simHarness) runAndLog(t *testing.T, profiles []bridge.Profile, during func(b *bridge.Bridge)) string {
	t.Helper()
	text := &bytes.Buffer{}
	o := h.options(profiles...)
	o.Log = zerolog.New(zerolog.SyncWriter(text)).Level(zerolog.InfoLevel)
	b := newBridge(t, o)
	runFor(t, b, 0, func() { during(b) })
	return text.String()
}

// checkNoSignInNeeded checks that no profile needs a sign-in.
func (h *simHarness) checkNoSignInNeeded(t *testing.T, b *bridge.Bridge) {
	t.Helper()
	for slug, p := range b.Health().Profiles {
		missing := p.Missing[bridge.ReasonSignInNeeded]
		if p.SignInNeeded || p.SignInURL != "" || len(missing) > 0 {
			t.Errorf("%s needs a sign-in: %+v", slug, p)
		}
		if got := h.publisher.get(h.tree.Diagnostic(slug, "authorization")); got != `{"value":"OFF"}` {
			t.Errorf("%s: authorization %s", slug, got)
		}
	}
}

// TestRefusedApplicationNeedsNoSignIn has a wrong secret for a while.
func TestRefusedApplicationNeedsNoSignIn(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"503": {Call: "v2/oauth2 *", Status: 503, Text: "Invalid Params: invalid client_secret"},
		"401": {Call: "v2/oauth2 *", Status: 401, Text: "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
				h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
				log := h.runAndLog(t, h.signIn(t), func(b *bridge.Bridge) {
					<-time.After(time.Hour)
					h.cloud.SetFaults(fault)
					<-time.After(5 * time.Hour) // the access tokens expire after three
					h.checkNoSignInNeeded(t, b)
					problems := b.Verdict().Findings
					if len(problems) != 1 || problems[0].Code != health.CodeApplicationCredentials ||
						problems[0].Text != "The Withings API does not accept this client id and secret." ||
						!strings.Contains(problems[0].Remedy, "withings.client_id") || problems[0].Since.IsZero() {
						t.Errorf("problems %+v", problems)
					}
					if got := h.publisher.get(h.tree.BridgeHealth()); strings.Count(got, `"code":"application_credentials"`) != 1 {
						t.Errorf("bridge/health: %s", got)
					}
					problem := h.publisher.get(h.tree.Diagnostic("alice", "sync_problem"))
					if strings.Count(problem, "client id and secret") != 1 || !strings.Contains(problem, `"ON"`) {
						t.Errorf("sync_problem %s", problem)
					}
					h.cloud.SetFaults()
					<-time.After(6 * time.Minute)
					if problems := b.Verdict().Findings; len(problems) != 0 {
						t.Errorf("afterwards: %+v", problems)
					}
					if got := h.publisher.get(h.tree.Diagnostic("alice", "sync_problem")); got != `{"value":"OFF"}` {
						t.Errorf("afterwards: %s", got)
					}
				})
				if n := strings.Count(log, `"level":"error"`); n != 1 || strings.Contains(log, "sign-in") ||
					strings.Contains(log, "login") || strings.Contains(log, `"level":"warn"`) ||
					strings.Count(log, "client id and secret accepted again") != 1 {
					t.Errorf("log:\n%s", log)
				}
			})
		})
	}
}

// TestRefreshRefusedForEveryProfileNeedsNoSignIn refuses every refresh for a
// while.
func TestRefreshRefusedForEveryProfileNeedsNoSignIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
		b := h.bridge(t, h.signIn(t)...)
		runFor(t, b, 0, func() {
			<-time.After(2*time.Hour + 54*time.Minute)
			h.cloud.SetFaults(simulator.RefuseRefresh(0))
			<-time.After(20 * time.Minute)
			h.checkNoSignInNeeded(t, b)
			if problems := b.Verdict().Findings; len(problems) != 1 || problems[0].Code != health.CodeRefreshRefused {
				t.Errorf("problems %+v", problems)
			}
			if got := h.publisher.get(h.tree.Diagnostic("alice", "sync_problem")); !strings.Contains(got, "retried") {
				t.Errorf("sync_problem %s", got)
			}
			h.cloud.SetFaults()
			if err := b.Refresh("", "", nil); err != nil { // a request does not wait for the next attempt
				t.Fatal(err)
			}
			<-time.After(time.Minute)
			for _, slug := range []string{"alice", "bob"} {
				if got := h.publisher.get(h.tree.Diagnostic(slug, "sync_problem")); got != `{"value":"OFF"}` {
					t.Errorf("%s, after the refresh button: %s", slug, got)
				}
			}
			if problems := b.Verdict().Findings; len(problems) != 0 {
				t.Errorf("afterwards: %+v", problems)
			}
		})
	})
}

// TestLastingRefusalNeedsSignIn refuses the refresh until a sign-in is needed,
// and accepts it again later.
func TestLastingRefusalNeedsSignIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
		b := h.bridge(t, h.signIn(t)...)
		authorization := h.tree.Diagnostic("alice", "authorization")
		runFor(t, b, 0, func() {
			<-time.After(2*time.Hour + 54*time.Minute)
			h.cloud.SetFaults(simulator.RefuseRefresh(0))
			<-time.After(3 * time.Hour)
			h.checkNoSignInNeeded(t, b)
			<-time.After(time.Hour)
			if got := h.publisher.get(authorization); !strings.Contains(got, `"ON"`) {
				t.Fatalf("after four hours: %s", got)
			}
			h.cloud.SetFaults()
			<-time.After(70 * time.Minute)
			if got := h.publisher.get(authorization); got != `{"value":"OFF"}` {
				t.Errorf("accepted for an hour: %s", got)
			}
		})
	})
}

// TestOneTokenRequestPerRound counts the requests to a hanging token endpoint.
func TestOneTokenRequestPerRound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
		h, alice := fullHarness(t)
		b := h.bridge(t, alice)
		<-time.After(4 * time.Hour) // the access token has expired
		h.cloud.SetFaults(simulator.Fault{Call: "v2/oauth2 *", Delay: time.Hour})
		tokenRequests := func(do func()) int {
			before := h.cloud.Requests()["v2/oauth2 refresh_token"]
			do()
			return h.cloud.Requests()["v2/oauth2 refresh_token"] - before
		}
		// The client repeats a request without a response once.
		if n := tokenRequests(func() {
			if err := b.Once(t.Context(), ""); err == nil {
				t.Error("no error")
			}
		}); n != 2 {
			t.Errorf("a single round made %d token requests, want 2", n)
		}
		<-time.After(time.Minute)
		// A poll at the start, and another one a minute later.
		if n := tokenRequests(func() { runFor(t, h.bridge(t, alice), 4*time.Minute, nil) }); n != 4 {
			t.Errorf("two polls made %d token requests, want 4", n)
		}
	})
}
