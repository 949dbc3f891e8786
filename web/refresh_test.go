// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/web"
)

// A client may wait for the outcome, and an impatient one gets an answer.
func TestRefreshWaitsForTheOutcome(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) {
		o.RefreshAndWait = func(_ context.Context, profile, _ string) (map[string]string, error) {
			return map[string]string{profile: "sign-in needed"}, nil
		}
	})
	for query, want := range map[string]struct {
		status int
		body   string
	}{
		"profile=bob&wait=true":     {http.StatusOK, `{"refresh":"done","profiles":{"bob":"sign-in needed"}}`},
		"profile=bob":               {http.StatusAccepted, `{"refresh":"started"}`},
		"profile=mallory&wait=true": {http.StatusNotFound, "no such profile"},
	} {
		answer := request(t, page, http.MethodPost, "/api/refresh?"+query)
		if answer.Code != want.status || !strings.Contains(answer.Body.String(), want.body) {
			t.Errorf("%s: %d %s", query, answer.Code, answer.Body)
		}
	}
}

func TestRefreshDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		page := newHarness().handler(t, func(o *web.Options) {
			o.RefreshAndWait = func(ctx context.Context, _, _ string) (map[string]string, error) {
				<-ctx.Done()
				return nil, context.Cause(ctx)
			}
		})
		start := time.Now()
		answer := request(t, page, http.MethodPost, "/api/refresh?profile=bob&wait=true")
		if waited := time.Since(start); answer.Code != http.StatusServiceUnavailable || waited != 3*time.Minute {
			t.Errorf("%d after %s", answer.Code, waited)
		}
	})
}
