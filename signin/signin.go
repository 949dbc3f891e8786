// SPDX-License-Identifier: MIT

// Package signin runs the consent of a profile: it creates the link, checks
// what the browser returns, and stores the token. It speaks no HTTP.
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
	// linkLifetime is how long a link is valid.
	linkLifetime = 10 * time.Minute
	// maxLinks bounds the pending links, so that opening the page repeatedly
	// cannot exhaust the memory.
	maxLinks = 32
	// storeTimeout bounds storing the token after the code is spent, even if the
	// caller has given up: a concurrent refresh may hold the lock.
	storeTimeout = time.Minute
)

// Client is the part of the Withings API client that a sign-in needs.
type Client interface {
	ConsentURL(r withings.Consent) string
	LogoutURL(consentURL string) string
	Exchange(ctx context.Context, code, redirectURL string) (withings.Token, error)
}

// Profile is a profile that can sign in.
type Profile struct {
	Slug, Name string
}

// Options are the settings of a Service; all are required unless stated
// otherwise.
type Options struct {
	Client Client
	Store  withings.TokenStore
	// RedirectURL is the registered callback.
	RedirectURL string
	Profiles    []Profile
	// LastAccount returns the last account of a profile without a token, "" for
	// none. It may be nil.
	LastAccount func(profile string) (userID string, err error)
	// Replace accepts another account than before without confirmation.
	Replace bool
	// SleepEvents also requests the scope of instant sleep events. It is optional
	// in the consent.
	SleepEvents bool
}

// Service keeps the pending sign-ins. It is safe for concurrent use.
type Service struct {
	options Options

	mu           sync.Mutex
	links        map[string]pendingLink // by state
	replacements map[string]replacement // by confirmation ID
	lastSignIns  map[string]time.Time   // by profile

	// storeSem is held from the check of the account to storing the token, so that
	// one account cannot pass the check for two profiles.
	storeSem chan struct{}
}

type pendingLink struct {
	profile string
	started time.Time
}

// New returns a service without pending sign-ins.
func New(o Options) *Service {
	return &Service{
		options:      o,
		links:        map[string]pendingLink{},
		replacements: map[string]replacement{},
		lastSignIns:  map[string]time.Time{},
		storeSem:     make(chan struct{}, 1),
	}
}

// Start begins a sign-in. It returns the address of the consent page, and one
// that signs out another account first.
func (s *Service) Start(profile string) (consentURL, logoutURL string, err error) {
	if !s.hasProfile(profile) {
		return "", "", fmt.Errorf("%w: %q", ErrUnknownProfile, profile)
	}
	state := rand.Text() // at least 128 bits
	s.mu.Lock()
	s.pruneLinksLocked()
	s.links[state] = pendingLink{profile: profile, started: time.Now()}
	s.mu.Unlock()
	consentURL = s.options.Client.ConsentURL(withings.Consent{
		RedirectURL: s.options.RedirectURL, State: state, Scopes: s.scopes(),
	})
	return consentURL, s.options.Client.LogoutURL(consentURL), nil
}

// pruneLinksLocked removes expired links, and the oldest when there are too
// many. s.mu must be held.
func (s *Service) pruneLinksLocked() {
	for state, link := range s.links {
		if time.Since(link.started) > 2*linkLifetime {
			delete(s.links, state)
		}
	}
	for len(s.links) >= maxLinks {
		oldest := ""
		for state, link := range s.links {
			if oldest == "" || link.started.Before(s.links[oldest].started) {
				oldest = state
			}
		}
		delete(s.links, oldest)
	}
}

