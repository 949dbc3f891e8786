// Package signin takes a person through consent: it makes the link, checks what
// comes back, and stores the token. It speaks no HTTP and keeps no person's
// password: there is none.
package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"vitals2mqtt/withings"
)

const (
	// linkLife is how long a link may lie around before it is used.
	linkLife = 10 * time.Minute
	// maxPending bounds the links that wait, so that nobody can fill the memory
	// by opening the page again and again.
	maxPending = 32
	// storing bounds what happens after the code was spent, also when whoever
	// asked has given up: a refresh under way may hold the lock.
	storing = time.Minute
)

// The ways a sign-in ends without a token. All of them say what to do.
var (
	ErrUnknownProfile = errors.New("there is no such profile in the configuration")
	ErrUnknownState   = errors.New("this answer belongs to no sign-in that was started here, or was used before: start again")
	ErrExpiredState   = errors.New("this sign-in was started more than ten minutes ago: start again")
	ErrDenied         = errors.New("the consent was refused on the vendor's page: start again and press allow")
	ErrWrongPerson    = errors.New("this account already belongs to another profile: " +
		"sign out on the vendor's page first (use the second link), then choose the right person")
	ErrMissingScope = errors.New("the measurements were not ticked on the consent page: start again and leave everything ticked")
)

// Client is what a desk needs of the cloud.
type Client interface {
	ConsentURL(r withings.Consent) string
	LogoutURL(consentURL string) string
	Exchange(ctx context.Context, code, redirectURL string) (withings.Token, error)
}

// Profile is a person who can sign in.
type Profile struct {
	Slug, Name string
}

// Options are the parts of a desk; all that are not said to be optional are needed.
type Options struct {
	Client Client
	Store  withings.TokenStore
	// RedirectURL is the registered callback.
	RedirectURL string
	Profiles    []Profile
	// Remembered tells which account a profile without a token was signed in with,
	// "" for none. It may be nil.
	Remembered func(profile string) (userID string, err error)
	// Replace takes another account than before without asking.
	Replace bool
	// Events also asks for the scope that opens what sleep mats say at once. It is
	// not missed when the person leaves it out.
	Events bool
}

// Desk keeps the sign-ins that are under way. It is safe for concurrent use.
type Desk struct {
	options Options

	mu      sync.Mutex
	pending map[string]pending   // by state
	held    map[string]held      // by question
	done    map[string]time.Time // by profile

	// accepting is full from the wrong-person check to the storing, so that one
	// account cannot pass the check for two profiles at once.
	accepting chan struct{}
}

type pending struct {
	profile string
	started time.Time
}

// New returns a desk without sign-ins under way.
func New(o Options) *Desk {
	return &Desk{
		options: o, pending: map[string]pending{}, held: map[string]held{}, done: map[string]time.Time{},
		accepting: make(chan struct{}, 1),
	}
}

// Start begins a sign-in and returns the consent page's address, and the same
// behind the vendor's logout, for when somebody else is still signed in there.
func (d *Desk) Start(profile string) (consentURL, logoutURL string, err error) {
	if !d.knows(profile) {
		return "", "", fmt.Errorf("%w: %q", ErrUnknownProfile, profile)
	}
	state := rand.Text() // at least 128 bits
	d.mu.Lock()
	d.tidy()
	d.pending[state] = pending{profile: profile, started: time.Now()}
	d.mu.Unlock()
	consentURL = d.options.Client.ConsentURL(withings.Consent{
		RedirectURL: d.options.RedirectURL, State: state, Scopes: d.scopes(),
	})
	return consentURL, d.options.Client.LogoutURL(consentURL), nil
}

// tidy forgets links long dead, and the oldest when there are too many. It
// wants d.mu held.
func (d *Desk) tidy() {
	for state, link := range d.pending {
		if time.Since(link.started) > 2*linkLife {
			delete(d.pending, state)
		}
	}
	for len(d.pending) >= maxPending {
		oldest := ""
		for state, link := range d.pending {
			if oldest == "" || link.started.Before(d.pending[oldest].started) {
				oldest = state
			}
		}
		delete(d.pending, oldest)
	}
}

