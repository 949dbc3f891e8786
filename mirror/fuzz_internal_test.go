// SPDX-License-Identifier: MIT

package mirror

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"vitals2mqtt/internal/secret"
)

// FuzzClassify reads any answer of a database: what is shown of it is short and
// in one line, and the lines wait for an hour at most.
func FuzzClassify(f *testing.F) {
	for status, body := range map[int]string{
		403: `{"message":"no access with hun\u0074er2"}`,
		400: `{"error":"partial write: field type conflict dropped=3"}`, 401: "\x1b[31mno\x1b[0m\u202e",
		404: `{"error":"database not found: \"x\""}`, 413: "too large", 429: "\x1b[31mslow\r\ndown", 502: "<html>", 204: "",
		302: "\xff\xfe", 422: `{"error":"dropped=99999999999999999999"}`, 503: `{"message":"` + strings.Repeat("é", 300) + `"}`,
	} {
		f.Add(status, body, "7")
		f.Add(status, body, "-99999999999")
	}
	mask := Target{Token: secret.New("hunter2")}.mask
	f.Fuzz(func(t *testing.T, status int, body, wait string) {
		r := classify(status, http.Header{"Retry-After": {wait}}, []byte(body), mask)
		text := r.Error()
		if len(text) > 1000 || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) ||
			strings.Contains(text, "hunter2") {
			t.Errorf("it says %q", text)
		}
		if r.wait < 0 || r.wait > time.Hour || r.dropped() < 0 {
			t.Errorf("wait %v, dropped %d", r.wait, r.dropped())
		}
		if again := classify(status, http.Header{"Retry-After": {wait}}, []byte(body), mask); *again != *r {
			t.Errorf("%+v, then %+v", r, again)
		}
	})
}
