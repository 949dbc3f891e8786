// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"
)

// Account reads the data of one user. It is safe for concurrent use; only one
// refresh of its token runs at a time.
type Account struct {
	client  *Client
	profile string
	sem     chan struct{} // held while token is used
	tokens  tokenManager

	mu    sync.Mutex
	state AccountState
}

// AccountState is what is known about an account's sign-in since its last call.
type AccountState struct {
	// SignedIn is true when there is a token that was not refused for good.
	SignedIn bool
	UserID   string
	Scopes   []string
	// Expiry is the end of the access token.
	Expiry time.Time
	// Unsaved is true when the token could not be stored: it is lost when the
	// program ends before Flush succeeds.
	Unsaved bool
	// Refused is true when the cloud refused the refresh for good.
	Refused bool
	// TokenError is why the stored token cannot be read: *DamagedTokenError,
	// *NewerTokenError or another error; nil if it can or if there is none. The
	// account may still work with the token in memory.
	TokenError error
}

// Account returns the access to the data of one profile, whose token is in
// store.
func (c *Client) Account(profile string, store TokenStore) *Account {
	return &Account{
		client: c, profile: profile, sem: make(chan struct{}, 1),
		tokens: tokenManager{client: c, profile: profile, tokenStore: store, margin: refreshMargin},
	}
}

// State returns the state after the last call.
func (a *Account) State() AccountState {
	a.mu.Lock()
	defer a.mu.Unlock()
	state := a.state
	state.Scopes = append([]string(nil), state.Scopes...)
	return state
}

// Flush stores a token that could not be stored before. Call it at shutdown.
func (a *Account) Flush(ctx context.Context) error {
	if err := a.acquire(ctx); err != nil {
		return err
	}
	defer a.release()
	return a.tokens.flush(ctx)
}

func (a *Account) acquire(ctx context.Context) error {
	if ctx.Err() != nil { // even when sem is free
		return fmt.Errorf("waiting for access token: %w", context.Cause(ctx))
	}
	select {
	case a.sem <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for access token: %w", context.Cause(ctx))
	}
}

func (a *Account) release() {
	v := &a.tokens
	refused := v.current.Refusals.Final
	state := AccountState{
		SignedIn:   !v.current.Refresh.IsEmpty() && !refused,
		UserID:     v.current.UserID,
		Scopes:     v.current.Scopes,
		Expiry:     v.current.Expiry,
		Unsaved:    v.unsaved,
		Refused:    refused,
		TokenError: v.loadError,
	}
	a.mu.Lock()
	a.state = state
	a.mu.Unlock()
	<-a.sem
}

// token returns a usable token, not the one named as stale.
func (a *Account) token(ctx context.Context, stale Token) (Token, error) {
	if err := a.acquire(ctx); err != nil {
		return Token{}, err
	}
	defer a.release()
	if !stale.Access.IsEmpty() {
		a.tokens.stale = stale.Access
	}
	return a.tokens.token(ctx)
}

// call fetches data. When the access token is refused, it is refreshed and the
// call repeated once.
func call[T any](ctx context.Context, a *Account, service, action string, form url.Values) (T, error) {
	var none T
	token, err := a.token(ctx, Token{})
	if err != nil {
		return none, err
	}
	q := apiRequest{
		service: service, action: action, profile: a.profile, form: form,
		bearer: token.Access, retry: dataRetryPolicy(), urgency: urgencyFrom(ctx),
	}
	q.exclusive = q.urgency != urgencyBackground // a poll does not wait for the history of its profile
	response, err := send[T](ctx, a.client, q)
	if ClassOf(err) != Auth || sharedRefreshFrom(ctx).hasIssued(&a.tokens, token) {
		return response, err // a token that was just refreshed is not refreshed again
	}
	if token, err = a.token(ctx, token); err != nil {
		return none, err
	}
	q.bearer = token.Access
	return send[T](ctx, a.client, q)
}