// Finish takes what the browser brought back, exchanges the code (which lives
// for 30 seconds only), and stores the token. It returns whose sign-in it was.
// An account that another profile has is refused, and nothing is stored. One that
// is not the profile's former is an *OtherAccountError: see Answer. Once the code is
// spent, the end of ctx does not interrupt the storing.
func (d *Desk) Finish(ctx context.Context, state, code string) (profile string, err error) {
	link, err := d.claim(state)
	if err != nil {
		return link.profile, err
	}
	if code == "" {
		return link.profile, ErrDenied
	}
	// Better to know before the code is spent than after.
	if err := d.options.Store.Writable(ctx, link.profile); err != nil {
		return link.profile, fmt.Errorf("the sign-in could not be stored: %w", err)
	}
	token, err := d.options.Client.Exchange(ctx, code, d.options.RedirectURL)
	if errors.Is(err, withings.ErrApplication) { // a fresh code would not help
		return link.profile, fmt.Errorf("%w; %s", err, withings.ApplicationRemedy)
	}
	if err != nil {
		return link.profile, fmt.Errorf("exchanging the code (it lives for 30 seconds only): %w", err)
	}
	return link.profile, d.admit(ctx, link.profile, token, d.options.Replace)
}

// admit checks a token and stores it. Unless it may replace one of another account,
// it is held back then.
func (d *Desk) admit(ctx context.Context, profile string, token withings.Token, replace bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	select {
	case d.accepting <- struct{}{}:
		defer func() { <-d.accepting }()
	case <-ctx.Done():
		return fmt.Errorf("waiting for another sign-in to end: %w", context.Cause(ctx))
	}
	if err := d.accept(ctx, profile, token); err != nil {
		return err
	}
	if !replace {
		former, err := d.former(ctx, profile)
		if err != nil {
			return err
		}
		if former != "" && former != token.UserID {
			return d.hold(profile, token)
		}
	}
	if err := d.store(ctx, profile, token); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[profile] = time.Now()
	return nil
}

// SignedIn is when a profile's last sign-in at this desk was stored, the zero
// time for none. A token that was refreshed is no sign-in.
func (d *Desk) SignedIn(profile string) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done[profile]
}

// claim takes a link out of those that wait: whoever comes second gets nothing.
func (d *Desk) claim(state string) (pending, error) {
	d.mu.Lock()
	link, known := d.pending[state]
	delete(d.pending, state)
	d.mu.Unlock()
	switch {
	case !known:
		return pending{}, ErrUnknownState
	case time.Since(link.started) > linkLife:
		return link, ErrExpiredState
	}
	return link, nil
}

// accept checks that a token is the right person's and good for something.
func (d *Desk) accept(ctx context.Context, profile string, token withings.Token) error {
	if len(token.Scopes) > 0 && !slices.Contains(token.Scopes, "user.metrics") && !slices.Contains(token.Scopes, "user.activity") {
		return ErrMissingScope
	}
	for _, other := range d.options.Profiles {
		if other.Slug == profile {
			continue
		}
		held, err := d.options.Store.Load(ctx, other.Slug)
		switch {
		case errors.Is(err, withings.ErrNoToken): // nobody there to be mixed up with
		case err != nil: // not knowing is no reason to let somebody in
			return fmt.Errorf("looking whether the account is %s's: %w", other.Name, err)
		case held.UserID != "" && held.UserID == token.UserID:
			return fmt.Errorf("%s: %w", other.Name, ErrWrongPerson)
		}
	}
	return nil
}

// store saves the token under the lock, so that no refresh of the old one can
// overwrite it.
func (d *Desk) store(ctx context.Context, profile string, token withings.Token) error {
	unlock, err := d.options.Store.Lock(ctx, profile)
	if err != nil {
		return fmt.Errorf("storing the sign-in: %w", err)
	}
	defer unlock()
	if err := d.options.Store.Save(ctx, profile, token); err != nil {
		return fmt.Errorf("storing the sign-in: %w", err)
	}
	return nil
}

// scopes are what a consent is asked for.
func (d *Desk) scopes() []string {
	if d.options.Events {
		return withings.ScopesWithEvents()
	}
	return withings.AllScopes()
}

func (d *Desk) knows(profile string) bool {
	return slices.ContainsFunc(d.options.Profiles, func(p Profile) bool { return p.Slug == profile })
}

// Missing returns the scopes that were asked for and not granted.
func Missing(granted []string) []string {
	return slices.DeleteFunc(withings.AllScopes(), func(scope string) bool {
		return slices.ContainsFunc(granted, func(g string) bool { return strings.TrimSpace(g) == scope })
	})
}
