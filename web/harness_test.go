// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"vitals2mqtt/health"
	"vitals2mqtt/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeSignIn accepts one state and one code.
type fakeSignIn struct {
	started       []string
	refuse        error
	asksToReplace bool   // the account is not the previous one
	answers       []bool // of Confirm
}

func (c *fakeSignIn) Start(profile string) (consentURL, logoutURL string, err error) {
	if c.refuse != nil {
		return "", "", c.refuse
	}
	c.started = append(c.started, profile)
	return "https://account.example/authorize?state=s3cret-state", "https://account.example/logout?r=x", nil
}

func (c *fakeSignIn) Finish(ctx context.Context, state, code string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if state != "s3cret-state" || code != "c0de-of-alice" {
		return "", errors.New("this sign-in is unknown or too old (state " + state + ", code " + code + ")")
	}
	if c.asksToReplace {
		return "alice", otherAccount{}
	}
	return "alice", nil
}

func (c *fakeSignIn) FinishPasted(ctx context.Context, profile, pasted string) error {
	address, err := url.Parse(pasted)
	if err != nil || profile != "alice" {
		return codedError("other_profile")
	}
	_, err = c.Finish(ctx, address.Query().Get("state"), address.Query().Get("code"))
	return err
}

// codedError is an error that the page has words for.
type codedError string

func (e codedError) Error() string { return "error " + string(e) }
func (e codedError) Code() string  { return string(e) }

func (c *fakeSignIn) Confirm(_ context.Context, confirmationID string, replace bool) (string, error) {
	if confirmationID != "the-confirmation" {
		return "", errors.New("unknown confirmation " + confirmationID)
	}
	c.answers = append(c.answers, replace)
	return "alice", nil
}

// otherAccount is the error of a sign-in that needs a confirmation.
type otherAccount struct{}

func (otherAccount) Error() string          { return "not the previous account" }
func (otherAccount) ConfirmationID() string { return "the-confirmation" }

// harness is a page with invented profiles, and records what it does.
type harness struct {
	overview web.Overview
	signIn   fakeSignIn
	polls    []string
	log      strings.Builder
}

// clock: the page shows ages
func newHarness() *harness {
	measured := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	return &harness{overview: web.Overview{
		Broker:          "mqtt://broker.test:1883",
		BrokerConnected: true,
		Alive:           true,
		RequestsMinute:  7,
		Verdict:         verdictWith(health.Broker{Connected: true}),
		Profiles: []web.Profile{
			{
				Slug:      "alice",
				Name:      "Alice",
				State:     "online",
				LastSync:  time.Now().Add(-3 * time.Minute),
				NextPoll:  time.Now().Add(2*time.Minute + 30*time.Second),
				Endpoints: []web.Endpoint{{Name: "measures", LastSuccess: measured}},
				Values: []web.Value{{
					Key:        "weight_kg",
					Name:       "Weight",
					Text:       "81.35",
					Unit:       "kg",
					Shown:      "81.35 kg",
					MeasuredAt: measured,
					Device:     "Mat",
				}},
			},
			{Slug: "bob", Name: "Bob", State: "offline", SignInNeeded: true},
		},
	}}
}

// verdictWith is the verdict while Alice is signed in and Bob is not.
func verdictWith(broker health.Broker) health.Verdict {
	return health.Judge(health.Facts{Broker: &broker, Profiles: []health.Profile{
		{Slug: "alice", Name: "Alice", Started: true, Consent: health.Consent{State: health.ConsentGranted}},
		{Slug: "bob", Name: "Bob", Started: true, Consent: health.Consent{State: health.ConsentNone}},
	}})
}

func (h *harness) options() web.Options {
	return web.Options{
		Listen:   "127.0.0.1:0",
		Overview: func() web.Overview { return h.overview },
		SignIn:   &h.signIn,
		Version:  "1.2.3",
		Refresh: func(profile, endpoint string) error {
			if endpoint == "weather" {
				return fmt.Errorf("%w: the weather", web.ErrNotFound)
			}
			h.polls = append(h.polls, strings.TrimSpace(profile+" "+endpoint))
			return nil
		},
		Log: zerolog.New(zerolog.SyncWriter(&h.log)),
	}
}

func (h *harness) handler(t *testing.T, change func(*web.Options)) http.Handler {
	t.Helper()
	options := h.options()
	if change != nil {
		change(&options)
	}
	server, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return server.Handler()
}

// request sends a request like a browser on this machine.
func request(t *testing.T, page http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	request.Host = "localhost:8099"
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
			continue
		}
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}
