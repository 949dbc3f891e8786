// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Reason says why a key has a value or not.
type Reason string

// The reasons, in the order in which they are checked.
const (
	ReasonNotConfigured Reason = "not_configured"   // not in the profile's measurements
	ReasonCurrent       Reason = "current"          // it has a value
	ReasonSignInNeeded  Reason = "sign_in_needed"   // never signed in, or not again
	ReasonScopeMissing  Reason = "scope_missing"    // the consent does not include the scope
	ReasonNotOnPlan     Reason = "not_on_plan"      // the endpoint is not available to this account
	ReasonFailing       Reason = "endpoint_failing" // the last response was an error
	// ReasonApplication: the client id and secret are refused, for every profile.
	ReasonApplication    Reason = "application_credentials"
	ReasonAmbiguousOnly  Reason = "ambiguous_only"      // only measurements that may belong to another user
	ReasonHidden         Reason = "hidden_by_policy"    // only measurements that the attribution policy holds back
	ReasonNotPolledYet   Reason = "not_asked_yet"       // no response yet
	ReasonNoPush         Reason = "needs_notifications" // only notifications deliver it, and they are not configured
	ReasonTrackerSilent  Reason = "tracker_silent"      // the tracker has not synced for more than two days
	ReasonNeverDelivered Reason = "never_delivered"     // the account has never had a value
)

// Explanation is the reason for one key.
type Explanation struct {
	Key    string `json:"key"`
	Reason Reason `json:"reason"`
	// Note adds details, "" without any.
	Note string `json:"note,omitempty"`
	// MeasuredAt is when a current value was measured.
	MeasuredAt time.Time `json:"measured_at,omitzero"`
}

// statusScopeRefused is the API status for a request outside the granted
// scopes.
const statusScopeRefused = 403

// reasonInput is what the reasons for a profile's keys depend on.
type reasonInput struct {
	wanted   keyFilter
	state    *profileState
	signedIn bool
	scopes   []string // granted; none when unknown
	push     bool     // notifications are configured
}

// explain finds the reason for a key, given the current readings.
func (a reasonInput) explain(key string, current readings) Explanation {
	if !a.wanted.Has(key) {
		return Explanation{Key: key, Reason: ReasonNotConfigured}
	}
	if reading, ok := current.of(key); ok {
		return Explanation{Key: key, Reason: ReasonCurrent, MeasuredAt: reading.MeasuredAt}
	}
	return a.explainMissing(key)
}

// explainMissing finds the reason for a key that is configured and has no
// value.
func (a reasonInput) explainMissing(key string) Explanation {
	if !a.signedIn {
		return Explanation{Key: key, Reason: ReasonSignInNeeded}
	}
	endpoints := sensors.EndpointsOf(key)
	if slices.Contains(endpoints, sensors.EndpointEvents) && !a.push {
		return Explanation{Key: key, Reason: ReasonNoPush, Note: "set notifications.public_url"}
	}
	for _, endpoint := range endpoints {
		if len(a.scopes) > 0 && !slices.Contains(a.scopes, endpoint.Scope()) {
			return Explanation{Key: key, Reason: ReasonScopeMissing, Note: "sign in again and allow " + endpoint.Scope()}
		}
		failure, broken := a.state.Failing[endpoint]
		switch {
		case !broken:
		case failure.Status == statusScopeRefused:
			return Explanation{Key: key, Reason: ReasonScopeMissing, Note: failure.Text}
		case failure.Class.facts() == health.FailureApplication:
			note := withings.ErrApplication.Error() + ": " + withings.ApplicationRemedy
			return Explanation{Key: key, Reason: ReasonApplication, Note: note}
		case failure.Class.facts() == health.FailureForbidden:
			return Explanation{Key: key, Reason: ReasonNotOnPlan, Note: failure.Text}
		default:
			return Explanation{Key: key, Reason: ReasonFailing, Note: failure.Text}
		}
	}
	if hidden, ambiguous := a.state.Sensors.IsKeyHeld(key); ambiguous {
		note := "it may belong to another user of the device; see withings.attributions"
		return Explanation{Key: key, Reason: ReasonAmbiguousOnly, Note: note}
	} else if hidden {
		return Explanation{Key: key, Reason: ReasonHidden, Note: "see withings.attributions"}
	}
	for _, endpoint := range endpoints {
		if endpoint != sensors.EndpointEvents && !a.state.isBackfilled(endpoint) {
			return Explanation{Key: key, Reason: ReasonNotPolledYet}
		}
	}
	if a.state.Sensors.HasStoppedCounting(key) {
		note := "the tracker last synced more than two days ago; sync it"
		return Explanation{Key: key, Reason: ReasonTrackerSilent, Note: note}
	}
	return Explanation{Key: key, Reason: ReasonNeverDelivered, Note: LeftOut(a.state.Sensors.LeftOut()).note(endpoints)}
}

// readings are the current readings of a profile and of its devices.
type readings struct {
	devices map[string]sensors.Reading // by key
	profile *sensors.Store
}

func (a reasonInput) current() readings {
	current := readings{devices: map[string]sensors.Reading{}, profile: a.state.Sensors}
	for _, device := range slices.Backward(a.state.Devices) { // the first one counts
		for _, reading := range device.Readings() {
			current.devices[reading.Key] = reading
		}
	}
	for _, reading := range a.state.Sensors.Beds() {
		if known, ok := current.devices[reading.Key]; a.push && (!ok || reading.MeasuredAt.After(known.MeasuredAt)) {
			current.devices[reading.Key] = reading
		}
	}
	return current
}

// of returns the reading of a key.
func (r readings) of(key string) (sensors.Reading, bool) {
	if reading, ok := r.devices[key]; ok {
		return reading, true
	}
	return r.profile.Current(key)
}

// missing lists those of the keys that have no value, by reason.
func (a reasonInput) missing(keys []string) map[Reason][]string {
	missing, current := map[Reason][]string{}, a.current()
	for _, key := range keys {
		if reason := a.explain(key, current).Reason; reason != ReasonCurrent {
			missing[reason] = append(missing[reason], key)
		}
	}
	return missing
}
