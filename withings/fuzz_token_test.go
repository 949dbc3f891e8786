// SPDX-License-Identifier: MIT

package withings_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"vitals2mqtt/withings"
)

// authCode is the invented code of a consent page.
const authCode = "c0deofa11ce0123456789"

// FuzzTokenResponse responds with anything to the exchange of a code. What comes
// of it is a whole token, or an error in one line that shows nothing secret.
func FuzzTokenResponse(f *testing.F) {
	for _, body := range []string{
		`{"status":0,"body":{"userid":"1001","access_token":"a1","refresh_token":"r1","expires_in":10800,` +
			`"scope":"user.info,user.metrics","csrf_token":"x","token_type":"Bearer"}}`,
		`{"status":0,"body":{"userid":1001,"access_token":"a1","refresh_token":"r1","expires_in":"10800"}}`,
		`{"status":0,"body":{"userid":1e30,"access_token":"a1","refresh_token":"r1","expires_in":9e18}}`,
		`{"status":0,"body":{"access_token":"a1","refresh_token":"r1","expires_in":-5}}`,
		`{"status":0,"body":{"access_token":"a1"}}`, `{"status":503,"error":"Invalid Params: invalid code ` + authCode + `"}`,
		`{"status":601,"error":"Too many requests","body":{"wait_seconds":9}}`, `<html>`, `[]`, ``,
	} {
		f.Add(200, body)
		f.Add(400, body)
	}
	f.Fuzz(func(t *testing.T, code int, body string) {
		if code < 200 || code > 599 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			c := &fakeCloud{respond: func(recordedRequest) *fakeResponse { return newResponse(code, "application/json", body) }}
			token, err := newClient(t, c).Exchange(t.Context(), authCode, "http://home.test/oauth/callback")
			if err != nil {
				text := err.Error()
				if strings.ContainsAny(text, "\r\n") || strings.Contains(text, clientSecret) || strings.Contains(text, authCode) {
					t.Errorf("the error is %q", text)
				}
				if !token.Access.IsEmpty() || !token.Refresh.IsEmpty() {
					t.Error("a token beside an error")
				}
				return
			}
			checkToken(t, token)
		})
	})
}

func checkToken(t *testing.T, token withings.Token) {
	t.Helper()
	if token.Access.IsEmpty() || token.Refresh.IsEmpty() {
		t.Error("a token without its parts")
	}
	for _, text := range append([]string{token.UserID, token.Access.Reveal(), token.Refresh.Reveal()}, token.Scopes...) {
		if !utf8.ValidString(text) || len(text) > 1<<20 {
			t.Errorf("it has %q", text)
		}
	}
	now := time.Now() // clock: of the bubble
	if token.Expiry.IsZero() || token.Expiry.Year() > now.Year()+100 || token.Expiry.Year() < now.Year()-100 {
		t.Errorf("it expires at %s", token.Expiry)
	}
}
