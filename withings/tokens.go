package withings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/internal/secret"
)

// TokenStore keeps the tokens of profiles at rest.
type TokenStore interface {
	// Load returns the stored token, or ErrNoToken.
	Load(ctx context.Context, profile string) (Token, error)
	// Save is durable when it returns nil.
	Save(ctx context.Context, profile string, t Token) error
	// Lock excludes other goroutines and other processes until unlock is called.
	Lock(ctx context.Context, profile string) (unlock func(), err error)
	// Writable proves that Save could work now.
	Writable(ctx context.Context, profile string) error
}

const (
	// refreshEarly is how long before its end an access token is replaced.
	refreshEarly = 5 * time.Minute
	// saveTimeout bounds saving when the caller has already given up.
	saveTimeout = 10 * time.Second
)

// vault holds the token of one account between calls. Its methods run one at a
// time, behind the gate of the account.
type vault struct {
	client  *Client
	profile string
	store   TokenStore

	held  Token
	early time.Duration // how long before its end held is replaced
	// stale is the access token that a data call was refused with.
	stale secret.Text
	// unsaved says that held could not be stored; spent is the refresh token that
	// the store still has in its place.
	unsaved bool
	spent   secret.Text
	// last is how the last refresh of held ended that failed: the cloud does not want
	// to be asked the same again within seconds.
	last struct {
		at  time.Time
		err error
	}
}

// token returns an access token that is worth using. The order matters: a
// refresh token is spent only under the lock, after looking whether somebody
// else has spent it, and when the new one can be stored.
func (v *vault) token(ctx context.Context) (Token, error) {
	_ = v.flush(ctx) // still unsaved: the account's state says so, and the token works
	if err := v.reload(ctx); err != nil {
		return Token{}, err
	}
	if v.fresh() {
		return v.held, nil
	}
	if err := v.barred(ctx); err != nil {
		return v.rest(err)
	}
	next, err := v.renew(ctx)
	roundOf(ctx).note(v, next, err)
	if err != nil {
		return v.rest(err)
	}
	return next, nil
}

// renew refreshes under the lock.
func (v *vault) renew(ctx context.Context) (Token, error) {
	unlock, err := v.store.Lock(ctx, v.profile)
	if err != nil {
		return Token{}, fmt.Errorf("locking the token: %w", err)
	}
	defer unlock()
	if err := v.reload(ctx); err != nil {
		return Token{}, err
	}
	if v.fresh() {
		return v.held, nil // another process was here
	}
	if err := v.barred(ctx); err != nil {
		return Token{}, err
	}
	if err := v.store.Writable(ctx, v.profile); err != nil {
		return Token{}, fmt.Errorf("the token is not refreshed because the new one could not be stored: %w", err)
	}
	next, err := v.client.refresh(ctx, v.profile, v.held)
	if err != nil {
		err = v.note(ctx, err)
		v.last.at, v.last.err = time.Now(), err
		return Token{}, err
	}
	return v.keep(ctx, next), nil
}

// keep stores a new token and hands it out. When storing fails after all, memory
// has the only copy: it is used, and saving is tried again at every call.
func (v *vault) keep(ctx context.Context, next Token) Token {
	if !v.unsaved {
		v.spent = v.held.Refresh
	}
	v.adopt(next)
	// Of a token that lives for minutes only, half the life must be usable.
	v.early = min(refreshEarly, time.Until(next.Expiry)/2)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	v.unsaved = v.store.Save(ctx, v.profile, next) != nil
	return next
}

// flush stores an unsaved token, unless the person has signed in anew meanwhile.
func (v *vault) flush(ctx context.Context) error {
	if !v.unsaved {
		return nil
	}
	unlock, err := v.store.Lock(ctx, v.profile)
	if err != nil {
		return fmt.Errorf("locking the token: %w", err)
	}
	defer unlock()
	stored, err := v.store.Load(ctx, v.profile)
	if err == nil && stored.Refresh != v.spent && stored.Refresh != v.held.Refresh {
		v.unsaved = false
		v.adopt(stored)
		return nil
	}
	if err := v.store.Save(ctx, v.profile, v.held); err != nil {
		return fmt.Errorf("storing the token: %w", err)
	}
	v.unsaved = false
	return nil
}

