// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/withings"
)

const callbackURL = "https://bridge.example.org/notify/k7Xq2mZ0pLs9vTgB"

// notifyCalls are the calls of this service, and their requests.
func notifyCalls() map[string]struct {
	call func(ctx context.Context, a *withings.Account) error
	form string
} {
	escaped := url.QueryEscape(callbackURL)
	return map[string]struct {
		call func(ctx context.Context, a *withings.Account) error
		form string
	}{
		"list": {func(ctx context.Context, a *withings.Account) error {
			_, err := a.Subscriptions(ctx)
			return err
		}, "action=list"},
		"subscribe": {func(ctx context.Context, a *withings.Account) error {
			return a.Subscribe(ctx, callbackURL, 44)
		}, "action=subscribe&appli=44&comment=vitals2mqtt&callbackurl=" + escaped},
		"revoke": {func(ctx context.Context, a *withings.Account) error {
			return a.Unsubscribe(ctx, callbackURL, 50)
		}, "action=revoke&appli=50&callbackurl=" + escaped},
	}
}

func TestNotifyRequestForms(t *testing.T) {
	t.Parallel()
	for name, row := range notifyCalls() {
		bodies := []string{`{"status":0}`, `{"status":0,"body":{}}`, `{"status":0,"body":[]}`, `{"status":0,"body":null}`}
		if name == "list" {
			bodies = []string{`{"status":0,"body":{"profiles":[]}}`}
		}
		for _, body := range bodies {
			t.Run(name+body, func(t *testing.T) {
				t.Parallel()
				a, c := newAccount(t, always(func() *fakeResponse { return okResponse(body) }))
				if err := row.call(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				want, err := url.ParseQuery(row.form)
				if err != nil || len(c.recorded) != 1 {
					t.Fatalf("%d requests, %v", len(c.recorded), err)
				}
				got := c.recorded[0]
				if diff := cmp.Diff(want, got.form); diff != "" || got.path != "/notify" || got.bearer != "access-1" {
					t.Errorf("requested %s as %s\n%s", got.path, got.bearer, diff)
				}
			})
		}
	}
}

func TestSubscriptionsResponse(t *testing.T) {
	t.Parallel()
	rows, err := accountFromFile(t, "subscriptions").Subscriptions(t.Context())
	if err != nil || len(rows) != 3 { // the others are no subscriptions
		t.Fatalf("%+v, %v", rows, err)
	}
	if r := rows[0]; r.Category.N != 1 || r.CallbackURL != "https://bridge.example.org/notify/invented" ||
		r.Comment != "vitals2mqtt" || r.Expires != "2147483647" {
		t.Errorf("%+v", r)
	}
	if r := rows[1]; r.Category.N != 44 || r.CallbackURL != "https://bridge.example.org/notify/invented/" ||
		r.Comment != "" || r.Expires != "" {
		t.Errorf("%+v", r)
	}
	if r := rows[2]; r.Category.N != 50 || r.CallbackURL != "https://other.example.net/w/9f3c?b=2&a=1" {
		t.Errorf("%+v", r)
	}
}

func TestNotifyRefusalsAreNotRetried(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]withings.Class{
		293: withings.Params, 294: withings.Params, 286: withings.Params, 343: withings.Params, 403: withings.Forbidden,
		601: withings.Limited,
	} {
		for name, row := range notifyCalls() {
			t.Run(name+" "+class.String(), func(t *testing.T) {
				t.Parallel()
				a, c := newAccount(t, always(func() *fakeResponse {
					return errorResponse(status, "Callback URL is absent or incorrect")
				}))
				err := row.call(t.Context(), a)
				failure, ours := errors.AsType[*withings.Error](err)
				if !ours || failure.Status != status || failure.Class != class || failure.Service != "notify" {
					t.Errorf("%v", err)
				}
				if len(c.recorded) != 1 {
					t.Errorf("%d requests", len(c.recorded))
				}
			})
		}
	}
}

// TestTooManySubscriptions: the status is in a range of temporary failures,
// but its number must come through.
func TestTooManySubscriptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := newAccount(t, always(func() *fakeResponse { return errorResponse(305, "Too many notifications") }))
		failure, ours := errors.AsType[*withings.Error](a.Subscribe(t.Context(), callbackURL, 1))
		if !ours || failure.Status != 305 {
			t.Errorf("%v", failure)
		}
	})
}

