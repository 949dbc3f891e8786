// SPDX-License-Identifier: MIT

package release_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/release"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const answer = `{"tag_name": "v1.5.0", "html_url": "https://code.example/vitals2mqtt/releases/v1.5.0", "assets": []}`

func TestLatest(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status  int
		body    string
		want    release.Release
		problem string
	}{
		"a release":       {200, answer, release.Release{"1.5.0", "https://code.example/vitals2mqtt/releases/v1.5.0"}, ""},
		"without a page":  {200, `{"tag_name": "2.0.0-rc.1"}`, release.Release{"2.0.0-rc.1", ""}, ""},
		"another page":    {200, `{"tag_name": "2.0", "html_url": "javascript:alert(1)"}`, release.Release{"2.0", ""}, ""},
		"a page as a key": {200, `{"tag_name": "2.0", "html_url": "https://u:p@code.example/"}`, release.Release{"2.0", ""}, ""},
		"not found":       {404, answer, release.Release{}, "HTTP status 404"},
		"no JSON":         {200, "<html>", release.Release{}, "not a release"},
		"a list":          {200, "[" + answer + "]", release.Release{}, "not a release"},
		"no version":      {200, `{"tag_name": ""}`, release.Release{}, "no version"},
		"markup":          {200, `{"tag_name": "1<b>"}`, release.Release{}, "no version"},
		"too long":        {200, `{"tag_name": "1", "body": "` + strings.Repeat("x", 1<<20) + `"}`, release.Release{}, "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked http.Header
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = r.Header
				if body, _ := io.ReadAll(r.Body); r.Method != http.MethodGet || r.URL.RawQuery != "" || len(body) > 0 {
					t.Errorf("%s %s with %q", r.Method, r.URL, body)
				}
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, row.body)
			}))
			defer server.Close()
			got, err := release.Checker{URL: server.URL + "/latest", UserAgent: "vitals2mqtt/1.4.0"}.Latest(t.Context())
			if got != row.want || (err != nil) != (row.problem != "") || err != nil && !strings.Contains(err.Error(), row.problem) {
				t.Errorf("%+v, %v", got, err)
			}
			if asked.Get("User-Agent") != "vitals2mqtt/1.4.0" {
				t.Errorf("the request says %v", asked)
			}
			for name := range asked {
				if name != "User-Agent" && name != "Accept" && name != "Accept-Encoding" {
					t.Errorf("the request also says %s: %s", name, asked.Get(name))
				}
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/latest", http.StatusMovedPermanently)
		case "/for-ever":
			http.Redirect(w, r, "/for-ever", http.StatusFound)
		default:
			_, _ = io.WriteString(w, answer)
		}
	}))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/latest", http.StatusFound))
	defer secure.Close()
	if got, err := (release.Checker{URL: plain.URL + "/moved"}).Latest(t.Context()); err != nil || got.Version != "1.5.0" {
		t.Errorf("a repository that has moved: %+v, %v", got, err)
	}
	for text, c := range map[string]release.Checker{
		"too many redirects": {URL: plain.URL + "/for-ever"},
		"not encrypted":      {URL: secure.URL, Transport: secure.Client().Transport},
	} {
		if _, err := c.Latest(t.Context()); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// answers is a transport that counts requests and fails at first.
type answers struct{ at []time.Duration }

func (a *answers) roundTrip(since time.Duration) (*http.Response, error) {
	a.at = append(a.at, since)
	if len(a.at) == 1 {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAsksOnceADayAndFailsQuietly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked answers
		var log strings.Builder
		var found []release.Release
		started := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			release.Checker{
				URL:       "https://code.example/latest",
				Transport: transport(func(*http.Request) (*http.Response, error) { return asked.roundTrip(time.Since(started)) }),
				Jitter:    jitter.New(1),
				Found:     func(r release.Release) { found = append(found, r) },
				Log:       zerolog.New(&log).Level(zerolog.InfoLevel),
			}.Run(ctx)
		}()
		<-time.After(60 * time.Hour)
		cancel()
		<-done
		if n := len(asked.at); n != 3 || asked.at[0] < time.Minute || asked.at[0] > 10*time.Minute {
			t.Errorf("asked after %v", asked.at)
		}
		if len(found) != 2 || found[0].Version != "1.5.0" || log.Len() > 0 {
			t.Errorf("found %v, logged %s", found, log.String())
		}
	})
}