// reload takes over what the store has, because another process may have
// refreshed or the person may have signed in or out.
func (v *vault) reload(ctx context.Context) error {
	if v.unsaved {
		return nil
	}
	stored, err := v.store.Load(ctx, v.profile)
	switch {
	case errors.Is(err, ErrNoToken):
		v.adopt(Token{})
		return fmt.Errorf("%w: %w", ErrSignIn, err)
	case err != nil && v.usable():
		return nil
	case err != nil:
		return fmt.Errorf("loading the token: %w", err)
	}
	if stored.Refresh.Empty() {
		v.adopt(Token{})
		return fmt.Errorf("%w: %w", ErrSignIn, ErrNoToken)
	}
	if stored.Access != v.held.Access || stored.Refresh != v.held.Refresh || stored.Refusals.Last.After(v.held.Refusals.Last) {
		v.adopt(stored)
	}
	return nil
}

func (v *vault) adopt(t Token) {
	if t.Refresh != v.held.Refresh {
		v.last.at, v.last.err = time.Time{}, nil
	}
	v.held, v.early = t, refreshEarly
	v.client.undecided.set(v.profile, t.Refusals.undecided())
}

// fresh says that the access token needs no refresh yet.
func (v *vault) fresh() bool { return v.usable() && time.Until(v.held.Expiry) > v.early }

// usable says that the access token is not known to be dead.
func (v *vault) usable() bool {
	return !v.held.Access.Empty() && v.held.Access != v.stale && time.Now().Before(v.held.Expiry)
}

// rest falls back on an access token that should have been replaced by now but
// still holds. Only when the sign-in is lost is the error always told.
func (v *vault) rest(err error) (Token, error) {
	if v.usable() && !errors.Is(err, ErrSignIn) {
		return v.held, nil
	}
	return Token{}, err
}

// note remembers a refusal of the refresh token and says what it amounts to. All
// other failures pass: they say nothing about the token.
func (v *vault) note(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok || refuses(failed.Class, failed.Status, failed.Text, true) != consent {
		if v.held.Refusals.Final && !errors.Is(err, ErrApplication) {
			return v.held.Refusals.verdict(time.Now()) // an outage does not bring the consent back
		}
		return err
	}
	now := time.Now()
	// A data call that refused the access token before its end is a second witness.
	early := !v.stale.Empty() && v.held.Access == v.stale && now.Before(v.held.Expiry)
	counted := v.held.Refusals.add(failed, early, now)
	if counted.believable(v.client.undecided.others(v.profile)) && !counted.Final {
		// What the cloud says to a refresh with a wrong secret is not known. It may look
		// like this, and nobody shall sign in again for it.
		if err := v.client.Probe(ctx); errors.Is(err, ErrApplication) {
			return err
		}
		counted.Final = true
	}
	v.held.Refusals = counted
	v.client.undecided.set(v.profile, counted.undecided())
	if !v.unsaved {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
		defer cancel()
		_ = v.store.Save(ctx, v.profile, v.held) // else a restart counts from the beginning
	}
	return counted.verdict(now)
}

// barred refuses locally what is not worth a request: what was refused shortly
// before, or has been tried in this round. A person who asks is not kept waiting for
// longer than the cloud wants.
func (v *vault) barred(ctx context.Context) error {
	round := roundOf(ctx)
	if err := round.failed(v); err != nil {
		return err
	}
	now := time.Now()
	if since := now.Sub(v.last.at); v.last.err != nil && since >= 0 && since < tokenPatience().first {
		return v.last.err
	}
	if round.insists() || !v.held.Refusals.pausing(now) {
		return nil
	}
	return v.held.Refusals.verdict(now)
}
