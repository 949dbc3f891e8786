// SPDX-License-Identifier: MIT

package daemon_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/web/ingresstest"
)

// signInToPage sends the form with a password and returns the session, nil when
// it is refused.
func signInToPage(t *testing.T, address, password string) *http.Cookie {
	t.Helper()
	form := strings.NewReader(url.Values{"password": {password}, "next": {"/"}}.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/sign-in", form)
	clitest.Must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reply, err := clitest.Browser().Do(request)
	clitest.Must(t, err)
	_ = reply.Body.Close()
	for _, cookie := range reply.Cookies() {
		if cookie.Name == "vitals2mqtt_session" {
			return cookie
		}
	}
	return nil
}

// statusWith requests the page with a session.
func statusWith(t *testing.T, address string, session *http.Cookie) int {
	t.Helper()
	request := clitest.Get(t, "http://"+address+"/")
	request.Header.Set("Accept", "text/html")
	request.AddCookie(session)
	reply, err := clitest.Browser().Do(request)
	if err != nil {
		return 0 // while it restarts
	}
	_ = reply.Body.Close()
	return reply.StatusCode
}

// TestSessionOutlivesRestart: another password ends it.
func TestSessionOutlivesRestart(t *testing.T) {
	t.Parallel()
	o, folder, address := clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	configure := func(password string) string {
		return o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+", password: "+password+"}")
	}
	path := configure("first")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	_, err := daemon.Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	session := signInToPage(t, address, "first")
	if session == nil || signInToPage(t, address, "second") != nil {
		t.Fatalf("signed in as %v", session)
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	daemon = clitest.StartProgram(t, "--config", path, "run")
	_, err = daemon.Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	if status := statusWith(t, address, session); status != http.StatusOK {
		t.Errorf("after a restart: %d", status)
	}
	configure("second")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the session to end", func() bool {
		return statusWith(t, address, session) == http.StatusSeeOther
	}))
	if signInToPage(t, address, "second") == nil {
		t.Error("the new password is refused")
	}
}

// TestOpenPageReceivesAWeighIn follows the stream inside Home Assistant.
func TestOpenPageReceivesAWeighIn(t *testing.T) {
	t.Parallel()
	o, ingress, address := clitest.Start(t), clitest.FreeAddress(t), clitest.FreeAddress(t)
	path := o.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]",
		"web: {listen: "+address+", password: right, ingress_listen: "+ingress+", ingress_from: 127.0.0.1}")
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	proxy := ingresstest.New(ingress)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	home := httptest.NewServer(proxy)
	defer home.Close()
	ctx, cancel := context.WithTimeout(t.Context(), clitest.WaitTimeout)
	defer cancel()
	reply, err := clitest.Browser().Do(clitest.Get(t, home.URL+proxy.Prefix+"/events").WithContext(ctx))
	clitest.Must(t, err)
	defer reply.Body.Close()
	events := bufio.NewScanner(reply.Body)
	if !events.Scan() || events.Text() != "event: ping" {
		t.Fatalf("the stream begins with %q, %v", events.Text(), events.Err())
	}
	o.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
	for shown := ""; shown != "71.234"; {        // the first changes may be those of the start
		if !events.Scan() {
			t.Fatalf("the page says %s: %v", shown, events.Err())
		}
		if events.Text() == `data: {"profile":"alice"}` {
			page := clitest.GetOverview(t, strings.TrimPrefix(home.URL, "http://")+proxy.Prefix)
			shown = page.Profiles[0].Values[0].Text
		}
	}
	daemon.Interrupts <- os.Interrupt // while the stream is open
	daemon.ExpectExit(t, 0)
	for events.Scan() {
	}
	if err := events.Err(); err != nil {
		t.Errorf("the stream was cut: %v", err)
	}
}
