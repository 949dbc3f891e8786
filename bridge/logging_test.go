// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// runAndReadLog runs one profile and returns its log lines, without debug
// lines. It holds that the page is told whatever the log says of values.
func runAndReadLog(t *testing.T, p bridge.Profile, d time.Duration) []string {
	t.Helper()
	return newHarness().runAndReadLog(t, p, d)
}

func (h *harness) runAndReadLog(t *testing.T, p bridge.Profile, d time.Duration) []string {
	t.Helper()
	text := &bytes.Buffer{}
	o := h.options(p)
	o.Log = zerolog.New(zerolog.SyncWriter(text)).Level(zerolog.InfoLevel)
	var told []string
	o.Published = func(profile string) { told = append(told, profile) }
	runFor(t, newBridge(t, o), d, nil)
	logged := strings.Count(text.String(), "values published")
	if !slices.Equal(told, slices.Repeat([]string{p.Slug}, logged)) {
		t.Errorf("the page was told %v, and %d changes were logged", told, logged)
	}
	return strings.Split(strings.TrimSpace(text.String()), "\n")
}

func TestChangingErrorTextIsLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			n++
			wait := time.Duration(400-n) * time.Second
			return withings.Measures{}, &withings.Error{Class: withings.Limited, Status: 601, RetryAfter: wait}
		}}
		lines := runAndReadLog(t, withKeys(profile("Alice", alice), "weight_kg"), time.Hour)
		if len(lines) != 1 || !strings.Contains(lines[0], "api_rate_limited") {
			t.Errorf("an hour of throttling logged %d lines:\n%s", len(lines), strings.Join(lines, "\n"))
		}
	})
}

func TestPausedEndpointIsNotLoggedAsRecovered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := &fakeCloud{user: "1", nights: failing[withings.Nights](errForbidden)}
		lines := runAndReadLog(t, withKeys(profile("Alice", alice), "weight_kg", "sleep_score"), 25*time.Hour)
		if len(lines) != 1 || strings.Contains(strings.Join(lines, ""), "recovered") {
			t.Errorf("a paused day logged %d lines:\n%s", len(lines), strings.Join(lines, "\n"))
		}
	})
}

// healthCountingPublisher counts the health reports.
type healthCountingPublisher struct {
	*fakePublisher
	topic   string
	reports int
}

func (c *healthCountingPublisher) Set(topic string, payload []byte) {
	c.fakePublisher.Set(topic, payload)
	c.mu.Lock()
	defer c.mu.Unlock()
	if topic == c.topic {
		c.reports++
	}
}

func TestHealthReportsAreCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		out := &healthCountingPublisher{fakePublisher: h.publisher, topic: h.tree.BridgeHealth()}
		var profiles []bridge.Profile
		for i := range 20 {
			p := profile(fmt.Sprintf("Profile %d", i), &fakeCloud{user: strconv.Itoa(i)})
			profiles = append(profiles, withKeys(p, "weight_kg"))
		}
		o := h.options(profiles...)
		o.Publisher = out
		b := newBridge(t, o)
		runFor(t, b, 2*time.Second, nil)
		if out.reports > 3 {
			t.Errorf("%d reports in two seconds", out.reports)
		}
		if got := strings.Count(h.publisher.get(h.tree.BridgeHealth()), `"next_poll"`); got != 20 {
			t.Errorf("the last report has the next poll of %d profiles, want 20", got)
		}
	})
}

// accountSwitchingCloud changes its account between two calls of State, once
// armed.
type accountSwitchingCloud struct {
	*fakeCloud
	armed bool
}

func (c *accountSwitchingCloud) State() withings.AccountState {
	state := c.fakeCloud.State()
	if c.armed {
		c.armed = false
		c.signIn("7")
	}
	return state
}

func TestResponseIsNotStoredForAnotherAccount(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &accountSwitchingCloud{fakeCloud: &fakeCloud{user: "1"}}
	alice.measures = func(time.Time) (withings.Measures, error) {
		if alice.user == "7" {
			return withings.Measures{}, nil
		}
		alice.armed = true
		return measuresOf(weighIn(1, 70000, testDay))(time.Time{})
	}
	b := h.bridge(t, withKeys(profile("Alice", alice), "weight_kg"))
	fetchOnce(t, b)
	if kept := string(h.store.files["alice"]); containsAll(kept, `"user_id":"7"`, `"weight_kg"`) {
		t.Errorf("the weight of account 1 was stored for account 7: %s", kept)
	}
	fetchOnce(t, b)
	if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "" {
		t.Errorf("the weight of account 1 is still published: %s", got)
	}
}
