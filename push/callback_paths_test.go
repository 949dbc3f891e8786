// SPDX-License-Identifier: MIT

package push_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
)

// Posts to a former path are accepted until the subscriptions have moved, for a
// limited time.
func TestFormerSecretGrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		o := d.options()
		o.FormerSecrets = []secret.Text{secret.New("short"), secret.New(otherSecret)}
		l := newListener(t, o)
		stop := runListener(t, l)
		defer stop()
		old := "/notify/" + otherSecret
		for i, row := range []struct {
			method, path string
			later        time.Duration
			want         int
		}{
			{method: http.MethodPost, path: callbackPath, want: 200},
			{method: http.MethodPost, path: old, want: 200},
			{method: http.MethodPost, path: "/vitals" + old, want: 200},
			{method: http.MethodHead, path: old, want: 404},
			{method: http.MethodGet, path: old, want: 404},
			{method: http.MethodPut, path: old, want: 404},
			{method: http.MethodPost, path: "/notify/short", want: 404},
			{method: http.MethodPost, path: old, later: push.FormerSecretGrace - time.Second, want: 200},
			{method: http.MethodPost, path: old, later: time.Second, want: 404},
			{method: http.MethodPost, path: callbackPath, want: 200},
		} {
			<-time.After(row.later)
			if answer := serveRequest(l, request(row.method, row.path, uniqueForm(alice, i))); answer.Code != row.want {
				t.Errorf("%d: %d, want %d", i, answer.Code, row.want)
			}
		}
		synctest.Wait()
		if got := len(d.delivered()); got != 5 {
			t.Errorf("%d delivered", got)
		}
	})
}