// Finish exchanges the code that the browser returned, which is valid for 30
// seconds, and stores the token. It returns the profile of the sign-in. An
// account of another profile is refused. One that differs from the profile's
// previous account is an *OtherAccountError: see Confirm. Once the code is
// spent, the end of ctx does not interrupt storing.
func (s *Service) Finish(ctx context.Context, state, code string) (profile string, err error) {
	link, err := s.takeLink(state)
	if err != nil {
		return link.profile, err
	}
	if code == "" {
		return link.profile, ErrDenied
	}
	// Before the exchange: it spends the code.
	if err := s.options.Store.CheckWritable(ctx, link.profile); err != nil {
		return link.profile, fmt.Errorf("cannot store the sign-in: %w", err)
	}
	token, err := s.options.Client.Exchange(ctx, code, s.options.RedirectURL)
	if errors.Is(err, withings.ErrApplication) { // another code would not help
		return link.profile, fmt.Errorf("%w; %s", err, withings.ApplicationRemedy)
	}
	switch withings.CodeRefusalOf(err) {
	case withings.RefusedCode:
		return link.profile, fmt.Errorf("%w (valid for 30 seconds)", ErrCodeRefused)
	case withings.RefusedCallback:
		return link.profile, fmt.Errorf("%w: %s", ErrCallbackRefused, s.options.RedirectURL)
	case withings.NotRefused:
	}
	if err != nil {
		return link.profile, fmt.Errorf("exchanging the code (valid for 30 seconds): %w", err)
	}
	return link.profile, s.checkAndStore(ctx, link.profile, token, s.options.Replace)
}

// checkAndStore checks a token and stores it. One of another account is held
// back unless it may replace the previous one.
func (s *Service) checkAndStore(ctx context.Context, profile string, token withings.Token, replace bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	select {
	case s.storeSem <- struct{}{}:
		defer func() { <-s.storeSem }()
	case <-ctx.Done():
		return fmt.Errorf("waiting for another sign-in: %w", context.Cause(ctx))
	}
	if err := s.validate(ctx, profile, token); err != nil {
		return err
	}
	if !replace {
		former, err := s.previousAccount(ctx, profile)
		if err != nil {
			return err
		}
		if former != "" && former != token.UserID {
			return s.awaitConfirmation(profile, token)
		}
	}
	if err := s.store(ctx, profile, token); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastSignIns[profile] = time.Now()
	return nil
}

// LastSignIn is when the last sign-in of a profile was stored, the zero time
// for none. Refreshing a token is not a sign-in.
func (s *Service) LastSignIn(profile string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastSignIns[profile]
}

// takeLink removes and returns a pending link, so that it works once.
func (s *Service) takeLink(state string) (pendingLink, error) {
	s.mu.Lock()
	link, known := s.links[state]
	delete(s.links, state)
	s.mu.Unlock()
	switch {
	case !known:
		return pendingLink{}, ErrUnknownState
	case time.Since(link.started) > linkLifetime:
		return link, ErrExpiredState
	}
	return link, nil
}

// validate checks the account and the scopes of a token.
func (s *Service) validate(ctx context.Context, profile string, token withings.Token) error {
	isMeasuring := func(scope string) bool { return scope == withings.ScopeMetrics || scope == withings.ScopeActivity }
	if len(token.Scopes) > 0 && !slices.ContainsFunc(token.Scopes, isMeasuring) {
		return ErrMissingScope
	}
	for _, other := range s.options.Profiles {
		if other.Slug == profile {
			continue
		}
		stored, err := s.options.Store.Load(ctx, other.Slug)
		switch {
		case errors.Is(err, withings.ErrNoToken):
		case err != nil: // it could be the same account
			return fmt.Errorf("reading the token of %s: %w", other.Name, err)
		case stored.UserID != "" && stored.UserID == token.UserID:
			return accountInUseError{other.Name}
		}
	}
	return nil
}

// store saves the token under its lock, so that no concurrent refresh of the
// previous one overwrites it.
func (s *Service) store(ctx context.Context, profile string, token withings.Token) error {
	unlock, err := s.options.Store.Lock(ctx, profile)
	if err != nil {
		return fmt.Errorf("storing the sign-in: %w", err)
	}
	defer unlock()
	if err := s.options.Store.Save(ctx, profile, token); err != nil {
		return fmt.Errorf("storing the sign-in: %w", err)
	}
	return nil
}

// scopes are what a consent requests.
func (s *Service) scopes() []string {
	if s.options.SleepEvents {
		return withings.ScopesWithEvents()
	}
	return withings.AllScopes()
}

func (s *Service) hasProfile(profile string) bool {
	return slices.ContainsFunc(s.options.Profiles, func(p Profile) bool { return p.Slug == profile })
}

// MissingScopes returns the requested scopes that were not granted.
func MissingScopes(granted []string) []string {
	return slices.DeleteFunc(withings.AllScopes(), func(scope string) bool {
		return slices.ContainsFunc(granted, func(g string) bool { return strings.TrimSpace(g) == scope })
	})
}
