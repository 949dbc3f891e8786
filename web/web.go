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
