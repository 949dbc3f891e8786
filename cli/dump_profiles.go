// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/sensors"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// profileDump is a profile without private data.
type profileDump struct {
	Number   int    `json:"person"`
	Schedule string `json:"schedule"`
	Units    string `json:"units"`
	// Keys are in the catalogue; OtherKeys counts the user's own.
	Keys      []string `json:"keys"`
	OtherKeys int      `json:"other_keys"`
	Token     string   `json:"token"` // "whole", "none", "damaged", "newer" or "unreadable"
	// RenewedAgo and ExpiresIn are relative to now.
	RenewedAgo string   `json:"token_renewed_ago,omitempty"`
	ExpiresIn  string   `json:"token_ends_in,omitempty"`
	Scopes     []string `json:"scopes,omitempty"`
	// Values counts the keys by the reason that they have a value, or none.
	Values map[bridge.Reason]int `json:"values,omitempty"`
	// LeftOut counts what was received and is not published.
	LeftOut bridge.LeftOut `json:"left_out,omitempty"`
}

// dumpProfiles describes all profiles.
func dumpProfiles(ctx context.Context, c *config.Config, now time.Time) (dumps []profileDump) {
	stored, done, err := daemon.OpenStored(ctx, c)
	if err != nil {
		stored = bridge.Stored{State: checkpoint.OpenReadOnly(c.StateDir)}
	}
	defer done()
	for i, p := range c.Withings.Profiles {
		d := profileDump{Number: i + 1, Schedule: redactSchedule(p.Schedule.Spec), Units: string(p.Units)}
		for _, key := range p.Measurements {
			if _, known := sensors.Lookup(key); known {
				d.Keys = append(d.Keys, key)
			} else {
				d.OtherKeys++
			}
		}
		token, storedAt, err := tokenstore.Peek(c.StateDir, p.Slug)
		d.Token = tokenState(err)
		if err == nil {
			d.RenewedAgo, d.ExpiresIn = formatSpan(now.Sub(storedAt)), formatSpan(token.Expiry.Sub(now))
			for _, scope := range token.Scopes {
				if slices.Contains(withings.ScopesWithEvents(), scope) {
					d.Scopes = append(d.Scopes, scope)
				}
			}
		}
		if explanations, err := stored.Explain(ctx, daemon.Profile(c, &p), token); err == nil {
			d.Values = map[bridge.Reason]int{}
			for _, why := range explanations {
				d.Values[why.Reason]++
			}
		}
		if leftOut, err := stored.LeftOut(ctx, daemon.Profile(c, &p)); err == nil {
			d.LeftOut = leftOut
		}
		dumps = append(dumps, d)
	}
	return dumps
}

func tokenState(err error) string {
	_, damaged := errors.AsType[*tokenstore.DamagedError](err)
	_, newer := errors.AsType[*tokenstore.NewerError](err)
	switch {
	case err == nil:
		return "whole"
	case newer:
		return "newer"
	case damaged:
		return "damaged"
	case errors.Is(err, withings.ErrNoToken):
		return "none"
	}
	return "unreadable"
}

// formatSpan rounds to minutes: exact times would reveal habits.
func formatSpan(d time.Duration) string { return d.Truncate(time.Minute).String() }

// bridgeDump is the last health report of the daemon.
type bridgeDump struct {
	Age        string              `json:"reported_ago"`
	LastMinute int                 `json:"requests_last_minute"`
	Requests   int                 `json:"requests"`
	Profiles   []profileHealthDump `json:"people"`
}

// profileHealthDump is the health of one profile.
type profileHealthDump struct {
	Number      int                     `json:"person"`
	Status      string                  `json:"status"`
	NeedsSignIn bool                    `json:"sign_in_needed"`
	LastSync    string                  `json:"last_sync_ago,omitempty"`
	HeldBack    int                     `json:"held_back"`
	Endpoints   map[string]endpointDump `json:"endpoints"`
	Missing     map[bridge.Reason]int   `json:"missing,omitempty"`
	Push        *pushDump               `json:"push,omitempty"`
}

type endpointDump struct {
	Success string `json:"last_success_ago,omitempty"`
	Failure string `json:"last_error_ago,omitempty"`
	Class   string `json:"class,omitempty"`
	// Status and HTTP are the API's status numbers, without its text.
	Status int `json:"status,omitempty"`
	HTTP   int `json:"http,omitempty"`
}

