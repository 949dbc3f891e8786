// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// cloudGate stands between the program and the cloud, and calls a function at a
// certain request: before the cloud sees it, or when the response has been sent.
type cloudGate struct {
	url   string
	cloud http.Handler
	watch *tokenWatch

	mu      sync.Mutex
	left    int // requests until fire is called; 0 = never
	after   bool
	fire    func()
	expired int // data requests that are yet to be refused, as if the token had expired
}

func newCloudGate(t *testing.T, cloud http.Handler) *cloudGate {
	t.Helper()
	g := &cloudGate{cloud: cloud, watch: newTokenWatch()}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// arm calls fire at the n-th request from now.
func (g *cloudGate) arm(n int, after bool, fire func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left, g.after, g.fire = n, after, fire
}

// expire makes the next data request fail as if the access token had expired, so
// that the program refreshes it.
func (g *cloudGate) expire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expired = 1
}

// pass counts a request: whether it is the one waited for, and whether its token
// has expired.
func (g *cloudGate) pass(isData bool) (before, after func(), expired bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if isData && g.expired > 0 {
		g.expired--
		expired = true
	}
	if g.left == 0 {
		return nil, nil, expired
	}
	if g.left--; g.left > 0 {
		return nil, nil, expired
	}
	if g.after {
		return nil, g.fire, expired
	}
	return g.fire, nil, expired
}

func (g *cloudGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isData := !strings.Contains(r.URL.Path, "oauth2") && !strings.Contains(r.URL.Path, "signature")
	before, after, expired := g.pass(isData)
	if before != nil {
		before()
		return
	}
	switch {
	case expired:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":401,"body":{},"error":"invalid_token: The access token provided is invalid"}`))
	case isData:
		g.watch.use(r.Header.Get("Authorization"))
		g.cloud.ServeHTTP(w, r)
	default:
		g.tokens(w, r)
	}
	if after != nil {
		_ = http.NewResponseController(w).Flush()
		after()
	}
}

// tokens passes a request to the token endpoint on.
func (g *cloudGate) tokens(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process was killed
	}
	if form, err := url.ParseQuery(string(request)); err == nil && form.Get("grant_type") == "refresh_token" {
		g.watch.renew(form.Get("refresh_token"))
	}
	r.Body = io.NopCloser(bytes.NewReader(request))
	response := httptest.NewRecorder()
	g.cloud.ServeHTTP(response, r)
	g.watch.issue(response.Body.Bytes())
	maps.Copy(w.Header(), response.Header())
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes())
}
