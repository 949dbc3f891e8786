// SPDX-License-Identifier: MIT

package bridge_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// TestPollAbsorbsSimultaneousHint has a watch that announces its steps all day.
// They are fetched once an hour, together with the polls.
func TestPollAbsorbsSimultaneousHint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := &fakeCloud{user: "1"}
		p, _ := withPush(withKeys(profile("Alice", cloud), "activity_steps_today"))
		p.RelaxedSchedule = alignedSchedule(time.Hour)
		b := newHarness().bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(9 * time.Minute)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 16, Received: time.Now()})
			<-time.After(21 * time.Minute) // the relaxed schedule applies from the next poll on
			const hours = 20
			before := cloud.callCount("activities")
			for range hours * 6 {
				<-time.After(9 * time.Minute)
				b.HandleHint(bridge.Hint{UserID: "1", Category: 16, Received: time.Now()})
				<-time.After(time.Minute)
			}
			if n := cloud.callCount("activities") - before; n != hours {
				t.Errorf("fetched %d times in %d hours, want %d", n, hours, hours)
			}
		})
	})
}

// TestSignInTakesPrecedenceOverPoll has another process sign in just before a
// poll that is due at the same time as the check for a new token.
func TestSignInTakesPrecedenceOverPoll(t *testing.T) {
	t.Parallel()
	for range 10 {
		synctest.Test(t, func(t *testing.T) {
			alice := newSignInCloud("user.metrics")
			alice.measures = func(time.Time) (withings.Measures, error) {
				if alice.version.Load() == 0 {
					return withings.Measures{}, withings.ErrSignIn
				}
				return withings.Measures{}, nil
			}
			var signIns atomic.Int32
			p := withKeys(profile("Alice", alice), "weight_kg")
			p.TokenVersion, p.OnSignIn = alice.tokenVersion, func() { signIns.Add(1) }
			runFor(t, newHarness().bridge(t, p), 0, func() {
				<-time.After(5*time.Minute - 2*time.Second)
				alice.version.Add(1)
				<-time.After(10 * time.Second)
				if n := alice.callCount("measures"); n != 2 || signIns.Load() != 1 {
					t.Errorf("%d fetches and %d sign-ins, want 2 and 1", n, signIns.Load())
				}
			})
		})
	}
}
