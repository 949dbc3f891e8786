// SPDX-License-Identifier: MIT

package withings_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

func TestByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	a, _ := newAccount(t, always(func() *fakeResponse { return okResponse("\uFEFF" + oneGroup) }))
	if got, err := firstPage(a.Measures(t.Context(), time.Time{}, 0)); err != nil || len(got.Groups) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestUnreadableResponsesAreNamed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response *fakeResponse
		want     string
	}{
		"null":       {okResponse(`null`), "response is null instead of an object"},
		"number":     {okResponse(` 42 `), "response is a number instead of an object"},
		"text":       {okResponse(`"sorry"`), "response is a string instead of an object"},
		"list":       {okResponse(`[{"status":0}]`), "response is a list instead of an object"},
		"truth":      {okResponse(`true`), "response is a boolean instead of an object"},
		"nothing":    {okResponse(" \n"), "empty response"},
		"only mark":  {okResponse("\uFEFF"), "empty response"},
		"half":       {okResponse(`{"status":0,"bo`), "truncated or invalid JSON response"},
		"half list":  {okResponse(`[{"status":0`), "response is not JSON but truncated JSON (content type application/json)"},
		"no status":  {okResponse(`{}`), "response without a status"},
		"page":       {newResponse(200, "text/html; charset=utf-8", "<!DOCTYPE html>"), "not JSON but HTML (content type text/html)"},
		"mislabeled": {okResponse("<html></html>"), "not JSON but HTML (content type application/json)"},
		"no type":    {newResponse(200, "", "<html></html>"), "not JSON but HTML"},
		"wide":       {okResponse("\xff\xfe{\x00}\x00"), "not JSON but UTF-16"},
		"packed":     {okResponse("\x1f\x8b\x08"), "not JSON but compressed"},
		"warning":    {okResponse("Warning: x in y"), "not JSON but something else"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, _ := newAccount(t, always(func() *fakeResponse { return row.response }))
				_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
				if err == nil || !strings.Contains(err.Error(), row.want) || withings.ClassOf(err) != withings.Temporary {
					t.Errorf("%v, want %s", err, row.want)
				}
			})
		})
	}
}

// TestHangingTokenEndpointIsBounded allows for one refresh, of two tries, in a
// round of many endpoints.
func TestHangingTokenEndpointIsBounded(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.respondToken = func(int, recordedRequest) *fakeResponse { return nil }
		start := time.Now() // clock: in a bubble
		failed, err := s.fetchConcurrently(withings.WithSharedRefresh(t.Context(), true))
		// clock: in a bubble
		if took := time.Since(start); failed != 11 || took > 75*time.Second {
			t.Errorf("%d of 11 calls failed after %s: %v", failed, took, err)
		}
	})
}
