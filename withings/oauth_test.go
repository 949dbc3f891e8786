// SPDX-License-Identifier: MIT

package withings_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

func TestConsentURL(t *testing.T) {
	t.Parallel()
	client := newClient(t, &fakeCloud{})
	page, err := url.Parse(client.ConsentURL(withings.Consent{
		RedirectURL: "http://home.test/oauth/callback/",
		State:       "s&t",
		Demo:        true,
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"response_type": {"code"}, "client_id": {clientID}, "state": {"s&t"}, "mode": {"demo"},
		"scope": {"user.info,user.metrics,user.activity"}, "redirect_uri": {"http://home.test/oauth/callback/"},
	}
	if page.Host != "account.withings.com" || page.Path != "/oauth2_user/authorize2" ||
		page.Query().Encode() != want.Encode() {
		t.Errorf("page %s", page)
	}
	plain := client.ConsentURL(withings.Consent{State: "x", Scopes: []string{"user.metrics"}})
	if strings.Contains(plain, "mode") || !strings.Contains(plain, "scope=user.metrics&") {
		t.Errorf("page %s", plain)
	}
	logout, err := url.Parse(client.LogoutURL(plain))
	if err != nil || logout.Path != "/logout" || logout.Query().Get("r") != plain {
		t.Errorf("logout %s, %v", logout, err)
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &fakeCloud{respond: func(recordedRequest) *fakeResponse {
			return okResponse(`{"status":0,"body":{"userid":"24680135","access_token":"a1","refresh_token":"r1",
				"expires_in":"10800","scope":"user.info,user.metrics","token_type":"Bearer"}}`)
		}}
		token, err := newClient(t, c).Exchange(t.Context(), "the-code", "http://home.test/cb")
		if err != nil {
			t.Fatal(err)
		}
		if token.UserID != "24680135" || token.Access != secret.New("a1") || token.Refresh != secret.New("r1") ||
			time.Until(token.Expiry) != 3*time.Hour || strings.Join(token.Scopes, " ") != "user.info user.metrics" {
			t.Errorf("token %+v", token)
		}
		want := url.Values{
			"action": {"requesttoken"}, "grant_type": {"authorization_code"}, "client_id": {clientID},
			"client_secret": {clientSecret},
			"code":          {"the-code"}, "redirect_uri": {"http://home.test/cb"},
		}
		if got := c.recorded[0]; got.path != "/v2/oauth2" || got.form.Encode() != want.Encode() || got.bearer != "" {
			t.Errorf("request %+v", got)
		}
	})
}

func TestFailedExchangeErrorIsTypedAndMasked(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response func() *fakeResponse
		status   int
		class    withings.Class
	}{
		"late code": {
			func() *fakeResponse { return errorResponse(503, "invalid code the-secret-code") }, 503, withings.Params,
		},
		"wrong redirect": {func() *fakeResponse { return errorResponse(293, "Wrong redirect_uri") }, 293, withings.Params},
		"throttled":      {func() *fakeResponse { return errorResponse(601, "Same arguments") }, 601, withings.Limited},
		"outage": {
			func() *fakeResponse { return newResponse(502, "text/html", clientSecret) }, withings.NoStatus,
			withings.Temporary,
		},
		"no tokens": {
			func() *fakeResponse { return okResponse(`{"status":0,"body":{"access_token":"a1"}}`) }, 0, withings.Temporary,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &fakeCloud{respond: func(recordedRequest) *fakeResponse { return row.response() }}
				_, err := newClient(t, c).Exchange(t.Context(), "the-secret-code", "http://home.test/cb")
				ours, ok := err.(*withings.Error) //nolint:errorlint // the very type is promised
				if !ok || ours.Class != row.class || ours.Status != row.status || ours.Action != "requesttoken" {
					t.Fatalf("got %v", err)
				}
				for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, *ours)} {
					for _, bad := range []string{"the-secret-code", clientSecret, "a1"} {
						if strings.Contains(text, bad) {
							t.Errorf("%q is in %q", bad, text)
						}
					}
				}
			})
		})
	}
}

func TestProbeAndRevokeAreSigned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &fakeCloud{respond: func(v recordedRequest) *fakeResponse {
			if v.hasAction("getnonce") {
				return okResponse(`{"status":0,"body":{"nonce":"5d1f0c6f5f0e4d0c9a51"}}`)
			}
			return okResponse(`{"status":0,"body":{}}`)
		}}
		client := newClient(t, c)
		if err := client.Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := client.Revoke(t.Context(), "24680135"); err != nil {
			t.Fatal(err)
		}
		probe, revoke := c.requests("getnonce")[0], c.requests("revoke")[0]
		if probe.path != "/v2/signature" || probe.form.Get("timestamp") == "" || len(probe.form.Get("signature")) != 64 {
			t.Errorf("probe %+v", probe)
		}
		if revoke.path != "/v2/oauth2" || revoke.form.Get("userid") != "24680135" ||
			revoke.form.Get("nonce") != "5d1f0c6f5f0e4d0c9a51" || len(revoke.form.Get("signature")) != 64 ||
			revoke.form.Has("client_secret") {
			t.Errorf("revoke %+v", revoke)
		}
		for name, response := range map[withings.Class]*fakeResponse{
			withings.Application: errorResponse(342, "Signature invalid"),
			withings.Temporary:   okResponse(`{"status":0,"body":{}}`),
		} {
			c.respond = func(recordedRequest) *fakeResponse { return response }
			if err := client.Probe(t.Context()); withings.ClassOf(err) != name {
				t.Errorf("class %v, want %v: %v", withings.ClassOf(err), name, err)
			}
		}
	})
}
