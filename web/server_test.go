// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"vitals2mqtt/web"
)

// start runs a page on a free port. stop ends it and returns the error of Run.
func start(t *testing.T, options web.Options) (server *web.Server, stop func() error) {
	t.Helper()
	server, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if server.Addr() != nil {
		t.Error("bound before Listen")
	}
	if err := server.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	return server, func() error {
		cancel()
		return <-ended
	}
}

func get(t *testing.T, target string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Error(err)
	}
	return answer.StatusCode, string(text)
}

func TestListenReportsTakenPort(t *testing.T) {
	t.Parallel()
	first, stop := start(t, newHarness().options())
	options := newHarness().options()
	options.Listen = first.Addr().String()
	second, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	err = second.Run(t.Context())
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), first.Addr().String()) {
		t.Errorf("%v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// slowSignIn is a sign-in whose exchange is in progress when the program stops.
type slowSignIn struct {
	fakeSignIn
	entered, release chan struct{}
	interrupted      error
}

func (s *slowSignIn) Finish(ctx context.Context, _, _ string) (string, error) {
	close(s.entered)
	<-s.release
	s.interrupted = ctx.Err()
	return "alice", nil
}

func TestShutdownWaitsForSignIn(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	signIn := &slowSignIn{entered: make(chan struct{}), release: make(chan struct{})}
	options.SignIn = signIn
	server, stop := start(t, options)
	answered := make(chan string, 1)
	go func() {
		_, body := get(t, server.URL()+"oauth/callback?state=a&code=b")
		answered <- body
	}()
	<-signIn.entered
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	// The exchange continues once the listener is closed.
	for {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Addr().String())
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	close(signIn.release)
	if body := <-answered; !strings.Contains(body, "Alice is signed in") {
		t.Errorf("the browser got %q", body)
	}
	if err := <-stopped; err != nil || signIn.interrupted != nil {
		t.Errorf("run: %v, exchange: %v", err, signIn.interrupted)
	}
}

func TestURLPrefersBaseURL(t *testing.T) {
	t.Parallel()
	options := newHarness().options()
	options.BaseURL = "https://home.test/vitals"
	server, err := web.New(options)
	if err != nil || server.URL() != "https://home.test/vitals/" {
		t.Errorf("%v, %v", server.URL(), err)
	}
}
