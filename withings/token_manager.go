// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/internal/secret"
)

// TokenStore stores the tokens of profiles.
type TokenStore interface {
	// Load returns the stored token, or ErrNoToken.
	Load(ctx context.Context, profile string) (Token, error)
	// Save is durable when it returns nil.
	Save(ctx context.Context, profile string, t Token) error
	// Lock excludes other goroutines and other processes until unlock is called.
	Lock(ctx context.Context, profile string) (unlock func(), err error)
	// CheckWritable proves that Save could work now.
	CheckWritable(ctx context.Context, profile string) error
}

const (
	// refreshMargin is how long before its end an access token is replaced.
	refreshMargin = 5 * time.Minute
	// saveTimeout bounds saving when the caller has already given up.
	saveTimeout = 10 * time.Second
)

// tokenManager holds the token of one account between calls. Account.sem must
// be held for all its methods.
type tokenManager struct {
	client     *Client
	profile    string
	tokenStore TokenStore

	current Token
	margin  time.Duration // how long before its end held is replaced
	// stale is the access token that a data call was refused with.
	stale secret.Text
	// unsaved is true when current could not be stored; spent is the refresh token
	// that the store still has in its place.
	unsaved       bool
	storedRefresh secret.Text
	// loadError is why the stored token could not be read, nil if it was or if
	// there is none.
	loadError error
	// lastFailure is the error of the last failed refresh of current: the cloud
	// refuses the same call within seconds.
	lastFailure struct {
		at  time.Time
		err error
	}
}

// token returns a usable access token. The order matters: a refresh token is
// spent only under the lock, after checking that no other process has spent it,
// and that the new one can be stored.
func (v *tokenManager) token(ctx context.Context) (Token, error) {
	_ = v.flush(ctx) // still unsaved: the account's state says so, and the token works
	if err := v.reload(ctx); err != nil {
		return Token{}, err
	}
	if v.isFresh() {
		return v.current, nil
	}
	if err := v.backoffError(ctx); err != nil {
		return v.fallback(err)
	}
	next, err := v.refresh(ctx)
	sharedRefreshFrom(ctx).record(v, next, err)
	if err != nil {
		return v.fallback(err)
	}
	return next, nil
}

// refresh refreshes under the lock.
func (v *tokenManager) refresh(ctx context.Context) (Token, error) {
	unlock, err := v.tokenStore.Lock(ctx, v.profile)
	if err != nil {
		return Token{}, fmt.Errorf("locking token store: %w", err)
	}
	defer unlock()
	if err := v.reload(ctx); err != nil {
		return Token{}, err
	}
	if v.isFresh() {
		return v.current, nil // another process has refreshed it
	}
	if err := v.backoffError(ctx); err != nil {
		return Token{}, err
	}
	if err := v.tokenStore.CheckWritable(ctx, v.profile); err != nil {
		return Token{}, fmt.Errorf("token not refreshed: token store is not writable: %w", err)
	}
	next, err := v.client.refresh(ctx, v.profile, v.current)
	if err != nil {
		err = v.recordRefusal(ctx, err)
		v.lastFailure.at, v.lastFailure.err = time.Now(), err
		return Token{}, err
	}
	return v.store(ctx, next), nil
}

// store stores a new token and hands it out. When storing fails after all,
// memory has the only copy: it is used, and saving is tried again at every
// call.
func (v *tokenManager) store(ctx context.Context, next Token) Token {
	if !v.unsaved {
		v.storedRefresh = v.current.Refresh
	}
	v.use(next)
	// A token that is valid for minutes only must be usable for half of them.
	v.margin = min(refreshMargin, time.Until(next.Expiry)/2)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	v.unsaved = v.tokenStore.Save(ctx, v.profile, next) != nil
	return next
}

// flush stores an unsaved token, unless the user has signed in again.
func (v *tokenManager) flush(ctx context.Context) error {
	if !v.unsaved {
		return nil
	}
	unlock, err := v.tokenStore.Lock(ctx, v.profile)
	if err != nil {
		return fmt.Errorf("locking token store: %w", err)
	}
	defer unlock()
	stored, err := v.tokenStore.Load(ctx, v.profile)
	if err == nil && stored.Refresh != v.storedRefresh && stored.Refresh != v.current.Refresh {
		v.unsaved = false
		v.use(stored)
		return nil
	}
	if err := v.tokenStore.Save(ctx, v.profile, v.current); err != nil {
		return fmt.Errorf("saving token: %w", err)
	}
	v.unsaved = false
	return nil
}

