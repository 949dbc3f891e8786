// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// signInCloud is a cloud with scopes, and a token store with a version.
type signInCloud struct {
	*fakeCloud
	scopes  atomic.Value // []string
	version atomic.Int64
}

func newSignInCloud(scopes ...string) *signInCloud {
	a := &signInCloud{fakeCloud: &fakeCloud{user: "1"}}
	a.scopes.Store(scopes)
	return a
}

func (a *signInCloud) State() withings.AccountState {
	state := a.fakeCloud.State()
	state.Scopes, _ = a.scopes.Load().([]string)
	return state
}

func (a *signInCloud) tokenVersion(context.Context) string {
	return time.Duration(a.version.Load()).String()
}

var errForbidden = &withings.Error{Class: withings.Forbidden, Status: 403} //nolint:gochecknoglobals // an error

func TestSignInDuringRoundIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newSignInCloud()
		alice.measures = func(time.Time) (withings.Measures, error) {
			if alice.version.Add(1) == 1 { // refused, while another process signs in
				return withings.Measures{}, withings.ErrSignIn
			}
			return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, time.Now())}}, nil
		}
		p := withKeys(profile("Alice", alice), "weight_kg")
		p.TokenVersion, p.Schedule = alice.tokenVersion, dailySchedule{}
		h := newHarness()
		runFor(t, h.bridge(t, p), 10*time.Second, nil)
		if h.publisher.get("vitals2mqtt/alice/status") != "online" {
			t.Error("ten seconds after the sign-in the profile is not online")
		}
	})
}

// runUntilConsent runs a profile whose nights are refused until a wider
// consent.
func runUntilConsent(t *testing.T, alice *signInCloud, watched bool, during func()) {
	t.Helper()
	alice.nights = func(time.Time) (withings.Nights, error) {
		if scopes, _ := alice.scopes.Load().([]string); len(scopes) < 2 {
			return withings.Nights{}, errForbidden
		}
		return withings.Nights{}, nil
	}
	p := withKeys(profile("Alice", alice), "weight_kg", "sleep_score")
	if watched {
		p.TokenVersion = alice.tokenVersion
	}
	runFor(t, newHarness().bridge(t, p), 0, during)
}

func TestWiderConsentTriggersFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newSignInCloud("user.metrics")
		runUntilConsent(t, alice, true, func() {
			<-time.After(2 * time.Minute)
			alice.scopes.Store([]string{"user.metrics", "user.activity"})
			alice.version.Add(1)
			<-time.After(10 * time.Second)
			if got := alice.callCount("nights"); got != 2 {
				t.Errorf("the nights were fetched %d times ten seconds after the consent, want 2", got)
			}
		})
	})
}

// TestWiderConsentEndsPause expects a fetch after the next request, which loads
// the new token.
func TestWiderConsentEndsPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newSignInCloud("user.metrics")
		runUntilConsent(t, alice, false, func() {
			<-time.After(2 * time.Minute)
			alice.scopes.Store([]string{"user.metrics", "user.activity"})
			<-time.After(6 * time.Minute)
			if got := alice.callCount("nights"); got != 2 {
				t.Errorf("the nights were fetched %d times after the next poll, want 2", got)
			}
		})
	})
}

func TestRenewedTokenKeepsPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newSignInCloud("user.metrics")
		alice.measures = func(time.Time) (withings.Measures, error) {
			alice.version.Add(1)
			return withings.Measures{}, nil
		}
		runUntilConsent(t, alice, true, func() {
			<-time.After(time.Hour)
			if polls, nights := alice.callCount("measures"), alice.callCount("nights"); polls != 13 || nights != 1 {
				t.Errorf("%d polls and %d fetches of nights in an hour, want 13 and 1", polls, nights)
			}
		})
	})
}
