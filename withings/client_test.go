// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

func TestMain(m *testing.M) {
	if protocol := os.Getenv(benchServerEnv); protocol != "" {
		serveBench(protocol)
		return
	}
	goleak.VerifyTestMain(m)
}

// newAccount returns a signed-in account whose data calls the function responds
// to.
func newAccount(
	t *testing.T, response func(recordedRequest) *fakeResponse, change ...func(*withings.Options),
) (*withings.Account, *fakeCloud) {
	t.Helper()
	c := &fakeCloud{respond: response}
	return newClient(t, c, change...).Account(profile, newMemoryStore(newToken(1, 1000*time.Hour))), c
}

// always gives the same response.
func always(response func() *fakeResponse) func(recordedRequest) *fakeResponse {
	return func(recordedRequest) *fakeResponse { return response() }
}

func TestNewChecksItsOptions(t *testing.T) {
	t.Parallel()
	good := withings.Options{ClientID: clientID, ClientSecret: secret.New(clientSecret)}
	if _, err := withings.New(good); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*withings.Options){
		"no id":     func(o *withings.Options) { o.ClientID = "" },
		"no secret": func(o *withings.Options) { o.ClientSecret = secret.Text{} },
		"pace":      func(o *withings.Options) { o.PerMinute = -1 },
		"scheme":    func(o *withings.Options) { o.APIURL = "ftp://cloud.test" },
		"host":      func(o *withings.Options) { o.AccountURL = "https:///x" },
		"user":      func(o *withings.Options) { o.APIURL = "https://a:b@cloud.test" },
		"syntax":    func(o *withings.Options) { o.APIURL = "http://%zz" },
	} {
		o := good
		change(&o)
		if _, err := withings.New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestStatusesBecomeClasses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response *fakeResponse
		class    withings.Class
		tries    int
	}{
		"scope":              {errorResponse(403, "Insufficient_scope"), withings.Forbidden, 1},
		"plan":               {errorResponse(277, ""), withings.Forbidden, 1},
		"params":             {errorResponse(503, "Invalid Params"), withings.Params, 1},
		"no body":            {okResponse(`{"status":2554,"error":"Not implemented"}`), withings.Unsupported, 1},
		"body null":          {okResponse(`{"status":2556,"body":null}`), withings.Unsupported, 1},
		"body array":         {okResponse(`{"status":"293","body":[]}`), withings.Params, 1},
		"an error occurred":  {errorResponse(2555, ""), withings.Temporary, 3},
		"unknown":            {errorResponse(7777, ""), withings.Temporary, 3},
		"time-out":           {errorResponse(522, ""), withings.Temporary, 3},
		"no status":          {okResponse(`{"body":{"measuregrps":[]}}`), withings.Temporary, 3},
		"html":               {newResponse(200, "text/html", "<html>sorry</html>"), withings.Temporary, 3},
		"html outage":        {newResponse(502, "text/html", "<html>bad gateway</html>"), withings.Temporary, 3},
		"json outage":        {newResponse(503, "application/json", `{"status":0,"body":{}}`), withings.Temporary, 3},
		"firewall":           {newResponse(403, "text/html", "<html>denied</html>"), withings.Temporary, 3},
		"gone":               {newResponse(404, "text/html", "<html>nothing</html>"), withings.Unsupported, 1},
		"redirect":           {newResponse(302, "text/html", ""), withings.Temporary, 3},
		"redirect to a host": {&fakeResponse{code: 307, location: "http://elsewhere.test/"}, withings.Temporary, 3},
		"truncated":          {okResponse(oneGroup[:len(oneGroup)-20]), withings.Temporary, 3},
		"empty":              {okResponse(``), withings.Temporary, 3},
		"php warning":        {okResponse(`Warning: x in y {"status":0}`), withings.Temporary, 3},
		"bare array":         {okResponse(`[]`), withings.Temporary, 3},
		"throttled":          {errorResponse(601, "Too many requests"), withings.Limited, 1},
		"http throttled":     {newResponse(429, "text/html", ""), withings.Limited, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, c := newAccount(t, func(recordedRequest) *fakeResponse { return row.response })
				_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
				if withings.ClassOf(err) != row.class || err == nil {
					t.Errorf("class %v of %v, want %v", withings.ClassOf(err), err, row.class)
				}
				if got := len(c.requests("getmeas")); got != row.tries {
					t.Errorf("%d requests, want %d", got, row.tries)
				}
				if err != nil && strings.Contains(err.Error(), "<html>") {
					t.Errorf("the response is in the error: %v", err)
				}
			})
		})
	}
}

func TestErrorsShowNothingSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		noise := strings.Repeat("word ", 100)
		a, _ := newAccount(t, always(func() *fakeResponse {
			return errorResponse(403, `token access-1\nrefused 0123456789abcdef0123456789abcdef01234567 `+noise)
		}))
		_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
		var ours *withings.Error
		if !errors.As(err, &ours) {
			t.Fatal(err)
		}
		for _, bad := range []string{"access-1", "0123456789", "\n"} {
			if strings.Contains(err.Error(), bad) {
				t.Errorf("%q is in %q", bad, err)
			}
		}
		n := len([]rune(ours.Text))
		if n > 200 || !strings.HasPrefix(ours.Text, "token "+secret.Mask+" refused "+secret.Mask+" word") {
			t.Errorf("%d characters: %q", n, ours.Text)
		}
	})
}

func TestTemporaryErrorsAreRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests []withings.Request
		tries := 0
		a, c := newAccount(t, func(recordedRequest) *fakeResponse {
			tries++
			if tries < 3 {
				return newResponse(500, "text/html", "oops")
			}
			return okResponse(oneGroup)
		}, func(o *withings.Options) {
			o.UserAgent = "test"
			o.OnRequest = func(r withings.Request) { requests = append(requests, r) }
		})
		start := time.Now()
		m, err := firstPage(a.Measures(t.Context(), time.Unix(1767225600, 0), 0))
		if err != nil || len(m.Groups) != 1 || m.Timezone != "Europe/Zurich" || m.More.True {
			t.Fatalf("%+v, %v", m, err)
		}
		if took := time.Since(start); took < 7*time.Second || took > 23*time.Second {
			t.Errorf("the pauses took %v, want 5 s and 10 s with jitter", took)
		}
		first := c.requests("getmeas")[0]
		if first.path != "/measure" || first.bearer != "access-1" || first.form.Get("lastupdate") != "1767225600" ||
			first.form.Get("category") != "1" {
			t.Errorf("request %+v", first)
		}
		if len(requests) != 3 {
			t.Fatalf("%d requests were reported", len(requests))
		}
		for i, want := range []withings.Request{
			{Status: withings.NoStatus, HTTP: 500}, {Status: withings.NoStatus, HTTP: 500}, {Status: 0, HTTP: 200},
		} {
			want.Service, want.Action, want.Profile, want.Duration = "measure", "getmeas", profile, requests[i].Duration
			if requests[i] != want {
				t.Errorf("request %d: %+v, want %+v", i, requests[i], want)
			}
		}
	})
}

func TestUnansweredRequestTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newAccount(t, func(recordedRequest) *fakeResponse { return nil })
		start := time.Now()
		_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
		if withings.ClassOf(err) != withings.Temporary || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took < 90*time.Second || took > 120*time.Second || len(c.requests("getmeas")) != 3 {
			t.Errorf("%d requests in %v", len(c.requests("getmeas")), took)
		}
	})
}

func TestCallerCanCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newAccount(t, func(recordedRequest) *fakeResponse { return nil })
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := firstPage(a.Measures(ctx, time.Time{}, 0))
		if err == nil || time.Since(start) != 3*time.Second || len(c.requests("getmeas")) != 1 {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

// endless is a body that never ends.
type endless struct{ sent int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.sent += int64(len(p))
	return copy(p, strings.Repeat(" ", len(p))), nil
}

func (e *endless) Close() error { return nil }

func TestEndlessBodyIsCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		body := &endless{}
		a, c := newAccount(t, always(func() *fakeResponse {
			return &fakeResponse{code: 200, contentType: "application/json", bodyReader: body}
		}))
		_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
		if withings.ClassOf(err) != withings.Temporary || len(c.requests("getmeas")) != 1 || body.sent > 64<<20 {
			t.Errorf("%v after %d requests and %d bytes", err, len(c.requests("getmeas")), body.sent)
		}
	})
}

