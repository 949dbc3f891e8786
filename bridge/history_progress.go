// SPDX-License-Identifier: MIT

package bridge

import (
	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
)

// HistoryState is how far the first reading of an endpoint's history is.
type HistoryState string

// The states of a history.
const (
	HistoryDone    HistoryState = "done"
	HistoryReading HistoryState = "reading" // now, in the background
	HistoryWaiting HistoryState = "waiting" // for the next poll, or for another history
	HistoryLimited HistoryState = "limited" // the quota of the Withings API is used up
	HistorySignIn  HistoryState = "sign_in" // waits for a sign-in
	HistoryFailing HistoryState = "failing" // retried after the next poll
	HistoryRefused HistoryState = "refused" // the account has no access
)

// EndpointHistory is the state of one endpoint's history.
type EndpointHistory struct {
	Endpoint sensors.Endpoint
	State    HistoryState
}

// progressLocked returns the states of the histories that the profile needs, in
// the order of their reading. p.mu must be held.
func (p historyFill) progressLocked() (all []EndpointHistory) {
	reading := p.filling
	for _, e := range endpoints() {
		state, needed := p.endpoints[e.name]
		if e.history == nil || !needed {
			continue
		}
		one := EndpointHistory{e.name, HistoryWaiting}
		switch {
		case p.state.isBackfilled(e.name):
			one.State = HistoryDone
		case state.failure != nil:
			one.State = failedHistory(failureClassOf(state.failure).facts())
		case reading && !state.lastSuccess.IsZero():
			one.State, reading = HistoryReading, false // one after the other
		}
		all = append(all, one)
	}
	return all
}

// failedHistory is the state of a history whose endpoint fails.
func failedHistory(class health.FailureClass) HistoryState {
	switch class {
	case health.FailureForbidden:
		return HistoryRefused
	case health.FailureLimited:
		return HistoryLimited
	case health.FailureConsent:
		return HistorySignIn
	case health.FailureOther, health.FailureApplication, health.FailureUnreachable:
	}
	return HistoryFailing
}
