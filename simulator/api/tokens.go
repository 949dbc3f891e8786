// SPDX-License-Identifier: MIT

package api

import (
	"time"

	"vitals2mqtt/simulator/people"
)

// oauthState is the state of the account host.
type oauthState struct {
	codes  map[string]consent
	nonces map[string]time.Time  // nonce → when it was given
	calls  map[string]time.Time  // token call → when it was made last
	tokens map[string]*tokenPair // by access and by refresh token
	newest map[*people.Account]*tokenPair
}

// consent is what a code is exchanged for.
type consent struct {
	account  *people.Account
	redirect string
	scopes   []string
	given    time.Time
}

// tokenPair is an access token with its refresh token.
type tokenPair struct {
	account         *people.Account
	access, refresh string
	scopes          []string
	issued          time.Time
	previous        *tokenPair // what this pair replaces, until it is used
	used            bool       // the access token was presented
	replaced        time.Time  // when a newer pair was issued; zero = newest
	revoked         bool       // neither token is valid
	refreshSpent    bool       // the refresh token is invalid
}

func newOAuthState() oauthState {
	return oauthState{
		codes:  map[string]consent{},
		nonces: map[string]time.Time{},
		calls:  map[string]time.Time{},
		tokens: map[string]*tokenPair{},
		newest: map[*people.Account]*tokenPair{},
	}
}

// issue makes a pair the person's newest. The one before is valid until the new
// one is used, eight hours at most. When two refreshes are made from one token,
// the second ends the pair of the first.
func (s *oauthState) issue(
	account *people.Account, from *tokenPair, scopes []string, now time.Time, access, refresh string,
) *tokenPair {
	issued := &tokenPair{account: account, access: access, refresh: refresh, scopes: scopes, issued: now}
	last := s.newest[account]
	if last != nil && from != nil && last != from && !last.used {
		last.revoked = true
		last = from
	}
	if last != nil {
		issued.previous = last
		if last.replaced.IsZero() {
			last.replaced = now
		}
	}
	s.prune(now)
	account.Consented = true
	s.newest[account], s.tokens[access], s.tokens[refresh] = issued, issued, issued
	return issued
}

// markUsed records that the access token was presented, which ends the refresh
// tokens before it.
func (p *tokenPair) markUsed() {
	for old := p.previous; old != nil; old = old.previous {
		old.refreshSpent = true
	}
	p.previous, p.used = nil, true
}

// byAccess returns the pair of a valid access token, or nil.
func (s *oauthState) byAccess(token string, now time.Time) *tokenPair {
	p := s.tokens[token]
	if p == nil || p.revoked || p.access != token || now.Sub(p.issued) >= accessLife {
		return nil
	}
	return p
}

// byRefresh returns the pair of a valid refresh token, or nil.
func (s *oauthState) byRefresh(token string, now time.Time) *tokenPair {
	p := s.tokens[token]
	switch {
	case p == nil || p.revoked || p.refreshSpent || p.refresh != token:
		return nil
	case now.Sub(p.issued) >= refreshLife:
		return nil
	case !p.replaced.IsZero() && now.Sub(p.replaced) >= graceOfOld:
		return nil
	}
	return p
}

// owner returns whose a token or code is or was, or nil.
func (s *oauthState) owner(token string) *people.Account {
	if p := s.tokens[token]; p != nil {
		return p.account
	}
	return s.codes[token].account
}

// revokeAll ends everything a person has allowed.
func (s *oauthState) revokeAll(account *people.Account) {
	for _, p := range s.tokens {
		if p.account == account {
			p.revoked = true
		}
	}
	for code, given := range s.codes {
		if given.account == account {
			delete(s.codes, code)
		}
	}
	delete(s.newest, account)
	account.Consented = false
}

// prune removes what cannot be used any more, so that years of refreshes do not
// accumulate.
func (s *oauthState) prune(now time.Time) {
	for token, p := range s.tokens {
		if now.Sub(p.issued) >= accessLife && s.byRefresh(p.refresh, now) == nil {
			delete(s.tokens, token)
		}
	}
	for code, given := range s.codes {
		if now.Sub(given.given) >= codeLife {
			delete(s.codes, code)
		}
	}
}
