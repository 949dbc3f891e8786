// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// withoutTimes removes from a tree what depends on when data was fetched rather
// than on the data.
func withoutTimes(tree map[string]string) map[string]string {
	received := regexp.MustCompile(`"received_at":"[^"]*",?`)
	clean := map[string]string{}
	for topic, payload := range tree {
		if strings.Contains(topic, "/bridge/health") || strings.Contains(topic, "/last_sync") {
			continue
		}
		clean[topic] = received.ReplaceAllString(payload, "")
	}
	return clean
}

// runWeek runs a bridge for a week of a seed's people; inject runs beside it.
func runWeek(t *testing.T, inject func(h *simHarness)) map[string]string {
	t.Helper()
	var tree map[string]string
	synctest.Test(t, func(t *testing.T) {
		// Europe's clocks go forward on the 29th.
		days := wholeOr(7, 2)
		sleepUntil(time.Date(2026, 3, wholeOr(25, 28), 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 11, Strict: true})
		b := h.bridge(t, h.signIn(t)...)
		end := time.Now().Add(time.Duration(days)*24*time.Hour - time.Second)
		runFor(t, b, 0, func() {
			if inject != nil {
				inject(h)
			}
			sleepUntil(end)
		})
		tree = withoutTimes(h.publisher.all())
	})
	return tree
}

func TestWeekOfFaultsEndsInSameTree(t *testing.T) {
	t.Parallel()
	calm := runWeek(t, nil)
	random := rand.New(rand.NewPCG(1, 2))
	stormy := runWeek(t, func(h *simHarness) {
		faults := []simulator.Fault{
			{Call: "*", Status: 2555},
			{Call: "*", HTTP: 502},
			{Call: "*", HTTP: 429, RetryAfter: 4 * time.Minute},
			{Call: "*", Reset: true},
			{Call: "*", Status: 601, Wait: 3 * time.Minute},
			{Call: "*", Lost: true},
			{Call: "*", Delay: 2 * time.Minute},
			{Call: "*", Status: 401, Times: 5},
			{Call: "measure *", Shape: simulator.ShapeTruncated},
			{Call: "v2/sleep *", Shape: simulator.ShapeHTML},
			{Call: "measure *", Shape: simulator.ShapeNumbersAsText},
			{Call: "v2/oauth2 *", HTTP: 503},
			{Call: "v2/oauth2 *", Status: 601, Wait: time.Minute},
			{Call: "v2/sleep *", Status: 503},
			{Call: "*", Shape: simulator.ShapeNoBody, Times: 1, Person: "Alice"},
		}
		for range wholeOr(200, 55) {
			h.cloud.SetFaults(faults[random.IntN(len(faults))])
			<-time.After(time.Duration(random.IntN(20)) * time.Minute)
			h.cloud.SetFaults()
			<-time.After(time.Duration(random.IntN(20)) * time.Minute)
		}
	})
	if diff := cmp.Diff(calm, stormy); diff != "" {
		t.Errorf("the week with faults ends differently (-without +with):\n%s", diff)
	}
}

func TestRefusedRefreshNeedsSignInForOneProfile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
		b := h.bridge(t, h.signIn(t)...)
		runFor(t, b, 0, func() {
			<-time.After(time.Hour)
			h.cloud.Withdraw("Alice")
			<-time.After(30 * time.Minute)
			if got := h.publisher.get("vitals2mqtt/alice/status"); got != "offline" {
				t.Errorf("alice's status is %q", got)
			}
			if got := h.publisher.get("vitals2mqtt/alice/authorization/detail"); !strings.Contains(got, `"ON"`) {
				t.Errorf("alice's authorization is %s", got)
			}
			if got := h.publisher.get("vitals2mqtt/bob/status"); got != "online" {
				t.Errorf("bob's status is %q", got)
			}
			if h.publisher.get("vitals2mqtt/alice/weight_kg") == "" {
				t.Error("alice's last weight was cleared")
			}
		})
	})
}

