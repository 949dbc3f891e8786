// Package web serves the household's page, the sign-in routes, a JSON view and
// the health checks. It reads and shows: it decides nothing, keeps nothing, and
// neither tokens nor the client secret come near it.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
)

// The ways of guarding the page.
const (
	// AuthPassword asks for Options.Password (HTTP basic authentication, any user name).
	AuthPassword = "password"
	// AuthNone asks for nothing: for use behind a proxy that authenticates.
	AuthNone = "none"
)

// Errors of New that a caller may want to tell apart.
var (
	// ErrPasswordRequired says that health data would be readable by the whole network.
	ErrPasswordRequired = errors.New("listening beyond this machine needs a password (or auth none behind a proxy that asks for one)")
	// ErrInvalidAuth says that Options.Auth and Options.Password do not fit together.
	ErrInvalidAuth = errors.New("wrong kind of auth")
)

// ErrNotFound says that a request names what is not there.
var ErrNotFound = errors.New("not there")

// NotifyPath is what the path of the cloud's notifications holds before its secret.
const NotifyPath = "/notify/"

// Options is what the page needs. Listen and Overview are required.
type Options struct {
	// Listen is HOST:PORT; port 0 takes a free one.
	Listen string
	// BaseURL is how people reach the page, "" for the listening address. Its
	// path, if any, is put before every link and taken off every request.
	BaseURL string
	// CallbackURL is where the consent page sends people back to, "" for
	// /oauth/callback below BaseURL. The page answers at its path too, whatever its
	// host is: a proxy in between may have any name.
	CallbackURL string
	// CallbackOnOtherHost says that its host is not the page's: people are told before
	// they leave that they may not come back here.
	CallbackOnOtherHost bool
	// Auth is AuthPassword, AuthNone, or "": a password when one is set, else
	// nobody but this machine.
	Auth string
	// Password is asked for with any user name.
	Password secret.Text
	// TrustedHosts are further host names that the page answers to, beside those of
	// BaseURL and Listen, this machine's own, and IP addresses.
	TrustedHosts []string
	// Overview returns what is to be shown now. It is called for each request,
	// from many goroutines, and must not wait for the network.
	Overview func() Overview
	// SignIn runs the consent; nil hides the sign-in links and routes.
	SignIn SignIn
	// Refresh asks for a poll now, of one profile or of all (""), everything or one
	// endpoint, without waiting for it. A name that nobody has is ErrUnknown. Nil
	// hides the button and the route.
	Refresh func(profile, endpoint string) error
	// Notify answers below NotifyPath, whatever host and prefix a proxy in between
	// has left, with checks of its own; nil for no such route.
	Notify http.Handler
	Log    zerolog.Logger
	// Version is shown at the foot of the page.
	Version string
}

// SignIn is the consent of a person, as far as the page takes part in it.
type SignIn interface {
	// Start begins a consent and returns the address to send the browser to, and
	// the same address behind the account's logout, for when somebody else is
	// still signed in there.
	Start(profile string) (consentURL, logoutURL string, err error)
	// Finish takes what the browser brought back and returns whose consent it
	// was. The text of the error is shown to the person: it says what to do, and
	// holds neither code nor state.
	// An error with a method ConfirmationID() string says that the account is not
	// the previous one, and that Confirm decides.
	Finish(ctx context.Context, state, code string) (profile string, err error)
	// Confirm ends such a sign-in: the account replaces the previous one, or is
	// discarded. The error is as that of Finish.
	Confirm(ctx context.Context, confirmationID string, replace bool) (profile string, err error)
}

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

// New checks the options and builds the page; it does not bind yet.
func New(o Options) (*Server, error) {
	if o.Overview == nil {
		return nil, errors.New("web: no overview to show")
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("web: listen address %q: %w", o.Listen, err)
	}
	if o.Auth == "" && !o.Password.IsEmpty() {
		o.Auth = AuthPassword
	}
	switch o.Auth {
	case AuthNone:
	case AuthPassword:
		if o.Password.IsEmpty() {
			return nil, fmt.Errorf("web: %w: auth is %q, but there is no password", ErrInvalidAuth, o.Auth)
		}
	case "":
		if !isLoopback(host) {
			return nil, fmt.Errorf("web: %s: %w", o.Listen, ErrPasswordRequired)
		}
	default:
		return nil, fmt.Errorf("web: %w: %q, want %q or %q", ErrInvalidAuth, o.Auth, AuthPassword, AuthNone)
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || o.BaseURL != "" && (base.Host == "" || base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("web: base URL %q is not an http or https address", o.BaseURL)
	}
	callback, err := url.Parse(o.CallbackURL)
	if err != nil || o.CallbackURL != "" && callback.Host == "" {
		return nil, fmt.Errorf("web: callback URL %q is not an address", o.CallbackURL)
	}
	return newServer(o, base, callback)
}

// isLoopback reports whether a host, as it stands in an address, is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
