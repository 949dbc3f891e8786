// SPDX-License-Identifier: MIT

package bridge_test

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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

// simHarness is a harness with the simulated cloud, in the same process.
type simHarness struct {
	*harness
	cloud  *simulator.Cloud
	client *withings.Client
	tokens *tokenstore.Memory
}

func newSimHarness(t *testing.T, o simulator.Options) *simHarness {
	t.Helper()
	return newSimHarnessBehind(t, o, func(cloud http.RoundTripper) http.RoundTripper { return cloud })
}

// newSimHarnessBehind puts a transport between the client and the cloud.
func newSimHarnessBehind(
	tb testing.TB, o simulator.Options, wrap func(cloud http.RoundTripper) http.RoundTripper,
) *simHarness {
	tb.Helper()
	o.Knobs.Strict = true
	h := &simHarness{harness: newHarness(), cloud: simulator.New(o), tokens: tokenstore.NewMemory()}
	var perMinute int
	if o.Knobs.PerMinute < 0 {
		perMinute = math.MaxInt32
	}
	var err error
	h.client, err = withings.New(withings.Options{
		ClientID:     h.cloud.ClientID(),
		ClientSecret: secret.New(h.cloud.ClientSecret()),
		Transport:    wrap(h.cloud.Transport()),
		PerMinute:    perMinute,
		APIURL:       "http://127.0.0.1:1",
		AccountURL:   "http://127.0.0.1:1",
		OnRequest:    func(r withings.Request) { h.requests.Count(r.Service, r.Action) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// demoPeople are those of the demo, with a past of some days instead of years.
func demoPeople(days int) []simulator.Person {
	everyone := simulator.DemoPeople()
	for i := range everyone {
		everyone[i].Days = days
	}
	return everyone
}

// signIn signs all simulated people in and returns their profiles.
func (h *simHarness) signIn(tb testing.TB) []bridge.Profile {
	tb.Helper()
	var people []signin.Profile
	for _, p := range h.cloud.People() {
		people = append(people, signin.Profile{Slug: strings.ToLower(p.Name), Name: p.Name})
	}
	service := signin.New(signin.Options{Client: h.client, Store: h.tokens, RedirectURL: callback, Profiles: people})
	var profiles []bridge.Profile
	for _, p := range people {
		consent, _, err := service.Start(p.Slug)
		if err != nil {
			tb.Fatal(err)
		}
		link, err := url.Parse(consent)
		if err != nil {
			tb.Fatal(err)
		}
		state := link.Query().Get("state")
		code, err := h.cloud.Consent(tb.Context(), p.Name, callback, state)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := service.Finish(tb.Context(), state, code); err != nil {
			tb.Fatal(err)
		}
		profiles = append(profiles, profile(p.Name, h.client.Account(p.Slug, h.tokens)))
	}
	return profiles
}

// sleepUntil advances the clock of a bubble.
func sleepUntil(moment time.Time) { <-time.After(time.Until(moment)) } // clock: called in bubbles

// checkGolden compares a retained tree with a file that has one line per topic.
// strip, which may be nil, removes from both what is not compared.
func checkGolden(t *testing.T, name string, tree map[string]string, strip func(map[string]string) map[string]string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if strip == nil {
		goldentest.Compare(t, path, []byte(linesOf(tree)))
		return
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]string{}
	for line := range strings.Lines(string(golden)) {
		topic, payload, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		wanted[topic] = payload
	}
	want, got := linesOf(strip(wanted)), linesOf(strip(tree))
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the tree differs from %s (-want +got):\n%s", path, diff)
	}
}

// linesOf returns a retained tree, one line per topic.
func linesOf(tree map[string]string) string {
	var text strings.Builder
	for _, topic := range slices.Sorted(maps.Keys(tree)) {
		_, _ = fmt.Fprintf(&text, "%s %s\n", topic, tree[topic])
	}
	return text.String()
}

// firstMinute matches what was received while the history was read.
var firstMinute = regexp.MustCompile(`"received_at":"2026-10-21T09:00:\d\dZ"`)

// TestGoldenWeek runs two profiles through the week in which Berlin's clocks go
// back, polled every five minutes.
func TestGoldenWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
		sleepUntil(start)
		h := newSimHarness(t, simulator.Options{Seed: 7, Strict: true})
		profiles := h.signIn(t)
		interval := time.Duration(wholeOr(5, 60)) * time.Minute
		for i := range profiles {
			profiles[i].Schedule = everySchedule(interval)
		}
		b := h.bridge(t, profiles...)
		before := h.cloud.Requests()
		runFor(t, b, 7*24*time.Hour-time.Second, nil)

		tree := h.publisher.all()
		for topic, payload := range tree { // the histories of both wait for each other in any order
			tree[topic] = firstMinute.ReplaceAllString(payload, `"received_at":"2026-10-21T09:00:00Z"`)
		}
		if isWhole() {
			checkGolden(t, "week.txt", tree, nil)
		} else { // the same values, but fetched at other times
			checkGolden(t, "week.txt", tree, withoutTimes)
		}
		got := h.cloud.Requests()
		for name, count := range before {
			got[name] -= count
		}
		maps.DeleteFunc(got, func(_ string, count int) bool { return count == 0 })
		// The first fetch reads the last month, and then pages through years of
		// measures and nights; a token of three hours is refreshed at the first poll in
		// its last five minutes. Once a day, from the second day on, the last month is
		// reread. All of a night is read once.
		lifetime := (175*time.Minute + interval - 1).Truncate(interval)
		polls, renewals := 2*int(7*24*time.Hour/interval), 2*int((7*24*time.Hour-1)/lifetime)
		const again, nights = 2 * 6, 2 * 8
		want := map[string]int{
			"measure getmeas":         polls + 7 + again,
			"v2/sleep getsummary":     polls + 4 + again,
			"v2/sleep get":            polls + nights,
			"v2/oauth2 requesttoken":  renewals,
			"v2/oauth2 refresh_token": renewals,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		if busiest := h.cloud.BusiestMinute(); busiest > 120 {
			t.Errorf("%d requests in a minute", busiest)
		}
	})
}
