// SPDX-License-Identifier: MIT

package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const callback = "https://bridge.example.org/callback"

// envelope is a response as a client sees it.
type envelope struct {
	Status int            `json:"status"`
	Body   map[string]any `json:"body"`
	Error  string         `json:"error"`
}

// newCloud is a strict cloud with short histories by default. In a bubble it
// uses the bubble's clock, elsewhere it begins at a fixed moment.
func newCloud(o Options) *Cloud {
	o.Strict = true
	if o.Start.IsZero() && !bubbleClock() {
		o.Start = defaultStart()
	}
	if o.People == nil {
		o.People = DemoPeople()
		for i := range o.People {
			o.People[i].Days = 40
		}
	}
	return New(o)
}

// defaultStart is when a simulated cloud begins outside of a bubble.
func defaultStart() time.Time { return time.Date(2026, 5, 20, 14, 0, 0, 0, time.UTC) }

// bubbleClock recognizes the clock of a bubble by its year: each begins in 2000.
func bubbleClock() bool { return time.Now().Year() < 2010 } // clock: only to tell which clock it is

// post sends a form in process; pairs are name, value.
func post(t *testing.T, c *Cloud, path, token string, pairs ...string) (*http.Response, error) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	body := strings.NewReader(form.Encode())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://cloud.test/"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return c.Transport().RoundTrip(r)
}

// failure sends a form and returns the transport's error.
func failure(t *testing.T, c *Cloud, path, token string, pairs ...string) error {
	t.Helper()
	answer, err := post(t, c, path, token, pairs...)
	if err == nil {
		err = answer.Body.Close()
	}
	return err
}

// text sends a form and returns what came back.
func text(t *testing.T, c *Cloud, path, token string, pairs ...string) string {
	t.Helper()
	answer, err := post(t, c, path, token, pairs...)
	if err != nil {
		t.Fatalf("%s %v: %v", path, pairs, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %v: %v", path, pairs, err)
	}
	return string(raw)
}

// call sends a form and decodes the envelope.
func call(t *testing.T, c *Cloud, path, token string, pairs ...string) envelope {
	t.Helper()
	raw := text(t, c, path, token, pairs...)
	var e envelope
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		t.Fatalf("%s %v: %v in %.200s", path, pairs, err, raw)
	}
	return e
}

// as asserts the type of a decoded value.
func as[T any](v any) T {
	out, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("%v is a %T", v, v))
	}
	return out
}

// tokens is a pair of tokens.
type tokens struct{ access, refresh string }

func tokensOf(t *testing.T, e envelope) tokens {
	t.Helper()
	if e.Status != 0 {
		t.Fatalf("token call: status %d, %s", e.Status, e.Error)
	}
	return tokens{as[string](e.Body["access_token"]), as[string](e.Body["refresh_token"])}
}

func exchange(t *testing.T, c *Cloud, code, redirect string) envelope {
	t.Helper()
	return call(t, c, "v2/oauth2", "", "action", "requesttoken", "grant_type", "authorization_code",
		"client_id", c.ClientID(),
		"client_secret", c.ClientSecret(), "code", code, "redirect_uri", redirect)
}

func refresh(t *testing.T, c *Cloud, token string) envelope {
	t.Helper()
	return call(t, c, "v2/oauth2", "", "action", "requesttoken", "grant_type", "refresh_token", "client_id", c.ClientID(),
		"client_secret", c.ClientSecret(), "refresh_token", token)
}

func signIn(t *testing.T, c *Cloud, person string, scopes ...string) tokens {
	t.Helper()
	code, err := c.Consent(t.Context(), person, callback, "state", scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return tokensOf(t, exchange(t, c, code, callback))
}

func measuresOf(t *testing.T, c *Cloud, access string, pairs ...string) []map[string]any {
	t.Helper()
	return pages(t, c, "measure", access, "measuregrps", append([]string{"action", "getmeas"}, pairs...)...)
}

func nightsOf(t *testing.T, c *Cloud, access string, pairs ...string) []map[string]any {
	t.Helper()
	return pages(t, c, "v2/sleep", access, "series", append([]string{"action", "getsummary"}, pairs...)...)
}

// pages follows more and offset to the end.
func pages(t *testing.T, c *Cloud, path, access, list string, pairs ...string) []map[string]any {
	t.Helper()
	var rows []map[string]any
	for asked := pairs; ; {
		e := call(t, c, path, access, asked...)
		if e.Status != 0 {
			t.Fatalf("%v: status %d, %s", asked, e.Status, e.Error)
		}
		for _, row := range as[[]any](e.Body[list]) {
			rows = append(rows, as[map[string]any](row))
		}
		if more := e.Body["more"]; more == nil || more == false || more == 0.0 {
			return rows
		}
		asked = slices.Concat(pairs, []string{"offset", strconv.Itoa(int(as[float64](e.Body["offset"])))})
	}
}

// isSortedBy reports whether the rows are in ascending order of a number.
func isSortedBy(rows []map[string]any, key string) bool {
	return slices.IsSortedFunc(rows, func(x, y map[string]any) int { return int(whole(x, key) - whole(y, key)) })
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// whole reads a number of a decoded row as an integer.
func whole(row map[string]any, key string) int64 { return int64(as[float64](row[key])) }

// status fails the test unless a response has the status and its text contains
// the words.
func status(t *testing.T, e envelope, want int, words string) {
	t.Helper()
	if e.Status != want || !strings.Contains(e.Error, words) {
		t.Errorf("status %d %q, want %d with %q", e.Status, e.Error, want, words)
	}
}
