package web

import (
	"slices"
	"strings"
	"time"
)

// Overview is everything the page shows.
type Overview struct {
	Version         string `json:"version"`
	Broker          string `json:"broker"` // address, without user and password
	BrokerConnected bool   `json:"broker_connected"`
	// BrokerRefused says that the broker does not accept our credentials,
	// BrokerError what it was last ("" while connected or not tried yet).
	BrokerRefused  bool   `json:"broker_refused,omitempty"`
	BrokerError    string `json:"broker_error,omitempty"`
	RequestsMinute int    `json:"requests_minute"` // to the cloud, within the last minute
	// Alive says that every poll comes back and that the embedded broker, if there is
	// one, accepts connections: that the program does not hang.
	Alive bool `json:"alive"`
	// Problems are those of the whole program.
	Problems []Problem `json:"problems,omitempty"`
	// Healthy and Verdict are derived from the rest by the page; Healthy says that
	// there are no findings.
	Healthy  bool      `json:"healthy"`
	Verdict  Verdict   `json:"verdict"`
	Profiles []Profile `json:"people"`
	// Requests counts those since the start, by call.
	Requests map[string]int `json:"requests,omitempty"`
	// Notifications is what came in since the start; nil without any.
	Notifications *Notifications `json:"notifications,omitempty"`
	// Refused counts the requests to the page that were turned away, by reason;
	// the page fills it in.
	Refused map[string]uint64 `json:"refused,omitempty"`
	// Zone is what the program's own times are shown in; nil is UTC.
	Zone *time.Location `json:"-"`
}

// Problem is something wrong with the program as a whole.
type Problem struct {
	Code   string    `json:"code"` // stable
	Text   string    `json:"text"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// StorageFault is something of a profile that cannot be stored.
type StorageFault struct{ Name, Text string }

// Notifications counts what came in at the listener.
type Notifications struct {
	Received   uint64            `json:"received"`          // duplicates included
	Duplicates uint64            `json:"duplicates"`        // passed over
	Dropped    uint64            `json:"dropped"`           // details given up because too many came at once
	Probes     uint64            `json:"probes"`            // looks whether we are there
	Refused    map[string]uint64 `json:"refused,omitempty"` // by reason
}

// Push is how the notifications of a person fare.
type Push struct {
	Healthy          bool      `json:"healthy"`
	Problem          string    `json:"problem,omitempty"`
	LastNotification time.Time `json:"last_notification,omitzero"`
	Lag              *float64  `json:"lag_seconds,omitempty"`
	MissedSince      int       `json:"unheard,omitempty"`
}

// Profile is one profile.
type Profile struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	// State is the bridge's "online" or "offline"; the page makes of it what it
	// shows: "online", "starting", "sign-in needed" …
	State string `json:"state"`
	// Level says how bad that is, Problem what is wrong and what to do; the page
	// fills both in.
	Level        Level     `json:"level"`
	Problem      string    `json:"problem,omitempty"`
	SignInNeeded bool      `json:"sign_in_needed"`
	SignedIn     time.Time `json:"signed_in,omitzero"` // the last sign-in since the start
	LastSync     time.Time `json:"last_sync,omitzero"`
	NextPoll     time.Time `json:"next_poll,omitzero"`
	// Overdue says that the last poll has not come back for long.
	Overdue bool `json:"overdue,omitempty"`
	// Faults are what cannot be stored.
	Faults    []StorageFault `json:"-"`
	HeldBack  int            `json:"held_back"`
	Push      *Push          `json:"push,omitempty"` // nil without notifications
	Endpoints []Endpoint     `json:"endpoints"`
	Values    []Value        `json:"values"`
}

// Endpoint is how one service of the cloud does for a person.
type Endpoint struct {
	Name        string    `json:"name"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	// LastError is "" when the last answer was a good one, Class the kind of the
	// error, and Since when it first came.
	LastError string    `json:"last_error,omitempty"`
	Class     string    `json:"class,omitempty"`
	Since     time.Time `json:"failing_since,omitzero"`
}

// Value is one current reading.
type Value struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Text string `json:"value"` // as it goes onto the topic, metric
	Unit string `json:"unit,omitempty"`
	// Shown is the value as people read it: rounded, in the profile's units and
	// time zone, with its unit.
	Shown      string    `json:"text,omitempty"`
	MeasuredAt time.Time `json:"measured_at,omitzero"`
	Device     string    `json:"device,omitempty"`
	// Zone is where MeasuredAt is shown; nil is UTC.
	Zone *time.Location `json:"-"`
}

// overview is what there is to show, judged, with lists that encode as lists.
func (s *Server) overview() Overview {
	view := s.options.Overview()
	if view.Version == "" {
		view.Version = s.options.Version
	}
	if view.Zone == nil {
		view.Zone = time.UTC
	}
	view.Verdict = Evaluate(view)
	view.Healthy = view.Verdict.Level == LevelOK
	view.Refused = s.refusals.counts()
	people := slices.Clone(view.Profiles)
	for i := range people {
		p := &people[i]
		found := view.Verdict.forProfile(p.Slug)
		p.State, p.Level = profileBadge(*p, found, view.BrokerConnected || view.Broker == "")
		p.Problem = joinFindings(found)
		p.Endpoints = append([]Endpoint{}, p.Endpoints...)
		p.Values = append([]Value{}, p.Values...)
	}
	view.Profiles = append([]Profile{}, people...)
	return view
}

// joinFindings puts findings and their remedies one after the other.
func joinFindings(found []Finding) string {
	var sentences []string
	for _, f := range found {
		if isSerious(f) {
			sentences = append(sentences, strings.TrimSpace(f.Text+" "+f.Remedy))
		}
	}
	return strings.Join(sentences, " ")
}

// profile looks a profile up by its slug.
func (s *Server) profile(slug string) (Profile, bool) {
	people := s.options.Overview().Profiles
	at := slices.IndexFunc(people, func(p Profile) bool { return p.Slug == slug })
	if at < 0 {
		return Profile{}, false
	}
	return people[at], true
}
