// SPDX-License-Identifier: MIT

package cli_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// Secrets that the user sets. Some need escapes in addresses, HTML and JSON.
const (
	brokerSecret  = `broker-pass/7f3+a&"x`
	pageSecret    = `page-pass%41 <b>&9c`
	mirrorSecret  = "mirror-token-5d2e8b"
	assistantWord = "assistant-token-1e77a0"
	typedByOthers = "typed-in-error-63bd"
	ingressToken  = "ingress-prefix-a8c1d4"
	ingressCookie = "ingress-session-d91f20"
)

// secretsRun is the whole program with every part that has a secret.
type secretsRun struct {
	*secretSearch

	harness                 *clitest.Harness
	folder, state, config   string
	page, ingress, notified string // addresses
	session                 *http.Cookie
}

// TestNoSecretIsShownAnywhere runs the whole program with every part that has a
// secret, at the most talkative level, also through refusals that repeat secrets,
// and searches everything that it has said, published, served and stored.
func TestNoSecretIsShownAnywhere(t *testing.T) {
	t.Parallel()
	s := newSecretsRun(t)
	s.signInBob(t)
	daemon := clitest.StartProgram(t, "--config", s.config, "run")
	s.signInAlice(t)
	s.rememberTokens(t)
	s.refreshTokens(t)
	s.provokeErrors(t)
	s.notify(t)
	s.visitPages(t)
	s.runCommands(t)
	s.rememberTokens(t)
	s.command(t, s.config, "logout", "bob").Expect(t, 0)
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	s.command(t, s.config, "purge", "bob", "--yes").Expect(t, 0)
	log := daemon.Stderr.String()
	if !strings.Contains(log, `"level":"debug"`) {
		t.Error("the log is not talkative")
	}
	s.show("log", log, daemon.Stdout.String())
	s.files(t, s.state)
	s.compare(t, map[string][]string{
		// The browser gets the address of the consent page, with the state.
		"login of bob":         {"state of bob"},
		"GET /login/alice":     {"state of alice"},
		"file tokens/*":        {"access token of alice", "refresh token of alice"},
		"file notify.secret":   {"notification secret"},
		"file calendar.secret": {"calendar secret"},
		// Its owner asks for the address of the calendar.
		"GET /api/profiles/*":     {"calendar key"},
		"GET /health*":            {"calendar key"},
		"through ingress *":       {"ingress prefix"},
		"mirror: what it is sent": {"mirror token"},
	})
}

func newSecretsRun(t *testing.T) *secretsRun {
	t.Helper()
	s := &secretsRun{
		secretSearch: newSecretSearch(), harness: clitest.Start(t), folder: t.TempDir(),
		page: clitest.FreeAddress(t), ingress: clitest.FreeAddress(t), notified: clitest.FreeAddress(t),
	}
	s.state = filepath.Join(s.folder, "state")
	home := homeassistanttest.Start(t)
	home.Token = assistantWord
	guarded, err := broker.Start(broker.Options{Username: "vitals", Password: secret.New(brokerSecret), Log: zerolog.Nop()})
	clitest.Must(t, err)
	t.Cleanup(func() { _ = guarded.Close() })
	clitest.Must(t, guarded.Watch("#", func(topic string, payload []byte, _ bool) { s.show("MQTT", topic, string(payload)) }))
	s.config = s.harness.Configure(t, s.folder, "[Alice, Bob]", "all",
		"mqtt: {url: "+guarded.URL()+", username: vitals, password: '"+brokerSecret+"'}",
		"web:",
		"  {listen: "+s.page+", password: '"+pageSecret+"', calendar: true,",
		"   ingress_listen: "+s.ingress+", ingress_from: [127.0.0.1/32]}",
		"notifications: {public_url: http://"+s.notified+", listen: "+s.notified+"}",
		"history: {mirror: {url: '"+s.recorder(t, "mirror")+"/write?db=health', token: "+mirrorSecret+"}}",
		"homeassistant: {url: "+home.URL()+", token: "+assistantWord+"}",
		"log: {level: trace, format: json}",
	)
	for name, value := range map[string]string{
		"client secret": s.harness.Cloud.ClientSecret(), "broker password": brokerSecret, "page password": pageSecret,
		"mirror token": mirrorSecret, "Home Assistant token": assistantWord, "wrong page password": typedByOthers,
		"ingress prefix": ingressToken, "ingress session": ingressCookie,
	} {
		s.hide(t, name, value)
	}
	return s
}