type pushDump struct {
	Healthy          bool   `json:"healthy"`
	Problem          bool   `json:"problem"`
	LastAudit        string `json:"last_audit_ago,omitempty"`
	LastNotification string `json:"last_notification_ago,omitempty"`
}

// dumpBridge reads the health report, nil when there is none.
func dumpBridge(c *config.Config, text []byte, now time.Time) *bridgeDump {
	var health bridge.Health
	if text == nil || json.Unmarshal(text, &health) != nil {
		return nil
	}
	d := &bridgeDump{Age: ago(health.UpdatedAt, now), LastMinute: health.RequestsLastMinute}
	for count := range maps.Values(health.Requests) {
		d.Requests += count
	}
	for i, p := range c.Withings.Profiles {
		state, ok := health.Profiles[p.Slug]
		if !ok {
			continue
		}
		account := profileHealthDump{
			Number:      i + 1,
			Status:      knownWord(state.Status, "online", "offline"),
			NeedsSignIn: state.SignInNeeded,
			HeldBack:    state.HeldBack,
			LastSync:    ago(state.LastSync, now),
			Endpoints:   map[string]endpointDump{},
			Missing:     map[bridge.Reason]int{},
		}
		for name, endpoint := range state.Endpoints {
			if sensors.Endpoint(name).Scope() != "" {
				account.Endpoints[name] = dumpEndpoint(endpoint, now)
			}
		}
		for reason, keys := range state.Missing {
			if reasonText(reason) != "" {
				account.Missing[reason] = len(keys)
			}
		}
		if state.Push != nil {
			account.Push = &pushDump{
				Healthy:          state.Push.Healthy,
				Problem:          state.Push.Problem != "",
				LastAudit:        ago(state.Push.LastAudit, now),
				LastNotification: ago(state.Push.LastNotification, now),
			}
		}
		d.Profiles = append(d.Profiles, account)
	}
	return d
}

func dumpEndpoint(e bridge.EndpointHealth, now time.Time) endpointDump {
	state := endpointDump{Success: ago(e.LastSuccess, now), Failure: ago(e.LastError, now)}
	if e.Error == "" {
		return state
	}
	state.Class = knownWord(e.Class, bridge.FailureClasses()...)
	state.Status, state.HTTP = e.Status, e.HTTP
	return state
}

// knownWord replaces unknown words.
func knownWord(word string, known ...string) string {
	if slices.Contains(known, word) {
		return word
	}
	return "another"
}

// ago is the age of a time, "" for none.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return formatSpan(now.Sub(at))
}

// brokerDump is what the broker permits and retains.
type brokerDump struct {
	Connection    string `json:"connection"`
	Publish       bool   `json:"publish"`
	Retain        bool   `json:"retain"`
	Will          bool   `json:"will"`
	Refused       int    `json:"refused_subscriptions"`
	Denied        int    `json:"denied_documents"`
	Documents     int    `json:"discovery_documents"`
	State         string `json:"bridge_state"`
	HomeAssistant string `json:"home_assistant"`
}

func dumpBroker(of *diagnosis) *brokerDump {
	tree, found := daemon.Tree(of.config), of.probe
	d := &brokerDump{
		Connection:    "whole",
		Publish:       found.Published,
		Retain:        found.Retained,
		Will:          found.WillDelivered,
		Refused:       len(found.DeniedFilters),
		Denied:        len(found.Denied),
		State:         retainedStatus(of.retained(tree.BridgeState())),
		HomeAssistant: retainedStatus(of.retained(of.config.HomeAssistant.BirthTopic)),
	}
	switch {
	case errors.Is(of.probeErr, mqtt.ErrNotAuthorized):
		d.Connection = "refused"
	case of.probeErr != nil:
		d.Connection = "unreachable"
	case len(found.RetainedMessages) == 0 && !found.Published && len(found.DeniedFilters) == 0:
		d.Connection = "not tried, or all access denied"
	}
	for _, m := range found.RetainedMessages {
		if _, document := tree.DocumentID(m.Topic); document {
			d.Documents++
		}
	}
	return d
}

// retainedStatus is the payload of a status topic.
func retainedStatus(payload []byte) string {
	if payload == nil {
		return "nothing"
	}
	return knownWord(string(payload), "online", "offline")
}