func TestThrottledTokenEndpointNeedsNoSignIn(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"throttled": {Call: "v2/oauth2 *", Status: 601, Wait: 188 * time.Second}, "down": {Call: "v2/oauth2 *", HTTP: 502},
		"silent": {Call: "v2/oauth2 *", Delay: time.Hour}, "torn": {Call: "v2/oauth2 *", Shape: simulator.ShapeTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
				h := newSimHarness(t, simulator.Options{Seed: 3, People: demoPeople(5)})
				b := h.bridge(t, h.signIn(t)...)
				runFor(t, b, 0, func() {
					<-time.After(2 * time.Hour)
					h.cloud.SetFaults(fault)
					<-time.After(5 * time.Hour) // the access token expires after one of them
					if got := h.publisher.get("vitals2mqtt/alice/authorization/detail"); got != `{"value":"OFF"}` {
						t.Errorf("with a token endpoint that is %s, a sign-in is needed: %s", name, got)
					}
					if got := h.publisher.get("vitals2mqtt/alice/sync_problem/detail"); !strings.Contains(got, `"ON"`) {
						t.Errorf("the problem is not reported: %s", got)
					}
					h.cloud.SetFaults()
					<-time.After(16 * time.Minute)
					if got := h.publisher.get("vitals2mqtt/alice/sync_problem/detail"); got != `{"value":"OFF"}` {
						t.Errorf("afterwards: %s", got)
					}
				})
			})
		})
	}
}

// TestKilledBetweenRefreshAndSave loses the response to a token refresh. The
// old refresh token stays valid for eight hours.
func TestKilledBetweenRefreshAndSave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
		profiles := h.signIn(t)
		<-time.After(2*time.Hour + 56*time.Minute)
		h.cloud.SetFaults(simulator.Fault{Call: "v2/oauth2 *", Lost: true})
		doomed, kill := context.WithTimeout(t.Context(), 5*time.Second)
		defer kill()
		_ = h.bridge(t, profiles...).Once(doomed, "alice") // killed during the refresh
		h.cloud.SetFaults()
		<-time.After(time.Hour)
		// A new process, with only the stored token and state.
		fresh := profiles[0]
		fresh.Cloud = h.client.Account("alice", h.tokens)
		if err := h.bridge(t, fresh).Once(t.Context(), "alice"); err != nil {
			t.Errorf("after the restart: %v", err)
		}
		if h.publisher.get("vitals2mqtt/alice/weight_kg") == "" {
			t.Error("no weight after the restart")
		}
	})
}

// TestCrashAtAnyInstantEndsInSameTree kills the bridge at random times, and
// expects the tree of a run without crashes.
func TestCrashAtAnyInstantEndsInSameTree(t *testing.T) {
	t.Parallel()
	live := func(restarts int) map[string]string {
		var tree map[string]string
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
			h := newSimHarness(t, simulator.Options{Seed: 5, Strict: true, People: demoPeople(20)})
			profiles := h.signIn(t)
			end := time.Now().Add(24 * time.Hour)
			random := rand.New(rand.NewPCG(uint64(restarts), 1))
			for range restarts {
				// Delays make crashes happen between request and response.
				h.cloud.SetFaults(simulator.Fault{Call: "*", Delay: time.Duration(random.IntN(3000)) * time.Millisecond})
				for i := range profiles {
					profiles[i].Cloud = h.client.Account(profiles[i].Slug, h.tokens)
				}
				ctx, crash := context.WithTimeout(t.Context(), time.Duration(random.IntN(9000))*time.Millisecond)
				_ = h.bridge(t, profiles...).Run(ctx)
				crash()
				<-time.After(5 * time.Minute)
			}
			h.cloud.SetFaults()
			for i := range profiles {
				profiles[i].Cloud = h.client.Account(profiles[i].Slug, h.tokens)
			}
			runFor(t, h.bridge(t, profiles...), time.Until(end), nil)
			tree = withoutTimes(h.publisher.all())
		})
		return tree
	}
	calm, crashing := live(0), live(60)
	started := regexp.MustCompile(`"started_at":"[^"]*",`)
	for _, tree := range []map[string]string{calm, crashing} {
		maps.DeleteFunc(tree, func(topic, _ string) bool { return strings.HasSuffix(topic, "/bridge/info") })
		for topic, payload := range tree {
			tree[topic] = started.ReplaceAllString(payload, "")
		}
	}
	if diff := cmp.Diff(calm, crashing); diff != "" {
		t.Errorf("the tree differs after sixty crashes (-without +with):\n%s", diff)
	}
}

var _ bridge.Cloud = (*withings.Account)(nil)
