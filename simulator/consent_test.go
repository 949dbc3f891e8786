// SPDX-License-Identifier: MIT

package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// browse sends a request as a browser would, without following redirects.
func browse(t *testing.T, c *Cloud, method, target string, form url.Values) (status int, location, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	raw, _ := io.ReadAll(w.Body)
	return w.Code, w.Header().Get("Location"), string(raw)
}

func consentURL(c *Cloud, change ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {c.ClientID()}, "state": {"xyz&"},
		"scope": {"user.info,user.metrics,user.activity"}, "redirect_uri": {callback},
	}
	for i := 0; i < len(change); i += 2 {
		q.Set(change[i], change[i+1])
	}
	return "/oauth2_user/authorize2?" + q.Encode()
}

func TestConsentPage(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{RedirectURLs: []string{callback}})
	code, _, page := browse(t, c, http.MethodGet, consentURL(c), nil)
	if code != http.StatusOK {
		t.Fatalf("HTTP %d: %s", code, page)
	}
	for _, want := range []string{"Alice", "Bob", c.People()[1].UserID, `value="user.activity"`, "xyz%26"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	form := url.Values{"decision": {"allow"}, "profile": {c.People()[1].UserID}}
	form["scope"] = []string{"user.metrics", "user.sleepevents"}
	code, location, body := browse(t, c, http.MethodPost, consentURL(c), form)
	back, err := url.Parse(location)
	if code != http.StatusFound || err != nil || back.Query().Get("state") != "xyz&" {
		t.Fatalf("HTTP %d to %q: %s", code, location, body)
	}
	e := exchange(t, c, back.Query().Get("code"), callback)
	if e.Body["userid"] != c.People()[1].UserID || e.Body["scope"] != "user.metrics" {
		t.Errorf("not the chosen scopes: %v", e)
	}
}

func TestConsentRefusedByPerson(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	denied := url.Values{"decision": {"deny"}}
	_, location, _ := browse(t, c, http.MethodPost, consentURL(c, "redirect_uri", callback+"?a=b"), denied)
	if want := callback + "?a=b&error=access_denied&state=xyz%26"; location != want {
		t.Errorf("redirect to %q, want %q", location, want)
	}
}

func TestConsentErrorsAreJSON(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{RedirectURLs: []string{callback}})
	for words, change := range map[string][]string{
		"redirect_uri_mismatch: The redirect URI provided": {"redirect_uri", callback + "/"},
		"redirect_uri_mismatch":                            {"redirect_uri", ""},
		"invalid_client":                                   {"client_id", "x"},
		"missing state":                                    {"state", ""},
		"unsupported_response_type":                        {"response_type", "token"},
		"invalid_scope":                                    {"scope", "user.info user.metrics"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			_, location, body := browse(t, c, method, consentURL(c, change...), url.Values{"decision": {"allow"}})
			if location != "" || !strings.HasPrefix(body, `{"errors":[{"message":"`) || !strings.Contains(body, words) {
				t.Errorf("%s %v: %q %s", method, change, location, body)
			}
		}
	}
	unknown := url.Values{"decision": {"allow"}, "profile": {"7"}}
	if _, location, body := browse(t, c, http.MethodPost, consentURL(c), unknown); location != "" {
		t.Errorf("a code for an unknown profile: %q %s", location, body)
	}
}

func TestLogoutGoesToTheConsentPageOnly(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	_, location, _ := browse(t, c, http.MethodGet, "/logout?r="+url.QueryEscape("https://account.test"+consentURL(c)), nil)
	if location != consentURL(c) {
		t.Errorf("redirect to %q, want %q", location, consentURL(c))
	}
	if _, location, _ := browse(t, c, http.MethodGet, "/logout?r=https://evil.test/", nil); location != "" {
		t.Errorf("redirect to %q", location)
	}
}

func TestConsentMethod(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{RedirectURLs: []string{callback}})
	for name, ask := range map[string]func() (string, error){
		"person":   func() (string, error) { return c.Consent(t.Context(), "Carol", callback, "s") },
		"redirect": func() (string, error) { return c.Consent(t.Context(), "Bob", "https://other.test", "s") },
		"state":    func() (string, error) { return c.Consent(t.Context(), "Bob", callback, "") },
	} {
		if code, err := ask(); err == nil {
			t.Errorf("wrong %s: code %q", name, code)
		}
	}
}
