// SPDX-License-Identifier: MIT

package bridge

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// How often the recent past is reread in full on request. A user may press the
// button a few times in a row, but an automation that requests a refresh every
// minute must not double the requests.
const (
	rereadBurst    = 3
	rereadInterval = 10 * time.Minute
)

// endpointHealth describes the last fetches of one endpoint.
type endpointHealth struct {
	startedAt       time.Time // when the last fetch began
	lastSuccess     time.Time
	fetchedAt       time.Time // when the fetch of lastSuccess began
	lastRoundStart  time.Time // when the round of lastSuccess began
	lastFailure     time.Time
	failure         error     // nil after a success
	incomplete      bool      // the last response was said to continue and did not
	pausedUntil     time.Time // not fetched before, after a refusal
	everyPollUntil  time.Time // fetched in every poll until then, because devices did not announce its data
	rereadRequested bool      // a user may have deleted something
	onlyForPolling  bool      // no key needs it: adaptive polling does
	rereadLimiter   *rate.Limiter
}

// lastAnswered is when the last fetch ended, successfully or not.
func (h *endpointHealth) lastAnswered() time.Time { return laterOf(h.lastSuccess, h.lastFailure) }

// isPaused reports whether the endpoint is not fetched, after a refusal.
func (h *endpointHealth) isPaused(now time.Time) bool { return now.Before(h.pausedUntil) }

// nextTry is when the endpoint is fetched again, zero for the next poll.
func (h *endpointHealth) nextTry() time.Time {
	return laterOf(h.pausedUntil, withings.RetryAt(h.failure, h.lastFailure))
}

// recordSuccess records a successful fetch. Intervals count from the start of
// the round, so that a request that had to wait does not delay the next round.
func (h *endpointHealth) recordSuccess(now, roundStart time.Time) {
	h.lastSuccess, h.lastRoundStart, h.fetchedAt = now, roundStart, h.startedAt
	h.failure, h.pausedUntil = nil, time.Time{}
}

// recordMore records whether the response was said to continue and did not, and
// reports whether that is new.
func (h *endpointHealth) recordMore(more bool) (isNew bool) {
	isNew = more && !h.incomplete
	h.incomplete = more
	return isNew
}

// endpointTable holds the endpoints that a profile needs. It has no lock; its
// keys never change.
type endpointTable map[sensors.Endpoint]*endpointHealth

func newEndpointTable(endpoints []sensors.Endpoint) endpointTable {
	table := endpointTable{}
	for _, endpoint := range endpoints {
		table[endpoint] = &endpointHealth{rereadLimiter: rate.NewLimiter(rate.Every(rereadInterval), rereadBurst)}
	}
	return table
}

// sorted returns the endpoints in a fixed order.
func (t endpointTable) sorted() []sensors.Endpoint { return slices.Sorted(maps.Keys(t)) }

// canRefresh reports whether an endpoint is in the table and can be fetched:
// events only arrive as notifications.
func (t endpointTable) canRefresh(endpoint sensors.Endpoint) bool {
	return endpoint != sensors.EndpointEvents && t[endpoint] != nil
}

// needsSignIn reports whether the user must consent again.
func (t endpointTable) needsSignIn() bool {
	for _, health := range t {
		if errors.Is(health.failure, withings.ErrSignIn) {
			return true
		}
	}
	return false
}

// hasPaused reports whether an endpoint is not fetched, after a refusal.
func (t endpointTable) hasPaused(now time.Time) bool {
	for _, health := range t {
		if health.isPaused(now) {
			return true
		}
	}
	return false
}

// endPauses makes every endpoint due again.
func (t endpointTable) endPauses() {
	for _, health := range t {
		health.pausedUntil = time.Time{}
	}
}

// lastSuccess is when any endpoint was last fetched successfully.
func (t endpointTable) lastSuccess() time.Time {
	var last time.Time
	for _, health := range t {
		last = laterOf(last, health.lastSuccess)
	}
	return last
}

// fetchedAt is when the last successful fetch of an endpoint began.
func (t endpointTable) fetchedAt(e sensors.Endpoint) time.Time {
	if health := t[e]; health != nil {
		return health.fetchedAt
	}
	return time.Time{}
}

// requestReread marks endpoints whose recent past must be reread, because
// something may have been deleted.
func (t endpointTable) requestReread(which func(sensors.Endpoint) bool) {
	for endpoint, health := range t {
		health.rereadRequested = health.rereadRequested || which(endpoint)
	}
}

// tokenNotStorable returns why the token is not refreshed: the new one could not
// be stored. A token that cannot be read is another matter.
func (t endpointTable) tokenNotStorable(account withings.AccountState) (since time.Time, err error) {
	for _, health := range t {
		if account.TokenError == nil && failureClassOf(health.failure) == classToken {
			since, err = earlierOf(since, health.lastFailure), health.failure
		}
	}
	return since, err
}

// refusedSince says since when the user must sign in, and since when the
// token's refresh is refused without that being final, with the next attempt;
// zero times if not.
type refusedSince struct{ signIn, undecided, nextTry time.Time }

// refusedSince returns what is refused now; failing holds the times.
func (t endpointTable) refusedSince(failing map[sensors.Endpoint]endpointFailure) (r refusedSince) {
	for endpoint, health := range t {
		since := cmp.Or(failing[endpoint].Since, health.lastFailure)
		switch {
		case errors.Is(health.failure, withings.ErrSignIn):
			r.signIn = earlierOf(r.signIn, since)
		case errors.Is(health.failure, withings.ErrRefused):
			r.undecided = earlierOf(r.undecided, since)
			r.nextTry = earlierOf(r.nextTry, health.nextTry())
		}
	}
	return r
}
