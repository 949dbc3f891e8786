package cli

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/sensors"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// personDump is a person without anything that is the person's.
type personDump struct {
	Person   int    `json:"person"`
	Schedule string `json:"schedule"`
	Units    string `json:"units"`
	// Keys are those of the catalogue; Others counts the user's own.
	Keys   []string `json:"keys"`
	Others int      `json:"other_keys"`
	Token  string   `json:"token"` // "whole", "none", "damaged" or "unreadable"
	// Renewed and Ends are ages of the token.
	Renewed string   `json:"token_renewed_ago,omitempty"`
	Ends    string   `json:"token_ends_in,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// Values counts the keys by whether, and if not why not, they have a value.
	Values map[bridge.Reason]int `json:"values,omitempty"`
}

// peopleOf describes everybody, and returns what must not be in any bundle.
func peopleOf(c *config.Config, now time.Time) (people []personDump, secrets []string) {
	for i, p := range c.Withings.Profiles {
		d := personDump{Person: i + 1, Schedule: rhythm(p.Schedule.Spec), Units: string(p.Units)}
		for _, key := range p.Measurements {
			if _, known := sensors.Lookup(key); known {
				d.Keys = append(d.Keys, key)
			} else {
				d.Others++
			}
		}
		token, stored, err := tokenstore.Peek(c.StateDir, p.Slug)
		d.Token = standing(err)
		if err == nil {
			secrets = append(secrets, token.Access.Reveal(), token.Refresh.Reveal(), token.UserID)
			d.Renewed, d.Ends = span(now.Sub(stored)), span(token.Expiry.Sub(now))
			for _, scope := range token.Scopes {
				if slices.Contains(withings.ScopesWithEvents(), scope) {
					d.Scopes = append(d.Scopes, scope)
				}
			}
		}
		if whys, err := bridge.Explain(checkpoint.OpenReadOnly(c.StateDir), profileOf(c, &p), token); err == nil {
			d.Values = map[bridge.Reason]int{}
			for _, why := range whys {
				d.Values[why.Reason]++
			}
		}
		people = append(people, d)
	}
	return people, secrets
}

func standing(err error) string {
	_, damaged := errors.AsType[*tokenstore.Damaged](err)
	switch {
	case err == nil:
		return "whole"
	case damaged:
		return "damaged"
	case errors.Is(err, withings.ErrNoToken):
		return "none"
	}
	return "unreadable"
}

// span is a time span in minutes: exact moments could tell of somebody's day.
func span(d time.Duration) string { return d.Truncate(time.Minute).String() }

// bridgeDump is what the daemon last reported.
type bridgeDump struct {
	Age      string         `json:"reported_ago"`
	Minute   int            `json:"requests_last_minute"`
	Requests int            `json:"requests"`
	People   []accountState `json:"people"`
}

// accountState is how somebody's account fares.
type accountState struct {
	Person       int                      `json:"person"`
	Status       string                   `json:"status"`
	SignInNeeded bool                     `json:"sign_in_needed"`
	LastSync     string                   `json:"last_sync_ago,omitempty"`
	HeldBack     int                      `json:"held_back"`
	Endpoints    map[string]endpointState `json:"endpoints"`
	Missing      map[bridge.Reason]int    `json:"missing,omitempty"`
	Push         *pushState               `json:"push,omitempty"`
}

type endpointState struct {
	Success string `json:"last_success_ago,omitempty"`
	Failure string `json:"last_error_ago,omitempty"`
	Class   string `json:"class,omitempty"`
	// Status and HTTP are numbers of the cloud's; what it says beside them stays out.
	Status int `json:"status,omitempty"`
	HTTP   int `json:"http,omitempty"`
}

type pushState struct {
	Healthy  bool   `json:"healthy"`
	Problem  bool   `json:"problem"`
	Audit    string `json:"last_audit_ago,omitempty"`
	LastHint string `json:"last_notification_ago,omitempty"`
}

// bridgeOf reads the daemon's report, nil when there is none.
func bridgeOf(c *config.Config, text []byte, now time.Time) *bridgeDump {
	var health bridge.Health
	if text == nil || json.Unmarshal(text, &health) != nil {
		return nil
	}
	d := &bridgeDump{Age: ago(health.UpdatedAt, now), Minute: health.Minute}
	for count := range maps.Values(health.Requests) {
		d.Requests += count
	}
	for i, p := range c.Withings.Profiles {
		state, ok := health.Profiles[p.Slug]
		if !ok {
			continue
		}
		account := accountState{
			Person: i + 1, Status: oneOf(state.Status, "online", "offline"), SignInNeeded: state.SignInNeeded, HeldBack: state.HeldBack,
			LastSync: ago(state.LastSync, now), Endpoints: map[string]endpointState{}, Missing: map[bridge.Reason]int{},
		}
		for name, endpoint := range state.Endpoints {
			if sensors.Endpoint(name).Scope() != "" {
				account.Endpoints[name] = endpointOf(endpoint, now)
			}
		}
		for reason, keys := range state.Missing {
			if words(reason) != "" {
				account.Missing[reason] = len(keys)
			}
		}
		if state.Push != nil {
			account.Push = &pushState{
				Healthy: state.Push.Healthy, Problem: state.Push.Problem != "", Audit: ago(state.Push.LastAudit, now),
				LastHint: ago(state.Push.LastNotification, now),
			}
		}
		d.People = append(d.People, account)
	}
	return d
}

var (
	statusNumber = regexp.MustCompile(`\bstatus (-?\d{1,5})\b`)
	httpNumber   = regexp.MustCompile(`\bHTTP (\d{3})\b`)
)

func endpointOf(e bridge.EndpointHealth, now time.Time) endpointState {
	state := endpointState{Success: ago(e.LastSuccess, now), Failure: ago(e.LastError, now)}
	if e.Error == "" {
		return state
	}
	classes := []string{"auth", "forbidden", "params", "temporary", "limited", "unsupported"}
	state.Class = oneOf(e.Class, classes...)
	state.Status, state.HTTP = number(statusNumber, e.Error), number(httpNumber, e.Error)
	return state
}

func number(pattern *regexp.Regexp, text string) int {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return n
}

// oneOf lets known words through.
func oneOf(word string, known ...string) string {
	if slices.Contains(known, word) {
		return word
	}
	return "another"
}

// ago is the age of a time stamp, "" for none.
func ago(stamp string, now time.Time) string {
	at := moment(stamp)
	if at.IsZero() {
		return ""
	}
	return span(now.Sub(at))
}

// brokerDump is what the broker allows and holds.
type brokerDump struct {
	Connection string `json:"connection"`
	Publish    bool   `json:"publish"`
	Retain     bool   `json:"retain"`
	Will       bool   `json:"will"`
	Refused    int    `json:"refused_subscriptions"`
	Mute       int    `json:"denied_documents"`
	Documents  int    `json:"discovery_documents"`
	State      string `json:"bridge_state"`
	Home       string `json:"home_assistant"`
}

func brokerOf(x *examination) *brokerDump {
	tree, found := treeOf(x.config), x.found
	d := &brokerDump{
		Connection: "whole", Publish: found.Published, Retain: found.Retained, Will: found.WillDelivered,
		Refused: len(found.DeniedFilters), Mute: len(found.Denied),
		State: lying(x.held(tree.BridgeState())), Home: lying(x.held(x.config.HomeAssistant.BirthTopic)),
	}
	switch {
	case errors.Is(x.broken, mqtt.ErrNotAuthorized):
		d.Connection = "refused"
	case x.broken != nil:
		d.Connection = "unreachable"
	case len(found.RetainedMessages) == 0 && !found.Published && len(found.DeniedFilters) == 0:
		d.Connection = "not tried, or everything is denied"
	}
	for _, m := range found.RetainedMessages {
		if _, document := tree.DocumentID(m.Topic); document {
			d.Documents++
		}
	}
	return d
}

// lying says what is retained on a topic that has two words.
func lying(payload []byte) string {
	if payload == nil {
		return "nothing"
	}
	return oneOf(string(payload), "online", "offline")
}
