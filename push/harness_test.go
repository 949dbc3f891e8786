// SPDX-License-Identifier: MIT

package push_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	callbackPath = "/notify/" + testSecret
	// alice and bob are user ids.
	alice, bob = "24680135", "24680246"
	// cloudAddress is where genuine notifications come from.
	cloudAddress = "192.0.2.10:40000"
	weightForm   = "userid=" + alice + "&appli=1&startdate=946700000&enddate=946700001"
)

// recorder collects what was delivered and logged.
type recorder struct {
	mu    sync.Mutex
	got   []push.Notification
	lines bytes.Buffer
}

func (d *recorder) deliver(n push.Notification) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got = append(d.got, n)
}

func (d *recorder) delivered() []push.Notification {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]push.Notification(nil), d.got...)
}

func (d *recorder) Write(line []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.Write(line)
}

func (d *recorder) log() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.String()
}

func (d *recorder) options() push.Options {
	return push.Options{
		PublicURL:   "https://example.org/vitals",
		Secret:      secret.New(testSecret),
		IsKnownUser: func(userID string) bool { return userID == alice || userID == bob },
		Deliver:     d.deliver,
		Log:         zerolog.New(d),
	}
}

func newListener(t *testing.T, o push.Options) *push.Listener {
	t.Helper()
	listener, err := push.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// request returns a form from cloudAddress.
func request(method, path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.RemoteAddr = cloudAddress
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func serveRequest(l *push.Listener, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	l.Handler().ServeHTTP(answer, r)
	return answer
}

// uniqueForm returns a notification that depends on i, from the first days of a
// bubble.
func uniqueForm(user string, i int) string {
	return fmt.Sprintf("userid=%s&appli=1&startdate=%d", user, 946_684_800+i)
}

// runListener runs a listener; stop stops it and waits for the end.
func runListener(t *testing.T, l *push.Listener) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
