// SPDX-License-Identifier: MIT

// Package web serves the page, the sign-in routes, a JSON API, metrics and
// health checks. It stores nothing and has no access to tokens or the client
// secret.
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

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/setup"
)

// Values of Options.Auth.
const (
	// AuthPassword requires Options.Password: browsers get a form and a session,
	// other clients use HTTP basic authentication with any user name.
	AuthPassword = "password"
	// AuthNone requires nothing, for use behind a proxy that authenticates.
	AuthNone = "none"
	// authClosed keeps the page from everybody who does not come through ingress,
	// and is not on this machine. Health checks, the callback and notifications are
	// open.
	authClosed = "closed"
)

// Errors of New.
var (
	// ErrPasswordRequired means that the whole network could read health data.
	ErrPasswordRequired = errors.New(
		"listening on a non-loopback address requires web.password (or auth none behind an authenticating proxy)")
	// ErrInvalidAuth means that Options.Auth does not go with Options.Password.
	ErrInvalidAuth = errors.New("invalid auth setting")
)

// ErrNotFound is returned by Options.Refresh for an unknown profile or
// endpoint.
var ErrNotFound = errors.New("not found")

// NotifyPath is part of the path of notifications, before its secret.
const NotifyPath = "/notify/"

// Options are the settings of the page. Listen and Overview are required.
type Options struct {
	// Listen is HOST:PORT; port 0 takes a free one.
	Listen string
	// BaseURL is the URL of the page, "" for the listening address. Its path is
	// put before every link and removed from every request.
	BaseURL string
	// CallbackURL is where the consent page redirects to, "" for /oauth/callback
	// below BaseURL. Requests to its path are accepted under any host name,
	// because a proxy may have any.
	CallbackURL string
	// CallbackOnOtherHost means that its host is not the page's. Users are warned
	// before they leave that the redirect may not lead back here.
	CallbackOnOtherHost bool
	// Auth is AuthPassword or AuthNone. "" means AuthPassword if there is a
	// password; without one only a loopback address is allowed, or with Ingress any
	// address, which then shows no page.
	Auth     string
	Password secret.Text
	// SessionKey is what the keys of sessions and forms are derived from. It must
	// change with the password, which signs everybody out. With "", everybody is
	// signed out when the program restarts.
	SessionKey secret.Text
	// TrustedHosts are host names that the page accepts besides those of BaseURL
	// and Listen, localhost, and IP addresses.
	TrustedHosts []string
	// Ingress is the listener for Home Assistant's Supervisor.
	Ingress Ingress
	// Overview returns what to show. It is called for each request, from many
	// goroutines, and must not wait for the network.
	Overview func() Overview
	// SignIn performs the sign-in; nil hides its links and routes.
	SignIn SignIn
	// Disconnect ends the consent of a profile; anyway deletes its tokens even if
	// the Withings API does not confirm. The outcome is a word of the texts
	// signin.out.…; with any other nothing has changed, and err says why. other is
	// the name of the profile that shares the account. Nil hides the routes.
	Disconnect func(ctx context.Context, profile string, anyway bool) (outcome, other string, err error)
	// Refresh starts a poll of one profile or all (""), of one endpoint or all
	// (""), without waiting for it. It returns ErrNotFound for an unknown name.
	// Nil hides the button and the route.
	Refresh func(profile, endpoint string) error
	// RefreshAndWait does the same and waits for the outcome of each profile, as
	// in the response on MQTT. Nil means that clients cannot wait.
	RefreshAndWait func(ctx context.Context, profile, endpoint string) (outcomes map[string]string, err error)
	// History answers questions about the past, and HistoryProfile returns what
	// they depend on, false for an unknown slug. Nil hides the routes.
	History        History
	HistoryProfile func(ctx context.Context, slug string) (HistoryProfile, bool)
	// Published returns where a value of a profile is published. Nil leaves it out.
	Published func(profile string, row sensors.Sensor) Publication
	// CalendarKey returns the secret in the address of a profile's calendar, which
	// needs no password; nil means that there are no calendars. They need History.
	CalendarKey func(slug string) string
	// Setup replaces the page by the set-up while there is no configuration; nil
	// means that there is one. With it, Overview is not needed, and Password is
	// the code that the program has printed.
	Setup *setup.Wizard
	// Past is the archive of the history view, Imports and Statistics are what it
	// can start; nil hides each.
	Past       Past
	Imports    Imports
	Statistics Statistics
	// UploadLimit is the size of a file to import, in bytes.
	UploadLimit int64
	// Changes tells open pages about new values. Nil means that they ask now and
	// then.
	Changes *Changes
	// Notify handles requests with NotifyPath in their path, under any host name
	// and prefix, because a proxy may have any. Nil means none.
	Notify http.Handler
	Log    zerolog.Logger
	// Version is shown in the footer.
	Version string
}

// SignIn is the sign-in of a profile by OAuth.
type SignIn interface {
	// Start begins a sign-in. It returns the URL of the consent page, and a URL
	// that signs out at the account page first.
	Start(profile string) (consentURL, logoutURL string, err error)
	// Finish exchanges the code that the browser brings back and returns the
	// profile. The text of the error is shown to the user; it says what to do and
	// contains neither code nor state. An error with a method
	// ConfirmationID() string means that the account is not the previous one, and
	// that Confirm decides.
	Finish(ctx context.Context, state, code string) (profile string, err error)
	// FinishPasted is Finish with the address that the browser ended up at. It is
	// refused when it belongs to another profile.
	FinishPasted(ctx context.Context, profile, pasted string) error
	// Confirm ends such a sign-in: the account replaces the previous one, or is
	// discarded. Its error is like that of Finish.
	Confirm(ctx context.Context, confirmationID string, replace bool) (profile string, err error)
}

// New checks the options and builds the page. It does not listen yet.
func New(o Options) (*Server, error) {
	if o.Overview == nil && o.Setup == nil {
		return nil, errors.New("web: Overview is required")
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
		switch {
		case isLoopback(host):
		case o.Ingress.Listen != "":
			o.Auth = authClosed
		default:
			return nil, fmt.Errorf("web: %s: %w", o.Listen, ErrPasswordRequired)
		}
	default:
		return nil, fmt.Errorf("web: %w: %q, want %q or %q", ErrInvalidAuth, o.Auth, AuthPassword, AuthNone)
	}
	if _, _, err := net.SplitHostPort(o.Ingress.Listen); err != nil && o.Ingress.Listen != "" {
		return nil, fmt.Errorf("web: ingress address %q: %w", o.Ingress.Listen, err)
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || o.BaseURL != "" && (base.Host == "" || base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("web: base URL %q is not an http or https URL", o.BaseURL)
	}
	callback, err := url.Parse(o.CallbackURL)
	if err != nil || o.CallbackURL != "" && callback.Host == "" {
		return nil, fmt.Errorf("web: invalid callback URL %q", o.CallbackURL)
	}
	return newServer(o, base, callback)
}

// isLoopback reports whether a host is localhost or a loopback address.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
