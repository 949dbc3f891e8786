package simulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var vectorSecret = strings.Repeat("0123456789abcdef", 4)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]string{
		"getnonce,cafe0001cafe0001,1767225600":               "dbe1da39f3272ab7d3ad53ddaca15633e8517e59e06343bd92aee32d49976855",
		"requesttoken,cafe0001cafe0001,5d1f0c6f5f0e4d0c9a51": "f5c32d50821ce1e7fd73256f95fa2e8ea436d0eda7a685a1c9f64b69e3d87484",
		"revoke,cafe0001cafe0001,5d1f0c6f5f0e4d0c9a51":       "1b4e58c825097dd1ac4fa494c48967b65e7567bc864c52e218904ee76d52380f",
	} {
		if got := sign(vectorSecret, strings.Split(values, ",")...); got != want {
			t.Errorf("%s: %s, want %s", values, got, want)
		}
	}
}

func nonce(t *testing.T, c *Cloud) string {
	t.Helper()
	e := call(t, c, "v2/signature", "", "action", "getnonce", "client_id", c.ClientID(), "timestamp", "1767225600",
		"signature", sign(c.ClientSecret(), "getnonce", c.ClientID(), "1767225600"))
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
		return call(t, c, "v2/oauth2", "", "action", "requesttoken", "grant_type", "authorization_code", "client_id", c.ClientID(),
			"nonce", n, "signature", signature, "code", code, "redirect_uri", callback)
	}
	status(t, ask(sign(c.ClientSecret(), "revoke", c.ClientID(), n)), 342, "")
	status(t, ask(sign(c.ClientSecret(), "requesttoken", c.ClientID(), n)), 0, "")
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		got := signIn(t, c, "Alice")
		ask := func(n, user string) envelope {
			return call(t, c, "v2/oauth2", "", "action", "revoke", "client_id", c.ClientID(), "nonce", n,
				"signature", sign(c.ClientSecret(), "revoke", c.ClientID(), n), "userid", user)
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
