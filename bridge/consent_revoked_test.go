// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/simulator"
)

// TestRevokedConsentIsNoticed sends two notifications of a revoked consent: a
// false one, and one after the consent was really revoked.
func TestRevokedConsentIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newSimHarness(t, simulator.Options{Seed: 7, People: []simulator.Person{{Name: "Alice", Scale: true, Days: 3}}})
		profiles := h.signIn(t)
		profiles[0].Schedule = everySchedule(24 * time.Hour)
		profiles[0].Push = func() bridge.PushState { return bridge.PushState{Healthy: true} }
		b := h.bridge(t, profiles...)
		unlinked := bridge.Hint{UserID: h.cloud.People()[0].UserID, Category: 46}
		state := func() string { return h.publisher.get(h.tree.Diagnostic("alice", "authorization")) }
		runFor(t, b, 0, func() {
			<-time.After(time.Hour)
			unlinked.Received = time.Now()
			b.HandleHint(unlinked)
			<-time.After(10 * time.Minute)
			if got := state(); !strings.Contains(got, `"value":"OFF"`) {
				t.Errorf("a notification alone has ended the consent: %s", got)
			}
			h.cloud.Withdraw("Alice")
			unlinked.Received = time.Now()
			b.HandleHint(unlinked)
			<-time.After(3 * time.Minute)
			if got := h.publisher.get(h.tree.Diagnostic("alice", "sync_problem")); !strings.Contains(got, "refresh_retrying") {
				t.Errorf("three minutes after the end of the consent: %s", got)
			}
			<-time.After(22 * time.Minute)
			if got := state(); !strings.Contains(got, `"value":"ON"`) || !strings.Contains(got, "vitals2mqtt login alice") {
				t.Errorf("25 minutes after the end of the consent: %s", got)
			}
		})
	})
}
