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
	NotConfigured Reason = "not_configured"   // the profile's measurements leave it out
	Current       Reason = "current"          // it has a value
	SignInNeeded  Reason = "sign_in_needed"   // nobody has signed in, or not again
	ScopeMissing  Reason = "scope_missing"    // the consent left the scope out
	NotOnPlan     Reason = "not_on_plan"      // the vendor does not open the service to this account
	Failing       Reason = "endpoint_failing" // the last answer was an error
	// Application is a problem of the whole program: the client id and secret are refused.
	Application   Reason = "application_credentials"
	AmbiguousOnly Reason = "ambiguous_only"      // only measurements that may be somebody else's
	Hidden        Reason = "hidden_by_policy"    // only measurements that the attribution policy holds back
	NotAskedYet   Reason = "not_asked_yet"       // the first answer is still to come
	NoPush        Reason = "needs_notifications" // only notifications bring it, and there are none
	Stopped       Reason = "tracker_silent"      // the tracker has delivered nothing for more than two days
	Never         Reason = "never_delivered"     // the cloud has never had a value
)

// Why is the reason for one key.
type Why struct {
	Key    string `json:"key"`
	Reason Reason `json:"reason"`
	// Note says more in words, "" when there is nothing to say.
	Note string `json:"note,omitempty"`
	// MeasuredAt is the age of a current value.
	MeasuredAt time.Time `json:"measured_at,omitzero"`
}

// trouble is what went wrong at an endpoint, as it is remembered.
type trouble struct {
	Since  time.Time `json:"since"`
	Class  string    `json:"class"`
	Status int       `json:"status,omitempty"` // the cloud's own number
	Text   string    `json:"text"`
}

// scopeRefused is the cloud's status for a call outside the consent.
const scopeRefused = 403

// account is what the reasons of a profile rest on.
type account struct {
	wants    func(key string) bool
	state    *sensors.State
	devices  []sensors.Device
	signedIn bool
	scopes   []string // granted; none when unknown
	push     bool
	failing  map[sensors.Endpoint]trouble
	filled   func(sensors.Endpoint) bool
}

// why finds the reason for a key.
func (a account) why(key string) Why {
	if !a.wants(key) {
		return Why{Key: key, Reason: NotConfigured}
	}
	if reading, ok := a.current(key); ok {
		return Why{Key: key, Reason: Current, MeasuredAt: reading.MeasuredAt}
	}
	if !a.signedIn {
		return Why{Key: key, Reason: SignInNeeded}
	}
	endpoints := sensors.EndpointsOf(key)
	if slices.Contains(endpoints, sensors.EndpointEvents) && !a.push {
		return Why{Key: key, Reason: NoPush, Note: "set notifications.public_url"}
	}
	for _, endpoint := range endpoints {
		if len(a.scopes) > 0 && !slices.Contains(a.scopes, endpoint.Scope()) {
			return Why{Key: key, Reason: ScopeMissing, Note: "sign in again and allow " + endpoint.Scope()}
		}
		failure, broken := a.failing[endpoint]
		switch {
		case !broken:
		case failure.Status == scopeRefused:
			return Why{Key: key, Reason: ScopeMissing, Note: failure.Text}
		case failure.Class == withings.Application.String():
			return Why{Key: key, Reason: Application, Note: withings.ErrApplication.Error() + ": " + withings.ApplicationRemedy}
		case failure.Class == withings.Forbidden.String():
			return Why{Key: key, Reason: NotOnPlan, Note: failure.Text}
		default:
			return Why{Key: key, Reason: Failing, Note: failure.Text}
		}
	}
	if hidden, ambiguous := a.state.IsKeyHeld(key); ambiguous {
		return Why{Key: key, Reason: AmbiguousOnly, Note: "it may be somebody else's; see withings.attributions"}
	} else if hidden {
		return Why{Key: key, Reason: Hidden, Note: "see withings.attributions"}
	}
	for _, endpoint := range endpoints {
		if endpoint != sensors.EndpointEvents && !a.filled(endpoint) {
			return Why{Key: key, Reason: NotAskedYet}
		}
	}
	if a.state.HasStoppedCounting(key) {
		return Why{Key: key, Reason: Stopped, Note: "the newest day with activity is more than two days ago; synchronize the tracker"}
	}
	return Why{Key: key, Reason: Never}
}

// current is the reading of a key, of the person or of one of the devices.
func (a account) current(key string) (sensors.Reading, bool) {
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

// account gathers what the reasons of a profile rest on. It wants p.mu held.
func (p *person) account() account {
	state := p.Cloud.State()
	return account{
		push: p.Push != nil, wants: p.wants, state: p.remember.State, devices: p.remember.Devices,
		signedIn: p.remember.UserID != "" && !p.signInNeeded(), scopes: state.Scopes,
		failing: p.remember.Failing, filled: p.remember.filled,
	}
}

// missing lists the keys without a value by reason, for those that are wanted.
func (p *person) missing() map[Reason][]string {
	missing := map[Reason][]string{}
	who := p.account()
	for _, key := range p.Keys {
		if why := who.why(key); why.Reason != Current {
			missing[why.Reason] = append(missing[why.Reason], key)
		}
	}
	return missing
}

// filled says whether an endpoint has ever answered.
func (r remembered) filled(endpoint sensors.Endpoint) bool { return r.Cursors[endpoint].Filled }

// Explain tells for every key of the catalogue, and for the profile's own ones,
// why it has a value or not, without a daemon: from what the last run remembered.
// The token is the profile's, the zero one when nobody has signed in.
func Explain(m Memory, profile Profile, token withings.Token) ([]Why, error) {
	kept := newRemembered()
	if _, err := m.Load(profile.Slug, &kept); err != nil {
		return nil, fmt.Errorf("reading what is remembered of %s: %w", profile.Slug, err)
	}
	if kept.State == nil {
		kept.State = sensors.NewState()
	}
	who := account{
		push: profile.Push != nil,
		wants: func(key string) bool {
			return slices.Contains(profile.Keys, key) || profile.Unlisted && strings.HasPrefix(key, "type_")
		},
		state: kept.State, devices: kept.Devices,
		signedIn: token.UserID != "" && !token.Refusals.Final && (kept.UserID == "" || kept.UserID == token.UserID),
		scopes:   token.Scopes, failing: kept.Failing, filled: kept.filled,
	}
	keys := sensors.Keys()
	for _, row := range profile.Extra {
		keys = append(keys, row.Key)
	}
	for _, reading := range kept.State.Readings() {
		if !slices.Contains(keys, reading.Key) {
			keys = append(keys, reading.Key)
		}
	}
	var whys []Why
	for _, key := range keys {
		whys = append(whys, who.why(key))
	}
	return whys, nil
}
