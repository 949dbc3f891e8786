// SPDX-License-Identifier: MIT

package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
)

const (
	codeLife      = 30 * time.Second
	accessLife    = 3 * time.Hour
	refreshLife   = 365 * 24 * time.Hour
	graceOfOld    = 8 * time.Hour
	nonceLife     = 30 * time.Minute
	sameArguments = 10 * time.Second
)

const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
)

func grantTypes() []string { return []string{grantCode, grantRefresh} }

func oauthActions() map[string]action {
	return map[string]action{
		"requesttoken": {run: withChangeDetection(requestToken), parameters: []string{
			"grant_type", "client_id", "client_secret", "nonce", "signature", "code", "redirect_uri", "refresh_token",
		}},
		"revoke": {run: withUnsubscribe(revoke), parameters: []string{"client_id", "nonce", "signature", "userid"}},
	}
}

func signatureActions() map[string]action {
	return map[string]action{"getnonce": {run: getNonce, parameters: []string{"client_id", "timestamp", "signature"}}}
}

// requestToken is v2/oauth2 requesttoken with both grants.
func requestToken(c *Server, q query) response {
	if refused, again := checkRepeatedCallLocked(c, q); again {
		return refused
	}
	grant := q.form.Get("grant_type")
	if !slices.Contains(grantTypes(), grant) {
		return refusal(statusParams, "Invalid_params: invalid grant_type")
	}
	if refused, ok := authenticateLocked(c, q, "requesttoken"); !ok {
		return refused
	}
	if grant == grantRefresh {
		return refreshLocked(c, q)
	}
	return exchangeLocked(c, q)
}

// checkRepeatedCallLocked refuses an identical token call within ten seconds.
func checkRepeatedCallLocked(c *Server, q query) (response, bool) {
	now, key := time.Now(), q.form.Encode()
	for old, at := range c.oauth.calls {
		if now.Sub(at) >= sameArguments {
			delete(c.oauth.calls, old)
		}
	}
	if at, again := c.oauth.calls[key]; again {
		a := refusal(statusTooMany, textSameArguments)
		left := sameArguments - now.Sub(at)
		a.Body = map[string]any{"wait_seconds": int((left + time.Second - 1) / time.Second)}
		return a, true
	}
	c.oauth.calls[key] = now
	return response{}, false
}

// authenticateLocked checks the application by its secret or, as in every
// signed call, by nonce and signature.
func authenticateLocked(c *Server, q query, action string) (response, bool) {
	id := q.form.Get("client_id")
	if id == "" {
		return refusal(statusParams, "Invalid_request: The client ID was not specified in the request"), false
	}
	if action == "requesttoken" && q.form.Has("client_secret") {
		if id != c.clientID || !hmac.Equal([]byte(q.form.Get("client_secret")), []byte(c.secret)) {
			return invalidParameter("client_id or client_secret"), false
		}
		return response{}, true
	}
	for _, name := range []string{"nonce", "signature"} {
		if q.form.Get(name) == "" {
			return missingParameter(name), false
		}
	}
	nonce := q.form.Get("nonce")
	if id != c.clientID || !signed(q.form.Get("signature"), c.secret, action, id, nonce) {
		return refusal(statusSignature, "The signature (using Oauth) is invalid"), false
	}
	if born, ok := c.oauth.nonces[nonce]; !ok || q.now.Sub(born) >= nonceLife {
		return invalidParameter("nonce"), false
	}
	delete(c.oauth.nonces, nonce)
	return response{}, true
}

func signed(signature, secret string, values ...string) bool {
	return hmac.Equal([]byte(signature), []byte(sign(secret, values...)))
}

func sign(secret string, values ...string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(values, ",")))
	return hex.EncodeToString(mac.Sum(nil))
}

// getNonce is v2/signature getnonce.
func getNonce(c *Server, q query) response {
	for _, name := range []string{"client_id", "timestamp", "signature"} {
		if q.form.Get(name) == "" {
			return missingParameter(name)
		}
	}
	id, timestamp := q.form.Get("client_id"), q.form.Get("timestamp")
	if _, err := strconv.ParseInt(timestamp, 10, 64); err != nil {
		return invalidParameter("timestamp")
	}
	if id != c.clientID || !signed(q.form.Get("signature"), c.secret, "getnonce", id, timestamp) {
		return refusal(statusSignature, "The signature (using Oauth) is invalid")
	}
	for old, born := range c.oauth.nonces {
		if q.now.Sub(born) >= nonceLife {
			delete(c.oauth.nonces, old)
		}
	}
	nonce := people.HexDigits(c.random, 40)
	c.oauth.nonces[nonce] = q.now
	return success(map[string]any{"nonce": nonce})
}

// exchangeLocked gives tokens for a code.
func exchangeLocked(c *Server, q query) response {
	for _, name := range []string{"code", "redirect_uri"} {
		if q.form.Get(name) == "" {
			return missingParameter(name)
		}
	}
	code := q.form.Get("code")
	consent, ok := c.oauth.codes[code]
	if !ok || q.now.Sub(consent.given) >= codeLife {
		return invalidParameter("code")
	}
	if q.form.Get("redirect_uri") != consent.redirect {
		return refusal(statusRedirect, "Wrong redirect_uri")
	}
	delete(c.oauth.codes, code)
	return grantLocked(c, consent.account, nil, consent.scopes, q.now)
}

// refreshLocked gives new tokens for a refresh token.
func refreshLocked(c *Server, q query) response {
	token := q.form.Get("refresh_token")
	if token == "" {
		return missingParameter("refresh_token")
	}
	old := c.oauth.byRefresh(token, q.now)
	if old == nil {
		return refusal(statusParams, textBadRefresh)
	}
	return grantLocked(c, old.account, old, old.scopes, q.now)
}

func grantLocked(c *Server, account *people.Account, from *tokenPair, scopes []string, now time.Time) response {
	pair := c.oauth.issue(account, from, scopes, now, people.HexDigits(c.random, 40), people.HexDigits(c.random, 40))
	return success(map[string]any{
		"userid": account.ID(), "access_token": pair.access, "refresh_token": pair.refresh,
		"expires_in": int(accessLife / time.Second), "token_type": "Bearer", "csrf_token": people.HexDigits(c.random, 40),
		"scope": strings.Join(scopes, ","),
	})
}

// revoke is v2/oauth2 revoke, with which an application ends its consent.
func revoke(c *Server, q query) response {
	if refused, ok := authenticateLocked(c, q, "revoke"); !ok {
		return refused
	}
	if q.form.Get("userid") == "" {
		return missingParameter("userid")
	}
	for _, p := range c.store.Accounts {
		if p.ID() == q.form.Get("userid") {
			c.oauth.revokeAll(p)
			return success(struct{}{})
		}
	}
	return refusal(statusUser, "Invalid Params: invalid userid")
}

// Withdraw ends a person's consent from the vendor's side: 401 on data,
// refusal on refresh, until the next consent.
func (c *Server) Withdraw(person string) {
	c.store.Lock()
	defer c.store.Unlock()
	c.oauth.revokeAll(c.store.PersonLocked(person))
}