// recorder is a server that refuses what it is sent, and repeats it.
func (s *secretsRun) recorder(t *testing.T, name string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.show(name+": what it is sent", r.Header.Get("Authorization"))
		_, _ = io.Copy(io.Discard, r.Body)
		http.Error(w, "no access with "+r.Header.Get("Authorization"), http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// signInBob signs in at a terminal, after a mistake.
func (s *secretsRun) signInBob(t *testing.T) {
	t.Helper()
	p := clitest.StartProgram(t, "--config", s.config, "login", "bob", "--paste")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	link, err := p.Stdout.WaitForLine(ctx, "/oauth2_user/authorize2?")
	if err != nil {
		t.Fatalf("%v\n%s", err, p.Stderr)
	}
	landed, err := clitest.Consent(t.Context(), link, "Bob", "allow")
	clitest.Must(t, err)
	s.hideCode(t, "bob", landed)
	_, err = io.WriteString(p.Stdin, strings.Replace(landed, "state=", "state=0", 1)+"\n"+landed+"\n")
	clitest.Must(t, err)
	p.ExpectExit(t, 0)
	s.show("login of bob", p.Stdout.String(), p.Stderr.String())
}

// hideCode declares the code and the state of a sign-in.
func (s *secretsRun) hideCode(t *testing.T, who, landed string) {
	t.Helper()
	address, err := url.Parse(landed)
	clitest.Must(t, err)
	s.hide(t, "code of "+who, address.Query().Get("code"))
	s.hide(t, "state of "+who, address.Query().Get("state"))
}

// signInAlice signs in to the page, then Alice there.
func (s *secretsRun) signInAlice(t *testing.T) {
	t.Helper()
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page", func() bool {
		reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+s.page+"/healthz"))
		return err == nil && reply.Body.Close() == nil
	}))
	for _, password := range []string{typedByOthers, pageSecret} {
		request := s.form(t, "/sign-in", url.Values{"password": {password}, "next": {"/"}})
		_, header, _ := s.fetch(t, "POST /sign-in", request)
		for _, cookie := range (&http.Response{Header: header}).Cookies() {
			if cookie.Name == "vitals2mqtt_session" {
				s.session = cookie
			}
		}
	}
	if s.session == nil {
		t.Fatal("no session")
	}
	s.hide(t, "session of the page", s.session.Value)
	_, header, _ := s.fetch(t, "GET /login/alice", s.get(t, "/login/alice"))
	landed, err := clitest.Consent(t.Context(), header.Get("Location"), "Alice", "allow")
	clitest.Must(t, err)
	s.hideCode(t, "alice", landed)
	back, err := url.Parse(landed)
	clitest.Must(t, err)
	s.fetch(t, "GET /oauth/callback", s.get(t, "/oauth/callback?state=unknown&code="+back.Query().Get("code")))
	if status, _, body := s.fetch(t, "GET /oauth/callback", s.get(t, back.RequestURI())); status != http.StatusOK {
		t.Fatalf("the callback answers %d: %s", status, body)
	}
	s.fetch(t, "GET /oauth/callback", s.get(t, back.RequestURI())) // a second time
}

func (s *secretsRun) get(t *testing.T, path string) *http.Request {
	t.Helper()
	request := clitest.Get(t, "http://"+s.page+path)
	if s.session != nil {
		request.AddCookie(s.session)
	}
	return request
}

