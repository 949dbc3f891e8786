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
	// linkLifetime is how long a link may lie around before it is used.
	linkLifetime = 10 * time.Minute
	// maxLinks bounds the links that wait, so that nobody can fill the memory
	// by opening the page again and again.
	maxLinks = 32
	// storeTimeout bounds what happens after the code was spent, also when whoever
	// asked has given up: a refresh under way may hold the lock.
	storeTimeout = time.Minute
)

// The ways a sign-in ends without a token. All of them say what to do.
var (
	ErrUnknownProfile = errors.New("unknown profile")
	ErrUnknownState   = errors.New("unknown or already used sign-in link: start again")
	ErrExpiredState   = errors.New("sign-in link expired (10 minutes): start again")
	ErrDenied         = errors.New("consent denied on the Withings page: start again and choose allow")
	ErrAccountInUse   = errors.New("this account is already used by another profile: " +
		"sign out on the Withings page first (use the second link), then choose the right account")
	ErrMissingScope = errors.New("measurements were not selected on the consent page: start again and keep everything selected")
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
	// LastAccount tells which account a profile without a token was signed in with,
	// "" for none. It may be nil.
	LastAccount func(profile string) (userID string, err error)
	// Replace takes another account than before without asking.
	Replace bool
	// SleepEvents also asks for the scope that opens what sleep mats say at once. It is
	// not missed when the person leaves it out.
	SleepEvents bool
}

// Service keeps the sign-ins that are under way. It is safe for concurrent use.
type Service struct {
	options Options

	mu           sync.Mutex
	links        map[string]pendingLink // by state
	replacements map[string]replacement // by confirmation ID
	lastSignIns  map[string]time.Time   // by profile

	// storeSem is full from the wrong-person check to the storing, so that one
	// account cannot pass the check for two profiles at once.
	storeSem chan struct{}
}

type pendingLink struct {
	profile string
	started time.Time
}

// New returns a desk without sign-ins under way.
func New(o Options) *Service {
	return &Service{
		options: o, links: map[string]pendingLink{}, replacements: map[string]replacement{}, lastSignIns: map[string]time.Time{},
		storeSem: make(chan struct{}, 1),
	}
}

// Start begins a sign-in and returns the consent page's address, and the same
// behind the vendor's logout, for when somebody else is still signed in there.
func (d *Service) Start(profile string) (consentURL, logoutURL string, err error) {
	if !d.hasProfile(profile) {
		return "", "", fmt.Errorf("%w: %q", ErrUnknownProfile, profile)
	}
	state := rand.Text() // at least 128 bits
	d.mu.Lock()
	d.pruneLinksLocked()
	d.links[state] = pendingLink{profile: profile, started: time.Now()}
	d.mu.Unlock()
	consentURL = d.options.Client.ConsentURL(withings.Consent{
		RedirectURL: d.options.RedirectURL, State: state, Scopes: d.scopes(),
	})
	return consentURL, d.options.Client.LogoutURL(consentURL), nil
}

// pruneLinksLocked forgets links long dead, and the oldest when there are too many. It
// wants d.mu held.
func (d *Service) pruneLinksLocked() {
	for state, link := range d.links {
		if time.Since(link.started) > 2*linkLifetime {
			delete(d.links, state)
		}
	}
	for len(d.links) >= maxLinks {
		oldest := ""
		for state, link := range d.links {
			if oldest == "" || link.started.Before(d.links[oldest].started) {
				oldest = state
			}
		}
		delete(d.links, oldest)
	}
}