// reload loads the stored token, because another process may have refreshed it
// or the user may have signed in or out.
func (v *tokenManager) reload(ctx context.Context) error {
	if v.unsaved {
		return nil
	}
	stored, err := v.tokenStore.Load(ctx, v.profile)
	v.loadError = err
	if err == ErrNoToken { //nolint:errorlint // a wrapped one has another cause
		v.loadError = nil
	}
	switch {
	case errors.Is(err, ErrNoToken):
		v.use(Token{})
		return fmt.Errorf("%w: %w", ErrSignIn, err)
	case err != nil && v.isUsable():
		return nil
	case err != nil:
		return fmt.Errorf("loading token: %w", err)
	}
	if stored.Refresh.IsEmpty() {
		v.use(Token{})
		return fmt.Errorf("%w: %w", ErrSignIn, ErrNoToken)
	}
	if stored.Access != v.current.Access || stored.Refresh != v.current.Refresh ||
		stored.Refusals.Last.After(v.current.Refusals.Last) {
		v.use(stored)
	}
	return nil
}

func (v *tokenManager) use(t Token) {
	if t.Refresh != v.current.Refresh {
		v.lastFailure.at, v.lastFailure.err = time.Time{}, nil
	}
	v.current, v.margin = t, refreshMargin
	v.client.pendingRefusals.set(v.profile, t.Refusals.isPending())
}

// isFresh reports whether the access token needs no refresh.
func (v *tokenManager) isFresh() bool { return v.isUsable() && time.Until(v.current.Expiry) > v.margin }

// isUsable reports whether the access token is not known to be invalid.
func (v *tokenManager) isUsable() bool {
	return !v.current.Access.IsEmpty() && v.current.Access != v.stale && time.Now().Before(v.current.Expiry)
}

// fallback returns an access token that should have been replaced by now but is
// still valid. The error is dropped then, unless the sign-in is lost.
func (v *tokenManager) fallback(err error) (Token, error) {
	if v.isUsable() && !errors.Is(err, ErrSignIn) {
		return v.current, nil
	}
	return Token{}, err
}

// recordRefusal records a refusal of the refresh token and returns its error.
// Other failures pass unchanged: they say nothing about the token.
func (v *tokenManager) recordRefusal(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok || classifyRefusal(failed.Class, failed.Status, failed.Text, true) != targetConsent {
		if v.current.Refusals.Final && !errors.Is(err, ErrApplication) {
			return v.current.Refusals.refusalError(time.Now()) // an outage does not restore the consent
		}
		return err
	}
	now := time.Now()
	// A data call that refused the access token before its expiry confirms it.
	early := !v.stale.IsEmpty() && v.current.Access == v.stale && now.Before(v.current.Expiry)
	counted := v.current.Refusals.add(failed, early, now)
	if counted.isConclusive(v.client.pendingRefusals.hasOther(v.profile)) && !counted.Final {
		// The response to a refresh with a wrong secret is not documented. It
		// may look like this, and must not cause a new sign-in.
		if err := v.client.Probe(ctx); errors.Is(err, ErrApplication) {
			return err
		}
		counted.Final = true
	}
	v.current.Refusals = counted
	v.client.pendingRefusals.set(v.profile, counted.isPending())
	if !v.unsaved {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
		defer cancel()
		_ = v.tokenStore.Save(ctx, v.profile, v.current) // else a restart counts from the beginning
	}
	return counted.refusalError(now)
}

// backoffError fails a refresh locally that was refused shortly before, or was
// attempted in this round. A request of the user waits no longer than the cloud
// requires.
func (v *tokenManager) backoffError(ctx context.Context) error {
	shared := sharedRefreshFrom(ctx)
	if err := shared.refreshError(v); err != nil {
		return err
	}
	now := time.Now()
	if since := now.Sub(v.lastFailure.at); v.lastFailure.err != nil && since >= 0 &&
		since < tokenRetryPolicy().initialDelay {
		return v.lastFailure.err
	}
	if shared.isForced() || !v.current.Refusals.isBackingOff(now) {
		return nil
	}
	return v.current.Refusals.refusalError(now)
}
