// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// countedCloud is a handler that counts, with what asks for the counts.
type countedCloud struct {
	t       *testing.T
	handler http.Handler
}

func newCountedCloud(t *testing.T) countedCloud {
	t.Helper()
	k, mux := newCounter(), http.NewServeMux()
	mux.HandleFunc("GET /perf/counts", k.answer)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "four") })
	return countedCloud{t, k.counted(mux)}
}

// call makes a request on a connection.
func (c countedCloud) call(conn context.Context, client, account, path string, form url.Values) {
	r := httptest.NewRequestWithContext(conn, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", client+"/1.0 (test)")
	r.Header.Set("Authorization", "Bearer "+account)
	c.handler.ServeHTTP(httptest.NewRecorder(), r)
}

func (c countedCloud) counts(query string) (seen counts) {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequestWithContext(c.t.Context(), http.MethodGet, "/perf/counts?"+query, http.NoBody))
	if err := json.Unmarshal(w.Body.Bytes(), &seen); err != nil {
		c.t.Fatal(err)
	}
	return seen
}

func TestCloudCountsEachClient(t *testing.T) {
	t.Parallel()
	c := newCountedCloud(t)
	one, other := newConnection(t.Context()), newConnection(t.Context())
	measures := url.Values{"action": {"getmeas"}}
	c.call(one, "vitals2mqtt", "a", "/measure", measures)
	c.call(one, "vitals2mqtt", "a", "/measure", url.Values{"action": {"getmeas"}, "offset": {"1"}}) // not a poll
	c.call(one, "vitals2mqtt", "a", "/v2/user", url.Values{"action": {"getdevice"}})
	c.call(other, "AioWithings", "a", "/measure", measures)
	c.call(other, "vitals2mqtt", "a", "/control/night", nil) // from the measuring program
	want := counts{
		Requests: 3, Calls: map[string]int64{"measure getmeas": 2, "v2/user getdevice": 1},
		Handshakes: 1, Bytes: 12, Polls: 1, Polled: 1,
	}
	if diff := cmp.Diff(want, c.counts("client=vitals2mqtt")); diff != "" {
		t.Error(diff)
	}
	if got := c.counts("client=AioWithings"); got.Requests != 1 || got.Handshakes != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestCloudFindsTheLongestGapOfAnAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCountedCloud(t)
		poll := func(account string, after time.Duration) {
			<-time.After(after)
			c.call(t.Context(), "vitals2mqtt", account, "/measure", url.Values{"action": {"getmeas"}})
		}
		poll("a", 0)
		poll("b", time.Second)
		poll("a", 2*time.Second)
		poll("b", time.Second)
		if got := c.counts("client=vitals2mqtt&gaps=new"); got.LongestGap != 3*time.Second || got.Polled != 2 {
			t.Errorf("got %+v", got)
		}
		poll("a", 5*time.Second) // the gap before belongs to the time before
		if got := c.counts("client=vitals2mqtt"); got.LongestGap != 0 || got.Polled != 1 || got.Polls != 5 {
			t.Errorf("got %+v", got)
		}
	})
}
