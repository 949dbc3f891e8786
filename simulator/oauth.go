package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/withings"
)

const (
	scopeInfo        = withings.ScopeInfo
	scopeMetrics     = withings.ScopeMetrics
	scopeActivity    = withings.ScopeActivity
	scopeSleepEvents = withings.ScopeSleepEvents

	codeLife      = 30 * time.Second
	accessLife    = 3 * time.Hour
	refreshLife   = 365 * 24 * time.Hour
	graceOfOld    = 8 * time.Hour
	nonceLife     = 30 * time.Minute
	sameArguments = 10 * time.Second
)

func allScopes() []string { return withings.ScopesWithEvents() }

// requestToken is v2/oauth2 requesttoken with both grants.
func requestToken(c *Cloud, q query) answer {
	if refused, again := c.checkRepeatedCallLocked(q); again {
		return refused
	}
	grant := q.form.Get("grant_type")
	if grant != "authorization_code" && grant != "refresh_token" {
		return refusal(statusParams, "Invalid_params: invalid grant_type")
	}
	if refused, ok := c.authenticateLocked(q, "requesttoken"); !ok {
		return refused
	}
	if grant == "refresh_token" {
		return c.refreshLocked(q)
	}
	return c.exchangeLocked(q)
}

// checkRepeatedCallLocked refuses an identical token call that comes too soon after the last one.
func (c *Cloud) checkRepeatedCallLocked(q query) (answer, bool) {
	if c.knobs.AllowRepeatedTokenCalls {
		return answer{}, false
	}
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
	return answer{}, false
}

// authenticateLocked checks the application: by its secret or, as every signed call, by nonce and signature.
func (c *Cloud) authenticateLocked(q query, action string) (answer, bool) {
	id := q.form.Get("client_id")
	if id == "" {
		return refusal(statusParams, "Invalid_request: The client ID was not specified in the request"), false
	}
	if action == "requesttoken" && q.form.Has("client_secret") {
		if id != c.clientID || !hmac.Equal([]byte(q.form.Get("client_secret")), []byte(c.secret)) {
			return invalidParameter("client_id or client_secret"), false
		}
		return answer{}, true
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
	return answer{}, true
}

// signed compares a signature with that of the joined values.
func signed(signature, secret string, values ...string) bool {
	return hmac.Equal([]byte(signature), []byte(sign(secret, values...)))
}

func sign(secret string, values ...string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(values, ",")))
	return hex.EncodeToString(mac.Sum(nil))
}

// getNonce is v2/signature getnonce.
func getNonce(c *Cloud, q query) answer {
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
	nonce := hexDigits(c.random, 40)
	c.oauth.nonces[nonce] = q.now
	return success(map[string]any{"nonce": nonce})
}

// exchangeLocked gives tokens for a code.
func (c *Cloud) exchangeLocked(q query) answer {
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
	return c.grantLocked(consent.who, nil, consent.scopes, q.now, true)
}

// refreshLocked gives new tokens for a refreshLocked token.
func (c *Cloud) refreshLocked(q query) answer {
	token := q.form.Get("refresh_token")
	if token == "" {
		return missingParameter("refresh_token")
	}
	old := c.oauth.byRefresh(token, q.now)
	if old == nil {
		return refusal(statusParams, textBadRefresh)
	}
	return c.grantLocked(old.who, old, old.scopes, q.now, !c.knobs.NoRefreshScope)
}

// grantLocked issues a pair of tokens and writes the answer.
func (c *Cloud) grantLocked(who *account, from *tokenPair, scopes []string, now time.Time, withScope bool) answer {
	pair := c.oauth.issue(who, from, scopes, now, hexDigits(c.random, 40), hexDigits(c.random, 40))
	body := map[string]any{
		"userid": who.userID(), "access_token": pair.access, "refresh_token": pair.refresh,
		"expires_in": int(accessLife / time.Second), "token_type": "Bearer", "csrf_token": hexDigits(c.random, 40),
	}
	if withScope {
		body["scope"] = strings.Join(scopes, ",")
	}
	if c.knobs.NumericUserID {
		body["userid"] = who.UserID
	}
	if c.knobs.TextExpiry {
		body["expires_in"] = strconv.Itoa(int(accessLife / time.Second))
	}
	return success(body)
}

// revoke is v2/oauth2 revoke, the application's goodbye.
func revoke(c *Cloud, q query) answer {
	if refused, ok := c.authenticateLocked(q, "revoke"); !ok {
		return refused
	}
	if q.form.Get("userid") == "" {
		return missingParameter("userid")
	}
	for _, p := range c.people {
		if p.userID() == q.form.Get("userid") {
			c.oauth.revokeAll(p)
			return success(struct{}{})
		}
	}
	return refusal(statusUser, "Invalid Params: invalid userid")
}

// Withdraw ends a person's consent from the vendor's side: 401 on data, refusal on refresh, until the next consent.
// It panics when there is no such person.
func (c *Cloud) Withdraw(person string) { must(struct{}{}, c.withdraw(person)) }

func (c *Cloud) withdraw(person string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	who, err := c.personLocked(person)
	if err != nil {
		return err
	}
	c.oauth.revokeAll(who)
	return nil
}
