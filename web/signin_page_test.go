// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vitals2mqtt/web"
)

func TestSignInPageOffersLinkCodeAndPaste(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	body := request(t, page, http.MethodGet, "/profiles/bob/sign-in").Body.String()
	for _, want := range []string{
		"<h1>Sign in Bob</h1>", `href="https://account.example/authorize?state=s3cret-state"`,
		`href="https://account.example/logout?r=x"`, `aria-label="QR code of the link to the consent page for Bob"`,
		"http://127.0.0.1:0/oauth/callback", `<textarea id="address"`, "valid for 30 seconds", `src="/countdown.js"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if strings.Contains(body, "/sign-out\"") {
		t.Error("it offers to sign out where that cannot be done")
	}
	if got := h.signIn.started; len(got) != 1 || got[0] != "bob" {
		t.Errorf("begun: %v", got)
	}
	request(t, page, http.MethodHead, "/profiles/bob/sign-in")
	request(t, page, http.MethodGet, "/profiles/bob/sign-in", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "image",
		"Sec-Fetch-Mode", "no-cors")
	if answer := request(t, page, http.MethodGet, "/profiles/mallory/sign-in"); answer.Code != http.StatusNotFound {
		t.Errorf("unknown profile: %d", answer.Code)
	}
	if len(h.signIn.started) != 1 {
		t.Errorf("a sign-in was started: %v", h.signIn.started)
	}
	german := request(t, page, http.MethodGet, "/profiles/bob/sign-in", "Accept-Language", "de").Body.String()
	if !strings.Contains(german, "<h1>Bob anmelden</h1>") || !strings.Contains(german, "Zustimmungsseite öffnen") {
		t.Error(german)
	}
}

func TestPastedAddress(t *testing.T) {
	t.Parallel()
	const right = "https://example.org/?state=s3cret-state&code=c0de-of-alice"
	for _, row := range []struct {
		name, profile, address string
		asksToReplace          bool
		status                 int
		words                  string
	}{
		{"right", "alice", right, false, http.StatusOK, "Alice is signed in"},
		{
			"of another person", "bob", right, false, http.StatusUnprocessableEntity,
			"belongs to the sign-in of another person",
		},
		{
			"wrong", "alice", "https://example.org/?state=guessed-state&code=c0de-of-alice", false,
			http.StatusUnprocessableEntity, "unknown or too old",
		},
		{"another account", "alice", right, true, http.StatusConflict, `action="/profiles/alice/account"`},
	} {
		h := newHarness()
		h.signIn.asksToReplace = row.asksToReplace
		page := h.handler(t, nil)
		path := "/profiles/" + row.profile + "/sign-in"
		token := formToken(t, request(t, page, http.MethodGet, path).Body.String())
		answer := postForm(t, page, path, url.Values{"token": {token}, "address": {row.address}}, "Origin", "null")
		body := answer.Body.String()
		if answer.Code != row.status || !strings.Contains(body, row.words) {
			t.Errorf("%s: %d %s", row.name, answer.Code, body)
		}
		for _, private := range []string{"c0de-of-alice", "guessed-state"} {
			if strings.Contains(body, private) || strings.Contains(h.log.String(), private) {
				t.Errorf("%s: %s leaked\n%s\n%s", row.name, private, h.log.String(), body)
			}
		}
		if !row.asksToReplace {
			continue
		}
		token = formToken(t, body)
		answer = postForm(t, page, "/profiles/alice/account",
			url.Values{"token": {token}, "confirmation": {"the-confirmation"}, "answer": {"replace"}}, "Origin", "null")
		if answer.Code != http.StatusOK || len(h.signIn.answers) != 1 || !h.signIn.answers[0] {
			t.Errorf("%d, answered %v", answer.Code, h.signIn.answers)
		}
	}
}

func TestSignOutAsksBefore(t *testing.T) {
	t.Parallel()
	var asked []bool
	outcome, failure := "kept", errors.New("the API is down")
	h := newHarness()
	page := h.handler(t, func(o *web.Options) {
		o.Disconnect = func(_ context.Context, profile string, anyway bool) (string, string, error) {
			if profile != "alice" {
				t.Errorf("signs %s out", profile)
			}
			asked = append(asked, anyway)
			return outcome, "", failure
		}
	})
	const path = "/profiles/alice/sign-out"
	question := request(t, page, http.MethodGet, path).Body.String()
	if !strings.Contains(question, "the tokens of Alice are deleted") || len(asked) > 0 ||
		strings.Contains(question, `name="anyway"`) {
		t.Errorf("asked %v: %s", asked, question)
	}
	if answer := postForm(t, page, path, nil, "Origin", "https://evil.example"); answer.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", answer.Code)
	}
	form := url.Values{"token": {formToken(t, question)}}
	answer := postForm(t, page, path, form)
	if body := answer.Body.String(); answer.Code != http.StatusServiceUnavailable ||
		!strings.Contains(body, "Nothing was changed: the API is down") || !strings.Contains(body, `name="anyway"`) {
		t.Errorf("%d %s", answer.Code, body)
	}
	outcome = "unconfirmed"
	form.Set("anyway", "1")
	answer = postForm(t, page, path, form)
	if body := answer.Body.String(); answer.Code != http.StatusOK || !strings.Contains(body, "revoke it in the Withings app") {
		t.Errorf("%d %s", answer.Code, body)
	}
	if len(asked) != 2 || asked[0] || !asked[1] {
		t.Errorf("signed out %v", asked)
	}
}
