package bridge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Reason is why a key has a value or not.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	ReasonNotConfigured Reason = "not_configured"   // the profile's measurements leave it out
	ReasonCurrent       Reason = "current"          // it has a value
	ReasonSignInNeeded  Reason = "sign_in_needed"   // nobody has signed in, or not again
	ReasonScopeMissing  Reason = "scope_missing"    // the consent left the scope out
	ReasonNotOnPlan     Reason = "not_on_plan"      // the vendor does not open the service to this account
	ReasonFailing       Reason = "endpoint_failing" // the last answer was an error
	// ReasonApplication is a problem of the whole program: the client id and secret are refused.
	ReasonApplication    Reason = "application_credentials"
	ReasonAmbiguousOnly  Reason = "ambiguous_only"      // only measurements that may be somebody else's
	ReasonHidden         Reason = "hidden_by_policy"    // only measurements that the attribution policy holds back
	ReasonNotPolledYet   Reason = "not_asked_yet"       // the first answer is still to come
	ReasonNoPush         Reason = "needs_notifications" // only notifications bring it, and there are none
	ReasonTrackerSilent  Reason = "tracker_silent"      // the tracker has delivered nothing for more than two days
	ReasonNeverDelivered Reason = "never_delivered"     // the cloud has never had a value
)

// Explanation is the reason for one key.
type Explanation struct {
	Key    string `json:"key"`
	Reason Reason `json:"reason"`
	// Note says more in words, "" when there is nothing to say.
	Note string `json:"note,omitempty"`
	// MeasuredAt is the age of a current value.
	MeasuredAt time.Time `json:"measured_at,omitzero"`
}

// endpointFailure is what went wrong at an endpoint, as it is remembered.
type endpointFailure struct {
	Since  time.Time `json:"since"`
	Class  string    `json:"class"`
	Status int       `json:"status,omitempty"` // the cloud's own number
	Text   string    `json:"text"`
}

// statusScopeRefused is the cloud's status for a call outside the consent.
const statusScopeRefused = 403

// reasonInput is what the reasons of a profile rest on.
type reasonInput struct {
	isWanted     func(key string) bool
	state        *sensors.Store
	devices      []sensors.Device
	signedIn     bool
	scopes       []string // granted; none when unknown
	push         bool
	failing      map[sensors.Endpoint]endpointFailure
	isBackfilled func(sensors.Endpoint) bool
}

// explain finds the reason for a key.
func (a reasonInput) explain(key string) Explanation {
	if !a.isWanted(key) {
		return Explanation{Key: key, Reason: ReasonNotConfigured}
	}
	if reading, ok := a.current(key); ok {
		return Explanation{Key: key, Reason: ReasonCurrent, MeasuredAt: reading.MeasuredAt}
	}
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
		failure, broken := a.failing[endpoint]
		switch {
		case !broken:
		case failure.Status == statusScopeRefused:
			return Explanation{Key: key, Reason: ReasonScopeMissing, Note: failure.Text}
		case failure.Class == withings.Application.String():
			return Explanation{Key: key, Reason: ReasonApplication, Note: withings.ErrApplication.Error() + ": " + withings.ApplicationRemedy}
		case failure.Class == withings.Forbidden.String():
			return Explanation{Key: key, Reason: ReasonNotOnPlan, Note: failure.Text}
		default:
			return Explanation{Key: key, Reason: ReasonFailing, Note: failure.Text}
		}
	}
	if hidden, ambiguous := a.state.IsKeyHeld(key); ambiguous {
		return Explanation{Key: key, Reason: ReasonAmbiguousOnly, Note: "it may be somebody else's; see withings.attributions"}
	} else if hidden {
		return Explanation{Key: key, Reason: ReasonHidden, Note: "see withings.attributions"}
	}
	for _, endpoint := range endpoints {
		if endpoint != sensors.EndpointEvents && !a.isBackfilled(endpoint) {
			return Explanation{Key: key, Reason: ReasonNotPolledYet}
		}
	}
	if a.state.HasStoppedCounting(key) {
		return Explanation{Key: key, Reason: ReasonTrackerSilent, Note: "the newest day with activity is more than two days ago; synchronize the tracker"}
	}
	return Explanation{Key: key, Reason: ReasonNeverDelivered}
}

// current is the reading of a key, of the person or of one of the devices.
func (a reasonInput) current(key string) (sensors.Reading, bool) {
	for _, device := range a.devices {
		if row, _ := sensors.Lookup(key); row.Scope != sensors.ScopeDevice {
			break
		}
		for _, reading := range device.Readings() {
			if reading.Key == key {
				return reading, true
			}
		}
	}
	return a.state.Current(key)
}

// reasonInputLocked gathers what the reasons of a profile rest on. It wants p.mu held.
func (p *poller) reasonInputLocked() reasonInput {
	state := p.Cloud.State()
	return reasonInput{
		push: p.Push != nil, isWanted: p.isWanted, state: p.state.Sensors, devices: p.state.Devices,
		signedIn: p.state.UserID != "" && !p.needsSignInLocked(), scopes: state.Scopes,
		failing: p.state.Failing, isBackfilled: p.state.isBackfilled,
	}
}

// missingLocked lists the keys without a value by reason, for those that are wanted.
func (p *poller) missingLocked() map[Reason][]string {
	missing := map[Reason][]string{}
	input := p.reasonInputLocked()
	for _, key := range p.Keys {
		if explanation := input.explain(key); explanation.Reason != ReasonCurrent {
			missing[explanation.Reason] = append(missing[explanation.Reason], key)
		}
	}
	return missing
}

// isBackfilled says whether an endpoint has ever answered.
func (r profileState) isBackfilled(endpoint sensors.Endpoint) bool {
	return r.Cursors[endpoint].Backfilled
}

// Explain tells for every key of the catalogue, and for the profile's own ones,
// why it has a value or not, without a daemon: from what the last run remembered.
// The token is the profile's, the zero one when nobody has signed in.
func Explain(m StateStore, profile Profile, token withings.Token) ([]Explanation, error) {
	state := newProfileState()
	if _, err := m.Load(profile.Slug, &state); err != nil {
		return nil, fmt.Errorf("reading what is remembered of %s: %w", profile.Slug, err)
	}
	if state.Sensors == nil {
		state.Sensors = sensors.NewStore()
	}
	input := reasonInput{
		push: profile.Push != nil,
		isWanted: func(key string) bool {
			return slices.Contains(profile.Keys, key) || profile.Unlisted && strings.HasPrefix(key, "type_")
		},
		state: state.Sensors, devices: state.Devices,
		signedIn: token.UserID != "" && !token.Refusals.Final && (state.UserID == "" || state.UserID == token.UserID),
		scopes:   token.Scopes, failing: state.Failing, isBackfilled: state.isBackfilled,
	}
	keys := sensors.Keys()
	for _, row := range profile.Extra {
		keys = append(keys, row.Key)
	}
	for _, reading := range state.Sensors.Readings() {
		if !slices.Contains(keys, reading.Key) {
			keys = append(keys, reading.Key)
		}
	}
	var explanations []Explanation
	for _, key := range keys {
		explanations = append(explanations, input.explain(key))
	}
	return explanations, nil
}
