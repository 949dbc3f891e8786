package bridge_test

import (
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/signin"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

const callback = "http://127.0.0.1:8099/oauth/callback"

// simHarness is a house whose cloud is the simulated one, reached in process.
type simHarness struct {
	*harness
	cloud  *simulator.Cloud
	client *withings.Client
	tokens *tokenstore.Memory
}

func newSimHarness(t *testing.T, o simulator.Options) *simHarness {
	t.Helper()
	h := &simHarness{harness: newHarness(), cloud: simulator.New(o), tokens: tokenstore.NewMemory()}
	var err error
	h.client, err = withings.New(withings.Options{
		ClientID: h.cloud.ClientID(), ClientSecret: secret.New(h.cloud.ClientSecret()), Transport: h.cloud.Transport(),
		APIURL: "http://127.0.0.1:1", AccountURL: "http://127.0.0.1:1",
		OnRequest: func(r withings.Request) { h.requests.Count(r.Service, r.Action) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// signIn takes everybody through consent and returns their profiles.
func (h *simHarness) signIn(t *testing.T) []bridge.Profile {
	t.Helper()
	var people []signin.Profile
	for _, p := range h.cloud.People() {
		people = append(people, signin.Profile{Slug: strings.ToLower(p.Name), Name: p.Name})
	}
	desk := signin.New(signin.Options{Client: h.client, Store: h.tokens, RedirectURL: callback, Profiles: people})
	var profiles []bridge.Profile
	for _, p := range people {
		consent, _, err := desk.Start(p.Slug)
		if err != nil {
			t.Fatal(err)
		}
		link, err := url.Parse(consent)
		if err != nil {
			t.Fatal(err)
		}
		state := link.Query().Get("state")
		code, err := h.cloud.Consent(t.Context(), p.Name, callback, state)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Finish(t.Context(), state, code); err != nil {
			t.Fatal(err)
		}
		profiles = append(profiles, profile(p.Name, h.client.Account(p.Slug, h.tokens)))
	}
	return profiles
}

// sleepUntil moves a bubble's clock.
func sleepUntil(moment time.Time) { <-time.After(time.Until(moment)) } // clock: called in bubbles

// checkGolden compares a retained tree with a file, a line a topic.
func checkGolden(t *testing.T, name string, tree map[string]string) {
	t.Helper()
	var text strings.Builder
	for _, topic := range slices.Sorted(maps.Keys(tree)) {
		_, _ = fmt.Fprintf(&text, "%s %s\n", topic, tree[topic])
	}
	goldentest.Compare(t, filepath.Join("testdata", name), []byte(text.String()))
}

// TestGoldenWeek lets two people live through the week in which Berlin's clocks go
// back, polled every five minutes.
func TestGoldenWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
		sleepUntil(start)
		h := newSimHarness(t, simulator.Options{Seed: 7, Strict: true})
		b := h.bridge(t, h.signIn(t)...)
		before := h.cloud.Requests()
		runFor(t, b, 7*24*time.Hour-time.Second, nil)

		checkGolden(t, "week.txt", h.publisher.all())
		got := h.cloud.Requests()
		for name, count := range before {
			got[name] -= count
		}
		maps.DeleteFunc(got, func(_ string, count int) bool { return count == 0 })
		// 2,016 polls a person. The first fill pages through years of measures and
		// nights; a token of three hours is renewed at the first poll in its last
		// five minutes, every 175 minutes.
		// Once a day, from the second on, the last month is read again whole.
		const polls, renewals, again = 2 * 7 * 24 * 12, 2 * (7 * 24 * 60 / 175), 2 * 6
		want := map[string]int{
			"measure getmeas": polls + 5 + again, "v2/sleep getsummary": polls + 2 + again, "v2/sleep get": polls,
			"v2/oauth2 requesttoken": renewals, "v2/oauth2 refresh_token": renewals,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		if busiest := h.cloud.BusiestMinute(); busiest > 120 {
			t.Errorf("%d requests in a minute", busiest)
		}
	})
}
