// SPDX-License-Identifier: MIT

package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func nonce(t *testing.T, c *Cloud) string {
	t.Helper()
	e := call(t, c, "v2/signature", "", "action", "getnonce", "client_id", c.ClientID(), "timestamp", "1767225600",
		"signature", signature(c.ClientSecret(), "getnonce", c.ClientID(), "1767225600"))
	status(t, e, 0, "")
	return as[string](e.Body["nonce"])
}

func TestNonce(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	if first, second := nonce(t, c), nonce(t, c); first == second {
		t.Error("the same nonce twice")
	}
	status(t, call(t, c, "v2/signature", "", "action", "getnonce", "client_id", c.ClientID(), "timestamp", "1767225601",
		"signature", "x"), 342, "signature")
	status(t, call(t, c, "v2/signature", "", "action", "getnonce", "client_id", c.ClientID(), "signature", "x"),
		503, "missing timestamp")
}

func TestSignedTokenCall(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	code, _ := c.Consent(t.Context(), "Alice", callback, "s")
	n := nonce(t, c)
	ask := func(signature string) envelope {
		return call(t, c, "v2/oauth2", "", "action", "requesttoken",
			"grant_type", "authorization_code", "client_id", c.ClientID(),
			"nonce", n, "signature", signature, "code", code, "redirect_uri", callback)
	}
	status(t, ask(signature(c.ClientSecret(), "revoke", c.ClientID(), n)), 342, "")
	status(t, ask(signature(c.ClientSecret(), "requesttoken", c.ClientID(), n)), 0, "")
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		got := signIn(t, c, "Alice")
		ask := func(n, user string) envelope {
			return call(t, c, "v2/oauth2", "", "action", "revoke", "client_id", c.ClientID(), "nonce", n,
				"signature", signature(c.ClientSecret(), "revoke", c.ClientID(), n), "userid", user)
		}
		old := nonce(t, c)
		<-time.After(30 * time.Minute)
		status(t, ask(old, c.People()[0].UserID), 503, "invalid nonce")
		status(t, ask(nonce(t, c), "1"), 353, "")
		n := nonce(t, c)
		status(t, ask(n, c.People()[0].UserID), 0, "")
		status(t, ask(n, c.People()[0].UserID), 503, "invalid nonce")
		status(t, call(t, c, "measure", got.access, "action", "getmeas"), 401, "")
		status(t, refresh(t, c, got.refresh), 503, "")
	})
}

// signature signs values as a client does.
func signature(secret string, values ...string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(values, ",")))
	return hex.EncodeToString(mac.Sum(nil))
}