func TestNotifyCallsAreRetried(t *testing.T) {
	t.Parallel()
	for name, row := range notifyCalls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				responses := []*fakeResponse{
					newResponse(502, "text/html", "<html>bad gateway</html>"), errorResponse(522, ""),
					okResponse(`{"status":0,"body":{"profiles":[]}}`),
				}
				a, c := newAccount(t, always(func() *fakeResponse {
					next := responses[0]
					responses = responses[1:]
					return next
				}))
				start := time.Now()
				if err := row.call(t.Context(), a); err != nil || len(c.recorded) != 3 || time.Since(start) < 5*time.Second {
					t.Errorf("%d requests in %v, %v", len(c.recorded), time.Since(start), err)
				}
			})
		})
	}
}

func TestNotifyCallsRefreshTheToken(t *testing.T) {
	t.Parallel()
	for name, row := range notifyCalls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, func(v recordedRequest) *fakeResponse {
				switch {
				case v.hasAction("requesttoken"):
					return tokenPairResponse(2)
				case v.bearer == "access-2":
					return okResponse(`{"status":0,"body":{"profiles":[]}}`)
				}
				return errorResponse(401, "invalid_token")
			})
			if err := row.call(t.Context(), a); err != nil || len(c.recorded) != 3 {
				t.Errorf("%d requests, %v", len(c.recorded), err)
			}
		})
	}
}

func TestNotifyErrorsMaskTheCallbackURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Callback URL " + callbackURL + " is incorrect",
		"Callback URL " + url.QueryEscape(callbackURL) + " is incorrect",
		"Callback URL '" + strings.ToUpper(callbackURL) + "', is incorrect",
		strings.Repeat("many words ", 16) + callbackURL,
		"cannot reach bridge.example.org", "cannot reach /notify/k7Xq2mZ0pLs9vTgB", "no k7Xq2mZ0pL",
	} {
		for _, action := range []string{"subscribe", "revoke"} {
			a, _ := newAccount(t, always(func() *fakeResponse { return errorResponse(293, text) }))
			err := notifyCalls()[action].call(t.Context(), a)
			failure, ours := errors.AsType[*withings.Error](err)
			if !ours || failure.Status != 293 || failure.Text == "" {
				t.Fatalf("%s: %v", text, err)
			}
			lower := strings.ToLower(err.Error())
			for _, part := range []string{"bridge.example", "k7xq2m", "://", "%3a%2f"} {
				if strings.Contains(lower, part) {
					t.Errorf("%s shows %s: %v", action, part, err)
				}
			}
		}
	}
	a, _ := newAccount(t, always(func() *fakeResponse { return errorResponse(293, "plain words stay") }))
	if err := a.Subscribe(t.Context(), callbackURL, 1); err == nil || !strings.Contains(err.Error(), "plain words stay") {
		t.Errorf("%v", err)
	}
}

// TestNotifyKeepsSignIn: a refused sign-in is returned unchanged.
func TestNotifyKeepsSignIn(t *testing.T) {
	t.Parallel()
	store := newMemoryStore(newToken(1, time.Hour))
	store.set(func(s *memoryStore) { s.empty = true })
	a := newClient(t, &fakeCloud{respond: always(func() *fakeResponse {
		return okResponse(`{"status":0}`)
	})}).Account(profile, store)
	for name, row := range notifyCalls() {
		if err := row.call(t.Context(), a); !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotifyKeepsRefusals: so is a final refusal of the consent.
func TestNotifyKeepsRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &fakeCloud{respond: always(func() *fakeResponse {
			return errorResponse(503, "Invalid Params: invalid refresh_token")
		})}
		a := newClient(t, c).Account(profile, newMemoryStore(newToken(1, -time.Hour)))
		for range 5 {
			_ = a.Subscribe(t.Context(), callbackURL, 1)
			advance(time.Hour)
		}
		for _, action := range []string{"subscribe", "revoke"} {
			if err := notifyCalls()[action].call(t.Context(), a); !errors.Is(err, withings.ErrSignIn) {
				t.Errorf("%s: %v", action, err)
			}
		}
	})
}

func TestScopesWithEvents(t *testing.T) {
	t.Parallel()
	want := append(withings.AllScopes(), "user.sleepevents")
	if got := withings.ScopesWithEvents(); !slices.Equal(got, want) || len(withings.AllScopes()) != 3 {
		t.Errorf("%v", got)
	}
}
