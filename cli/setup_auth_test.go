// SPDX-License-Identifier: MIT

package cli_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// TestSetUpBehindAProxyThatAuthenticates asks for nothing, on every address.
func TestSetUpBehindAProxyThatAuthenticates(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	address := clitest.FreeAddress(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	p := clitest.StartProgramWith(t, func(p *cli.Program) {
		p.Environ = []string{
			"V2M_WEB_AUTH=none", "V2M_WEB_LISTEN=" + strings.Replace(address, "127.0.0.1", "0.0.0.0", 1),
			"V2M_WITHINGS_API_URL=" + o.CloudURL,
		}
		p.Example = []byte(clitest.ReadFile(t, "../config.example.yaml"))
	}, "--config", path, "run")
	if _, err := p.Stdout.WaitForLine(t.Context(), "Ctrl-C"); err != nil {
		t.Fatalf("%v\n%s", err, p.Stderr)
	}
	if strings.Contains(p.Stdout.String(), "Code:") {
		t.Errorf("a code: %s", p.Stdout)
	}
	s := &setupRun{Process: p, t: t, harness: o, address: "http://" + address, path: path, client: clitest.Browser()}
	s.answerAll()
}

// TestSetUpAsksForTheRequiredPassword: the environment demands one, even where
// nobody else reaches the page, and the set-up is open there.
func TestSetUpAsksForTheRequiredPassword(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"), "V2M_WEB_AUTH=password")
	if strings.Contains(s.Stdout.String(), "Code:") {
		t.Errorf("a code: %s", s.Stdout)
	}
	s.answer("application", "callback", s.application()...)
	s.answer("callback", "people", "choice", "other", "callback_other", "https://example.org/")
	s.answer("people", "broker", "name", "Alice", "units", "metric")
	s.answer("broker", "password", "choice", "other", "url", o.Broker.URL())
	s.answer("password", "summary", "password", "correct horse", "repeated", "correct horse")
	_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
	if status, _, body := s.post("summary", summary); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
}

// TestSetUpNeverShowsThePasswordOfABroker, wherever in the URL it was typed.
func TestSetUpNeverShowsThePasswordOfABroker(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"))
	s.answer("application", "callback", s.application()...)
	s.answer("callback", "people", "choice", "other", "callback_other", "https://example.org/")
	s.answer("people", "broker", "name", "Alice", "units", "metric")
	secretless := func(body string) {
		t.Helper()
		if strings.Contains(body, "hunter2") {
			t.Errorf("the password is shown:\n%s", body)
		}
	}
	dead := clitest.FreeAddress(t)
	for url, kept := range map[string]string{
		"mqtt://me:hunter2@" + dead:   "mqtt://" + dead, // no connection
		"me:hunter2@" + dead:          dead,
		"ftp://me:hunter2@nas":        "ftp://nas",
		"mqtt://me:hunter2/x@nas":     "mqtt://nas",
		"mqtt://me:%hunter2@nas":      "mqtt://nas",
		"mqtt://me:hunter2@hunter2@:": "mqtt://:",
	} {
		status, _, body := s.submit("broker", "choice", "other", "url", url)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, `name="url" value="`+kept+`"`) {
			t.Errorf("%s: %d, no %q in\n%s", url, status, kept, body)
		}
		secretless(body)
	}
	s.answer("broker", "summary", "choice", "other", "url", strings.Replace(o.Broker.URL(), "://", "://me:hunter2@", 1))
	for _, step := range []string{"summary", "broker"} {
		_, _, body := s.visit(http.MethodGet, "/setup/"+step, nil)
		secretless(body)
	}
	secretless(s.Stdout.String() + s.Stderr.String())
}
