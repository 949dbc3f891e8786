// SPDX-License-Identifier: MIT

package withings

import (
	"fmt"
	"sync"
	"time"
)

// Refusals count how often the cloud has refused one refresh token. They are
// stored with it, so that neither a restart nor a command that runs beside the
// daemon starts over. The zero value is no refusal.
type Refusals struct {
	Count       int
	First, Last time.Time
	// Withdrawn is true when a data call refused the access token before its
	// expiry: two services agree that the consent is gone.
	Withdrawn bool
	// Final is true when the user must sign in again.
	Final bool
	// Status and Text are the last refusal's, without anything secret.
	Status int
	Text   string
}

// When refusals are final. The vendor has outages in which every refresh is
// refused; a needless sign-in costs more than hours of waiting.
const (
	refusalsNeeded, refusalSpan = 4, 3 * time.Hour
	// When a data call had refused the access token before its end, and no other
	// profile of the program is refused at the time.
	withdrawalsNeeded, withdrawalSpan = 3, 15 * time.Minute

	// initialRefusalBackoff is the pause after the first refusal. It grows
	// fourfold with each, up to refusalRetry, which is also how often a token
	// is tried that was refused for good.
	initialRefusalBackoff = time.Minute
	maxRefusalBackoff     = time.Hour
)

// add counts one more. Those counted by a clock that ran ahead are dropped.
func (r Refusals) add(failed *Error, withdrawn bool, now time.Time) Refusals {
	if r.Count == 0 || r.First.After(now) {
		r = Refusals{First: now, Final: r.Final}
	}
	r.Count, r.Last = r.Count+1, now
	r.Withdrawn = r.Withdrawn || withdrawn
	r.Status, r.Text = failed.Status, failed.Text
	return r
}

// isPending reports whether there are refusals that are not final.
func (r Refusals) isPending() bool { return r.Count > 0 && !r.Final }

// isConclusive reports whether there are enough. together is true when other
// profiles are refused too: then the cause is likely the cloud or the
// application.
func (r Refusals) isConclusive(othersRefused bool) bool {
	span := r.Last.Sub(r.First)
	if r.Withdrawn && !othersRefused && r.Count >= withdrawalsNeeded && span >= withdrawalSpan {
		return true
	}
	return r.Count >= refusalsNeeded && span >= refusalSpan
}

// backoff is how long after the last refusal the token is not tried again.
func (r Refusals) backoff() time.Duration {
	pause := initialRefusalBackoff
	for range r.Count - 1 {
		if pause *= 4; pause >= maxRefusalBackoff {
			break
		}
	}
	if r.Final {
		return maxRefusalBackoff
	}
	if decided := r.First.Add(withdrawalSpan).Sub(r.Last); r.Withdrawn && decided > 0 {
		// However often a person has tried, it is not asked later whether the
		// consent is gone.
		pause = min(pause, max(decided, initialRefusalBackoff))
	}
	return min(pause, maxRefusalBackoff)
}

// isBackingOff reports whether it is too early to retry. A last refusal in the
// future was recorded by a wrong clock.
func (r Refusals) isBackingOff(now time.Time) bool {
	since := now.Sub(r.Last)
	return r.Count > 0 && since >= 0 && since < r.backoff()
}

// refusalError returns the error for the refusals so far.
func (r Refusals) refusalError(now time.Time) error {
	cause := &Error{Service: tokenService, Action: tokenAction, Status: r.Status, HTTP: 200, Class: Auth, Text: r.Text}
	if r.Final {
		return fmt.Errorf("%w: %w", ErrSignIn, cause)
	}
	span := refusalSpan
	if r.Withdrawn {
		span = withdrawalSpan
	}
	next, until := r.Last.Add(r.backoff()), r.First.Add(span)
	if until.Before(next) {
		until = next
	}
	cause.Class, cause.RetryAfter = Temporary, max(next.Sub(now), time.Second)
	cause.Err = fmt.Errorf("%w; retrying, no new sign-in needed before %s", ErrRefused,
		until.UTC().Format("2006-01-02 15:04 MST"))
	return cause
}

// pendingRefusals are the profiles of a client whose refresh is being refused
// for a cause that is not known yet.
type pendingRefusals struct {
	mu       sync.Mutex
	profiles map[string]bool
}

func (u *pendingRefusals) set(profile string, refused bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.profiles == nil {
		u.profiles = map[string]bool{}
	}
	if refused {
		u.profiles[profile] = true
	} else {
		delete(u.profiles, profile)
	}
}

// hasOther reports whether another profile is among them.
func (u *pendingRefusals) hasOther(than string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := len(u.profiles)
	if u.profiles[than] {
		n--
	}
	return n > 0
}