func (s *secretsRun) form(t *testing.T, path string, form url.Values) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.page+path, strings.NewReader(form.Encode()))
	clitest.Must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if s.session != nil {
		request.AddCookie(s.session)
	}
	return request
}

// rememberTokens declares the tokens that are stored now.
func (s *secretsRun) rememberTokens(t *testing.T) {
	t.Helper()
	for _, slug := range []string{"alice", "bob"} {
		var token withings.Token
		clitest.Must(t, clitest.WaitFor(t.Context(), "a token of "+slug, func() bool {
			var err error
			token, _, err = tokenstore.Peek(s.state, slug)
			return err == nil
		}))
		for kind, value := range map[string]string{"access": token.Access.Reveal(), "refresh": token.Refresh.Reveal()} {
			name := kind + " token of " + slug
			if before := s.secrets[name]; before != "" && before != value {
				s.hide(t, "former "+name, before)
			}
			s.hide(t, name, value)
		}
	}
	for name, file := range map[string]string{"notification secret": "notify.secret", "calendar secret": "calendar.secret"} {
		clitest.Must(t, clitest.WaitFor(t.Context(), file, func() bool {
			_, err := os.Stat(filepath.Join(s.state, file))
			return err == nil
		}))
		s.hide(t, name, strings.TrimSpace(clitest.ReadFile(t, filepath.Join(s.state, file))))
	}
}

// refreshTokens waits until the daemon has other tokens.
func (s *secretsRun) refreshTokens(t *testing.T) {
	t.Helper()
	s.harness.Cloud.SetFaults(
		simulator.Fault{Call: "measure getmeas", Person: "Alice", Status: 401, Times: 1},
		simulator.Fault{Call: "measure getmeas", Person: "Bob", Status: 401, Times: 1},
	)
	s.command(t, s.config, "refresh")
	clitest.Must(t, clitest.WaitFor(t.Context(), "other tokens", func() bool {
		alice, _, _ := tokenstore.Peek(s.state, "alice")
		bob, _, _ := tokenstore.Peek(s.state, "bob")
		return alice.Access.Reveal() != s.secrets["access token of alice"] && bob.Access.Reveal() != s.secrets["access token of bob"]
	}))
	s.rememberTokens(t)
}

// provokeErrors has the cloud repeat every secret that it knows in its refusals.
func (s *secretsRun) provokeErrors(t *testing.T) {
	t.Helper()
	words := []string{"refused:"}
	for _, name := range []string{
		"client secret", "access token of alice", "refresh token of alice", "notification secret", "code of alice",
	} {
		words = append(words, s.secrets[name])
	}
	text := strings.Join(words, " ")
	s.harness.Cloud.SetFaults(
		simulator.Fault{Call: "measure getmeas", Status: 342, Text: text},
		simulator.Fault{Call: "v2/sleep *", HTTP: 500},
		simulator.Fault{Call: "notify *", Status: 293, Text: text + " " + s.address()},
		simulator.Fault{Call: "v2/oauth2 *", Status: 503, Text: "Invalid Params: " + text},
	)
	s.command(t, s.config, "refresh")
	s.command(t, s.config, "check", "--live")
	for _, command := range []string{"status", "profiles", "doctor", "dump"} {
		s.command(t, s.config, command)
		s.command(t, s.config, command, "--json")
	}
	_, _, _ = s.fetch(t, "GET / while the cloud fails", s.get(t, "/"))
	_, _, _ = s.fetch(t, "GET /health while the cloud fails", s.get(t, "/health"))
	s.harness.Cloud.SetFaults()
}

// address is where notifications are posted to.
func (s *secretsRun) address() string {
	return "http://" + s.notified + "/notify/" + s.secrets["notification secret"]
}

