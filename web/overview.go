// SPDX-License-Identifier: MIT

package web

import (
	"slices"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// Overview is the state that page, JSON API, metrics and health checks show.
type Overview struct {
	Version         string `json:"version"`
	Broker          string `json:"broker"` // address, without user and password
	BrokerConnected bool   `json:"broker_connected"`
	RequestsMinute  int    `json:"requests_minute"` // to the Withings API, in the last minute
	// RequestsHour are those of the last hour, RequestsBusiest those of the busiest
	// minute in it.
	RequestsHour    int `json:"-"`
	RequestsBusiest int `json:"-"`
	// Alive means that no poll hangs, and that the embedded broker, if there is
	// one, accepts connections.
	Alive bool `json:"alive"`
	// Verdict judges everything. Healthy means that it has no findings; this
	// package fills it in.
	Verdict  health.Verdict `json:"verdict"`
	Healthy  bool           `json:"healthy"`
	Profiles []Profile      `json:"people"`
	// Requests counts the requests to the Withings API since start, by call.
	Requests map[string]int `json:"requests,omitempty"`
	// Notifications is nil when push notifications are not configured.
	Notifications *Notifications `json:"notifications,omitempty"`
	// Refused counts the requests that the page has rejected, by reason. This
	// package fills it in.
	Refused map[string]uint64 `json:"refused,omitempty"`
	// Zone is the time zone of the program's own times; nil means UTC.
	Zone *time.Location `json:"-"`
}

// Notifications counts the requests to the notification listener since start.
type Notifications struct {
	Received   uint64            `json:"received"`          // including duplicates
	Duplicates uint64            `json:"duplicates"`        // ignored
	Dropped    uint64            `json:"dropped"`           // coalesced because the queue was full
	Probes     uint64            `json:"probes"`            // reachability probes
	Refused    map[string]uint64 `json:"refused,omitempty"` // by reason
}

// Push is the state of a profile's push notifications.
type Push struct {
	Healthy          bool      `json:"healthy"`
	Problem          string    `json:"problem,omitempty"`
	LastNotification time.Time `json:"last_notification,omitzero"`
	Lag              *float64  `json:"lag_seconds,omitempty"`
	MissedSince      int       `json:"unheard,omitempty"`
}

// Profile is the state of a profile.
type Profile struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	// State is "online" or "offline" as the bridge publishes it. This package
	// replaces it by what the page shows ("starting", "sign-in needed", …), and
	// fills in Level and Problem.
	State        string       `json:"state"`
	Level        health.Level `json:"level"`
	Problem      string       `json:"problem,omitempty"`
	SignInNeeded bool         `json:"sign_in_needed"`
	SignedIn     time.Time    `json:"signed_in,omitzero"` // last sign-in since start
	LastSync     time.Time    `json:"last_sync,omitzero"`
	NextPoll     time.Time    `json:"next_poll,omitzero"`
	// LateSeconds is how long the current or the last scheduled poll has taken, if
	// longer than a minute.
	LateSeconds int `json:"late_seconds,omitempty"`
	HeldBack    int `json:"held_back"`
	// HistoryRead means that the history of every endpoint that the account has
	// access to has been read.
	HistoryRead bool `json:"history_read"`
	// History is how far each of them is.
	History   []EndpointHistory `json:"-"`
	Push      *Push             `json:"push,omitempty"` // nil when not configured
	Endpoints []Endpoint        `json:"endpoints"`
	Values    []Value           `json:"values"`
	// Devices are the person's scales, watches and mats.
	Devices []Device `json:"devices,omitempty"`
	// Missing are the configured keys without a value.
	Missing []Missing `json:"-"`
	// Units and Zone are how the person reads values; a nil zone means UTC.
	Units units.System   `json:"-"`
	Zone  *time.Location `json:"-"`
}

// Device is a scale, watch or mat.
type Device struct {
	Model string `json:"model"`
	// Battery is low, medium, high, or "" when unknown.
	Battery     string    `json:"battery,omitempty"`
	LastSession time.Time `json:"last_session,omitzero"`
}

// Missing is a configured key without a value.
type Missing struct {
	Row sensors.Sensor
	// Reason is why there is none, as in the health report: "never_delivered".
	Reason string
}

// Endpoint is the state of an endpoint of the Withings API for a profile.
type Endpoint struct {
	Name        string    `json:"name"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	// LastError is "" when the last request succeeded. Class is the class of the
	// error, Since the time of the first failure in a row.
	LastError string    `json:"last_error,omitempty"`
	Class     string    `json:"class,omitempty"`
	Since     time.Time `json:"failing_since,omitzero"`
	// EveryPollUntil is set while every poll fetches the endpoint, because the list
	// of devices did not announce new data.
	EveryPollUntil time.Time `json:"every_poll_until,omitzero"`
}

// Value is one current reading.
type Value struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Text string `json:"value"` // as published, metric
	Unit string `json:"unit,omitempty"`
	// Shown is the value for reading: rounded, in the units and time zone of the
	// profile, with its unit.
	Shown      string    `json:"text,omitempty"`
	Group      Group     `json:"group,omitempty"`
	MeasuredAt time.Time `json:"measured_at,omitzero"`
	Device     string    `json:"device,omitempty"`
	// Zone is the time zone of MeasuredAt; nil means UTC.
	Zone *time.Location `json:"-"`
	// Row is the row of the catalogue, and Reading what is shown.
	Row     sensors.Sensor  `json:"-"`
	Reading sensors.Reading `json:"-"`
}

// overview returns the overview with everything that is derived from it. Its
// lists are not nil, so that they encode as lists.
func (s *Server) overview() Overview {
	view := s.options.Overview()
	if view.Version == "" {
		view.Version = s.options.Version
	}
	if view.Zone == nil {
		view.Zone = time.UTC
	}
	view.Healthy = view.Verdict.Level == health.OK
	view.Refused = s.guard.refusals.counts()
	profiles := slices.Clone(view.Profiles)
	for i := range profiles {
		p := &profiles[i]
		found := view.Verdict.Of(p.Slug)
		p.State, p.Level = profileBadge(p.State, found, view.BrokerConnected || view.Broker == "")
		p.Problem = joinFindings(found)
		p.Endpoints = append([]Endpoint{}, p.Endpoints...)
		p.Values = append([]Value{}, p.Values...)
	}
	view.Profiles = append([]Profile{}, profiles...)
	return view
}

// findProfile looks up a profile by its slug.
func findProfile(profiles []Profile, slug string) (Profile, bool) {
	at := slices.IndexFunc(profiles, func(p Profile) bool { return p.Slug == slug })
	if at < 0 {
		return Profile{}, false
	}
	return profiles[at], true
}