func TestThrottlingStopsAllAccounts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response func() *fakeResponse
		wait     time.Duration
	}{
		"wait_seconds": {
			func() *fakeResponse { return okResponse(`{"status":601,"body":{"wait_seconds":188}}`) }, 188 * time.Second,
		},
		"as text": {
			func() *fakeResponse { return okResponse(`{"status":601,"body":{"wait_seconds":"7"}}`) }, 7 * time.Second,
		},
		"absent": {func() *fakeResponse { return okResponse(`{"status":601,"body":[]}`) }, time.Minute},
		"extreme": {
			func() *fakeResponse { return okResponse(`{"status":601,"body":{"wait_seconds":1e12}}`) }, time.Hour,
		},
		"header": {func() *fakeResponse {
			r := newResponse(429, "text/html", "slow down")
			r.retryAfter = "42"
			return r
		}, 42 * time.Second},
		"date": {func() *fakeResponse {
			r := newResponse(429, "text/html", "slow down")
			r.retryAfter = time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat) // clock: called in bubbles
			return r
		}, 90 * time.Second},
		"no header": {func() *fakeResponse { return newResponse(429, "text/html", "") }, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				first := true
				c := &fakeCloud{respond: func(recordedRequest) *fakeResponse {
					if first {
						first = false
						return row.response()
					}
					return okResponse(oneGroup)
				}}
				client := newClient(t, c)
				anna := client.Account("anna", newMemoryStore(newToken(1, 1000*time.Hour)))
				bert := client.Account("bert", newMemoryStore(newToken(2, 1000*time.Hour)))
				_, err := firstPage(anna.Measures(t.Context(), time.Time{}, 0))
				if withings.ClassOf(err) != withings.Limited || withings.RetryAfter(err) != row.wait {
					t.Fatalf("got %v, wait %v", err, withings.RetryAfter(err))
				}
				advance(row.wait - time.Second)
				_, err = firstPage(bert.Measures(t.Context(), time.Time{}, 0))
				if withings.ClassOf(err) != withings.Limited || withings.RetryAfter(err) != time.Second ||
					len(c.requests("getmeas")) != 1 {
					t.Fatalf("the other account was let through: %v", err)
				}
				advance(time.Second)
				if _, err = firstPage(bert.Measures(t.Context(), time.Time{}, 0)); err != nil {
					t.Errorf("after the wait: %v", err)
				}
			})
		})
	}
}

func TestRateLimitHoldsInAnyMinute(t *testing.T) {
	t.Parallel()
	for _, ceiling := range []int{1, 2, 7, 60, 0} {
		synctest.Test(t, func(t *testing.T) {
			a, c := newAccount(t, always(func() *fakeResponse { return okResponse(oneGroup) }),
				func(o *withings.Options) { o.PerMinute = ceiling })
			if ceiling == 0 {
				ceiling = 120
			}
			var group sync.WaitGroup
			for range 3*ceiling + 5 {
				group.Go(func() {
					if _, err := firstPage(a.Measures(t.Context(), time.Time{}, 0)); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			visits := c.requests("getmeas")
			for i, v := range visits {
				in := 0
				for _, other := range visits[i:] {
					if other.at.Sub(v.at) < time.Minute {
						in++
					}
				}
				if in > ceiling {
					t.Fatalf("%d requests within a minute, want %d at most", in, ceiling)
				}
			}
			if took := visits[len(visits)-1].at.Sub(visits[0].at); took > 10*time.Minute {
				t.Errorf("%d requests at %d a minute took %v", len(visits), ceiling, took)
			}
		})
	}
}