// Finish takes what the browser brought back, exchanges the code (which lives
// for 30 seconds only), and stores the token. It returns whose sign-in it was.
// An account that another profile has is refused, and nothing is stored. One that
// is not the profile's former is an *OtherAccountError: see Answer. Once the code is
// spent, the end of ctx does not interrupt the storing.
func (d *Service) Finish(ctx context.Context, state, code string) (profile string, err error) {
	link, err := d.takeLink(state)
	if err != nil {
		return link.profile, err
	}
	if code == "" {
		return link.profile, ErrDenied
	}
	// Better to know before the code is spent than after.
	if err := d.options.Store.CheckWritable(ctx, link.profile); err != nil {
		return link.profile, fmt.Errorf("cannot store the sign-in: %w", err)
	}
	token, err := d.options.Client.Exchange(ctx, code, d.options.RedirectURL)
	if errors.Is(err, withings.ErrApplication) { // a fresh code would not help
		return link.profile, fmt.Errorf("%w; %s", err, withings.ApplicationRemedy)
	}
	if err != nil {
		return link.profile, fmt.Errorf("exchanging the code (valid for 30 seconds): %w", err)
	}
	return link.profile, d.checkAndStore(ctx, link.profile, token, d.options.Replace)
}

// checkAndStore checks a token and stores it. Unless it may replace one of another account,
// it is held back then.
func (d *Service) checkAndStore(ctx context.Context, profile string, token withings.Token, replace bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	select {
	case d.storeSem <- struct{}{}:
		defer func() { <-d.storeSem }()
	case <-ctx.Done():
		return fmt.Errorf("waiting for another sign-in: %w", context.Cause(ctx))
	}
	if err := d.validate(ctx, profile, token); err != nil {
		return err
	}
	if !replace {
		former, err := d.previousAccount(ctx, profile)
		if err != nil {
			return err
		}
		if former != "" && former != token.UserID {
			return d.awaitConfirmation(profile, token)
		}
	}
	if err := d.store(ctx, profile, token); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lastSignIns[profile] = time.Now()
	return nil
}

// LastSignIn is when a profile's last sign-in at this desk was stored, the zero
// time for none. A token that was refreshed is no sign-in.
func (d *Service) LastSignIn(profile string) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lastSignIns[profile]
}

// takeLink takes a link out of those that wait: whoever comes second gets nothing.
func (d *Service) takeLink(state string) (pendingLink, error) {
	d.mu.Lock()
	link, known := d.links[state]
	delete(d.links, state)
	d.mu.Unlock()
	switch {
	case !known:
		return pendingLink{}, ErrUnknownState
	case time.Since(link.started) > linkLifetime:
		return link, ErrExpiredState
	}
	return link, nil
}

// validate checks that a token is the right person's and good for something.
func (d *Service) validate(ctx context.Context, profile string, token withings.Token) error {
	if len(token.Scopes) > 0 && !slices.Contains(token.Scopes, withings.ScopeMetrics) && !slices.Contains(token.Scopes, withings.ScopeActivity) {
		return ErrMissingScope
	}
	for _, other := range d.options.Profiles {
		if other.Slug == profile {
			continue
		}
		stored, err := d.options.Store.Load(ctx, other.Slug)
		switch {
		case errors.Is(err, withings.ErrNoToken): // nobody there to be mixed up with
		case err != nil: // not knowing is no reason to let somebody in
			return fmt.Errorf("reading the token of %s: %w", other.Name, err)
		case stored.UserID != "" && stored.UserID == token.UserID:
			return fmt.Errorf("%s: %w", other.Name, ErrAccountInUse)
		}
	}
	return nil
}

// store saves the token under the lock, so that no refresh of the old one can
// overwrite it.
func (d *Service) store(ctx context.Context, profile string, token withings.Token) error {
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
func (d *Service) scopes() []string {
	if d.options.SleepEvents {
		return withings.ScopesWithEvents()
	}
	return withings.AllScopes()
}

func (d *Service) hasProfile(profile string) bool {
	return slices.ContainsFunc(d.options.Profiles, func(p Profile) bool { return p.Slug == profile })
}

// MissingScopes returns the scopes that were asked for and not granted.
func MissingScopes(granted []string) []string {
	return slices.DeleteFunc(withings.AllScopes(), func(scope string) bool {
		return slices.ContainsFunc(granted, func(g string) bool { return strings.TrimSpace(g) == scope })
	})
}