// notify posts to the secret address, and to others.
func (s *secretsRun) notify(t *testing.T) {
	t.Helper()
	address := s.address()
	form := url.Values{"userid": {s.harness.Cloud.People()[0].UserID}, "appli": {"1"}}
	for _, target := range []string{
		address, address + "0", address[:len(address)-1], address + "?x=" + s.secrets["access token of alice"],
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
		clitest.Must(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.fetch(t, "POST /notify", request)
		s.fetch(t, "GET /notify", clitest.Get(t, target))
	}
	s.harness.Cloud.Weigh("Alice", "61.25", time.Now()) // clock: the daemon uses the real time
}

// visitPages requests everything that the page serves, directly and through
// ingress.
func (s *secretsRun) visitPages(t *testing.T) {
	t.Helper()
	_, _, calendar := s.fetch(t, "GET /api/profiles/alice/calendar", s.get(t, "/api/profiles/alice/calendar"))
	_, key, found := strings.Cut(strings.TrimRight(calendar, "\"}\n"), "key=")
	if !found {
		t.Fatalf("no key in %s", calendar)
	}
	s.hide(t, "calendar key", key)
	for _, path := range []string{
		"/", "/health", "/history", "/sleep/alice", "/heart/alice", "/report/alice", "/values/alice/weight_kg",
		"/values/alice/weight_kg/data.csv", "/values/alice/weight_kg/data.json", "/api/overview", "/metrics", "/healthz", "/readyz",
		"/api/profiles/alice/history?key=weight_kg", "/api/profiles/alice/nights", "/api/profiles/alice/records",
		"/api/profiles/alice/ecgs", "/calendar/alice.ics?key=" + key, "/calendar/alice.ics?key=0" + key,
		"/profiles/alice/sign-in", "/profiles/alice/sign-out", "/history/backup", "/history/export?profile=alice&format=tidy",
		"/nothing?secret=" + url.QueryEscape(typedByOthers), "/notify/" + s.secrets["notification secret"],
	} {
		route, _, _ := strings.Cut(path, "?")
		if strings.HasPrefix(route, "/notify/") {
			route = "/notify/… at the page"
		}
		s.fetch(t, "GET "+route, s.get(t, path))
		inner := clitest.Get(t, "http://"+s.ingress+path)
		inner.Header.Set("X-Ingress-Path", "/api/hassio_ingress/"+ingressToken)
		inner.Header.Set("X-Remote-User-Id", "user-of-home-assistant")
		inner.AddCookie(&http.Cookie{Name: "ingress_session", Value: ingressCookie})
		s.fetch(t, "through ingress "+route, inner)
	}
	s.fetch(t, "POST /sign-out", s.form(t, "/sign-out", url.Values{"token": {typedByOthers}}))
}

// runCommands runs every command that prints something, beside the daemon.
func (s *secretsRun) runCommands(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{
		{"check"},
		{"check", "--json"},
		{"check", "--live"},
		{"status"},
		{"status", "--json"},
		{"profiles"},
		{"profiles", "--json"},
		{"doctor"},
		{"doctor", "--json"},
		{"dump"},
		{"discovery"},
		{"sensors"},
		{"show", "alice"},
		{"healthcheck"},
		{"export", "alice"},
		{"report", "alice"},
		{"dashboard", "alice"},
		{"statistics", "alice"},
		{"backup", filepath.Join(s.state, "copy.db")},
		{"backfill", "alice"},
		{"once"},
		{"run"},
		{"login", "nobody"},
		{"purge", "alice", "--dry-run"},
		{"push", "rotate", "--help"},
	} {
		s.command(t, s.config, args...)
	}
	// A configuration with a mistake in every line that has a secret.
	broken := strings.NewReplacer("password: '", "passwort: '", "token: ", "tokn: ", "client_secret: ", "client_secret: [").
		Replace(clitest.ReadFile(t, s.config))
	path := clitest.WriteFile(t, filepath.Join(t.TempDir(), "broken.yaml"), broken)
	for _, command := range []string{"check", "run", "dump", "doctor"} {
		s.command(t, path, command)
	}
}
