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
	// refusalGap must lie between two refusals before both are believed: the cloud
	// has waves of refusals that pass.
	refusalGap = time.Minute
	// refusalRetry is how often a token that was refused for good is tried again.
	refusalRetry = time.Hour
	// saveTimeout bounds saving when the caller has already given up.
	saveTimeout = 10 * time.Second
)

// refusal remembers what the cloud said about one refresh token.
type refusal struct {
	refresh     secret.Text
	first, last time.Time
	final       bool
	cause       *Error
}

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
	refused refusal
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
	if err := v.barred(); err != nil {
		return v.rest(err)
	}
	return v.renew(ctx)
}

// renew refreshes under the lock.
func (v *vault) renew(ctx context.Context) (Token, error) {
	unlock, err := v.store.Lock(ctx, v.profile)
	if err != nil {
		return v.rest(fmt.Errorf("locking the token: %w", err))
	}
	defer unlock()
	if err := v.reload(ctx); err != nil {
		return Token{}, err
	}
	if v.fresh() {
		return v.held, nil // another process was here
	}
	if err := v.barred(); err != nil {
		return v.rest(err)
	}
	if err := v.store.Writable(ctx, v.profile); err != nil {
		return v.rest(fmt.Errorf("the token is not refreshed because the new one could not be stored: %w", err))
	}
	next, err := v.client.refresh(ctx, v.profile, v.held)
	if err != nil {
		return v.rest(v.note(err))
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
	if stored.Access != v.held.Access || stored.Refresh != v.held.Refresh {
		v.adopt(stored)
	}
	return nil
}

func (v *vault) adopt(t Token) {
	v.held, v.early = t, refreshEarly
	if v.refused.refresh != t.Refresh {
		v.refused = refusal{}
	}
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
func (v *vault) note(err error) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok || !refusesRefresh(failed) {
		return err
	}
	now := time.Now()
	if v.refused.refresh != v.held.Refresh {
		v.refused = refusal{refresh: v.held.Refresh, first: now}
	}
	v.refused.last, v.refused.cause = now, failed
	v.refused.final = v.refused.final || now.Sub(v.refused.first) >= refusalGap
	return v.verdict(failed)
}

// verdict words a refusal that has been noted.
func (v *vault) verdict(failed *Error) error {
	if v.refused.final {
		return fmt.Errorf("%w: %w", ErrSignIn, v.refused.cause)
	}
	once := *failed
	once.Class, once.RetryAfter = Temporary, refusalGap-time.Since(v.refused.last)
	once.Err = ErrRefusedOnce
	return &once
}

// ErrRefusedOnce says that the cloud refused a refresh, and that only a second
// refusal will be believed.
var ErrRefusedOnce = errors.New("the refresh was refused once, a second time will be believed")

// barred refuses locally what is not worth a request: a second try too early
// after the first refusal, and more than one an hour after the last.
func (v *vault) barred() error {
	if v.refused.refresh.Empty() || v.refused.refresh != v.held.Refresh {
		return nil
	}
	pause := refusalGap
	if v.refused.final {
		pause = refusalRetry
	}
	if time.Since(v.refused.last) >= pause {
		return nil
	}
	return v.verdict(v.refused.cause)
}

// refusesRefresh is true for answers that speak of the token. Throttling, outages
// and mistakes of ours never do, whatever number they come with.
func refusesRefresh(e *Error) bool {
	if e.Class != Auth && e.Class != Params {
		return false
	}
	if e.Status != NoStatus {
		return e.Status == statusInvalid || classOfStatus(e.Status) == Auth
	}
	return oauthRefusals[e.Text]
}

// oauthRefusals are RFC 6749's words, should the endpoint ever speak plain OAuth.
//
//nolint:gochecknoglobals // a table that nobody writes to
var oauthRefusals = map[string]bool{
	"invalid_grant": true, "invalid_token": true, "invalid_client": true, "unauthorized_client": true,
}
