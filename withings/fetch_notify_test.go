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

const address = "https://bridge.example.org/notify/k7Xq2mZ0pLs9vTgB"

// notifying are the calls of this service, and what the cloud sees of them.
func notifying() map[string]struct {
	ask  func(ctx context.Context, a *withings.Account) error
	form string
} {
	escaped := url.QueryEscape(address)
	return map[string]struct {
		ask  func(ctx context.Context, a *withings.Account) error
		form string
	}{
		"list": {func(ctx context.Context, a *withings.Account) error {
			_, err := a.Subscriptions(ctx)
			return err
		}, "action=list"},
		"subscribe": {func(ctx context.Context, a *withings.Account) error {
			return a.Subscribe(ctx, address, 44)
		}, "action=subscribe&appli=44&comment=vitals2mqtt&callbackurl=" + escaped},
		"revoke": {func(ctx context.Context, a *withings.Account) error {
			return a.Unsubscribe(ctx, address, 50)
		}, "action=revoke&appli=50&callbackurl=" + escaped},
	}
}

func TestNotifyCallsAsTheCloudSeesThem(t *testing.T) {
	t.Parallel()
	for name, row := range notifying() {
		bodies := []string{`{"status":0}`, `{"status":0,"body":{}}`, `{"status":0,"body":[]}`, `{"status":0,"body":null}`}
		if name == "list" {
			bodies = []string{`{"status":0,"body":{"profiles":[]}}`}
		}
		for _, body := range bodies {
			t.Run(name+body, func(t *testing.T) {
				t.Parallel()
				a, c := account(t, always(func() *told { return answered(body) }))
				if err := row.ask(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				want, err := url.ParseQuery(row.form)
				if err != nil || len(c.visits) != 1 {
					t.Fatalf("%d requests, %v", len(c.visits), err)
				}
				got := c.visits[0]
				if diff := cmp.Diff(want, got.form); diff != "" || got.path != "/notify" || got.bearer != "access-1" {
					t.Errorf("asked %s as %s\n%s", got.path, got.bearer, diff)
				}
			})
		}
	}
}

func TestSubscriptionsAnswer(t *testing.T) {
	t.Parallel()
	rows, err := from(t, "subscriptions").Subscriptions(t.Context())
	if err != nil || len(rows) != 4 {
		t.Fatalf("%+v, %v", rows, err)
	}
	if r := rows[0]; r.Category.N != 1 || r.CallbackURL != "https://bridge.example.org/notify/invented" || r.Comment != "vitals2mqtt" ||
		r.Expires != "2147483647" {
		t.Errorf("%+v", r)
	}
	if r := rows[1]; r.Category.N != 44 || r.CallbackURL != "https://bridge.example.org/notify/invented/" || r.Comment != "" ||
		r.Expires != "" {
		t.Errorf("%+v", r)
	}
	if r := rows[2]; r.Category.N != 50 || r.CallbackURL != "https://other.example.net/w/9f3c?b=2&a=1" {
		t.Errorf("%+v", r)
	}
	if r := rows[3]; r.Category.OK || r.CallbackURL != "" {
		t.Errorf("%+v", r)
	}
}

func TestNotifyRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]withings.Class{
		293: withings.Params, 294: withings.Params, 286: withings.Params, 343: withings.Params, 403: withings.Forbidden,
		601: withings.Limited,
	} {
		for name, row := range notifying() {
			t.Run(name+" "+class.String(), func(t *testing.T) {
				t.Parallel()
				a, c := account(t, always(func() *told { return failed(status, "Callback URL is absent or incorrect") }))
				err := row.ask(t.Context(), a)
				failure, ours := errors.AsType[*withings.Error](err)
				if !ours || failure.Status != status || failure.Class != class || failure.Service != "notify" {
					t.Errorf("%v", err)
				}
				if len(c.visits) != 1 {
					t.Errorf("%d requests", len(c.visits))
				}
			})
		}
	}
}

// TestTooManySubscriptions: the status lies in a family of passing troubles, but
// its number must come through.
func TestTooManySubscriptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := account(t, always(func() *told { return failed(305, "Too many notifications") }))
		failure, ours := errors.AsType[*withings.Error](a.Subscribe(t.Context(), address, 1))
		if !ours || failure.Status != 305 {
			t.Errorf("%v", failure)
		}
	})
}

func TestNotifyCallsGoThroughTheFunnel(t *testing.T) {
	t.Parallel()
	for name, row := range notifying() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				answers := []*told{
					reply(502, "text/html", "<html>bad gateway</html>"), failed(522, ""), answered(`{"status":0,"body":{"profiles":[]}}`),
				}
				a, c := account(t, always(func() *told {
					next := answers[0]
					answers = answers[1:]
					return next
				}))
				start := time.Now()
				if err := row.ask(t.Context(), a); err != nil || len(c.visits) != 3 || time.Since(start) < 5*time.Second {
					t.Errorf("%d requests in %v, %v", len(c.visits), time.Since(start), err)
				}
			})
		})
	}
}

func TestNotifyCallsRenewTheToken(t *testing.T) {
	t.Parallel()
	for name, row := range notifying() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := account(t, func(v visit) *told {
				switch {
				case v.is("requesttoken"):
					return pair(2)
				case v.bearer == "access-2":
					return answered(`{"status":0,"body":{"profiles":[]}}`)
				}
				return failed(401, "invalid_token")
			})
			if err := row.ask(t.Context(), a); err != nil || len(c.visits) != 3 {
				t.Errorf("%d requests, %v", len(c.visits), err)
			}
		})
	}
}

func TestNotifyErrorsNameNoAddress(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Callback URL " + address + " is incorrect",
		"Callback URL " + url.QueryEscape(address) + " is incorrect",
		"Callback URL '" + strings.ToUpper(address) + "', is incorrect",
		strings.Repeat("many words ", 16) + address,
		"cannot reach bridge.example.org", "cannot reach /notify/k7Xq2mZ0pLs9vTgB", "no k7Xq2mZ0pL",
	} {
		for _, action := range []string{"subscribe", "revoke"} {
			a, _ := account(t, always(func() *told { return failed(293, text) }))
			err := notifying()[action].ask(t.Context(), a)
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
	a, _ := account(t, always(func() *told { return failed(293, "plain words stay") }))
	if err := a.Subscribe(t.Context(), address, 1); err == nil || !strings.Contains(err.Error(), "plain words stay") {
		t.Errorf("%v", err)
	}
}

// TestNotifyKeepsSignIn: what an account without consent says is not taken apart.
func TestNotifyKeepsSignIn(t *testing.T) {
	t.Parallel()
	store := newSafe(tokenOf(1, time.Hour))
	store.set(func(s *safe) { s.none = true })
	a := newClient(t, &cloud{answer: always(func() *told { return answered(`{"status":0}`) })}).Account(profile, store)
	for name, row := range notifying() {
		if err := row.ask(t.Context(), a); !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotifyKeepsRefusals: nor is a consent that the cloud refuses for good.
func TestNotifyKeepsRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{answer: always(func() *told { return failed(503, "Invalid Params: invalid refresh_token") })}
		a := newClient(t, c).Account(profile, newSafe(tokenOf(1, -time.Hour)))
		for range 5 {
			_ = a.Subscribe(t.Context(), address, 1)
			later(time.Hour)
		}
		for _, action := range []string{"subscribe", "revoke"} {
			if err := notifying()[action].ask(t.Context(), a); !errors.Is(err, withings.ErrSignIn) {
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
