// SPDX-License-Identifier: MIT

package cli_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// TestSetUpFromNothingToValues: with forms alone, and with a sign-in whose
// callback does not lead back.
func TestSetUpFromNothingToValues(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t, "https://example.org/")
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"))
	if _, location, _ := s.visit(http.MethodGet, "/", nil); location != "/setup/application" {
		t.Errorf("the first page is %q", location)
	}
	if _, location, _ := s.visit(http.MethodGet, "/setup/summary", nil); location != "/setup/application" {
		t.Errorf("a step that is not reached leads to %q", location)
	}
	s.answerAll()
	_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
	for _, secret := range []string{o.Cloud.ClientSecret()} {
		if strings.Contains(summary, secret) {
			t.Error("the summary shows a secret")
		}
	}
	if !strings.Contains(summary, s.path) || !strings.Contains(summary, "https://example.org/") {
		t.Error(summary)
	}
	status, _, body := s.post("summary", summary)
	if status != http.StatusOK || !strings.Contains(body, `href="/profiles/alice/sign-in"`) {
		t.Fatalf("%d %s", status, body)
	}
	info, err := os.Stat(s.path)
	clitest.Must(t, err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if text := clitest.ReadFile(t, s.path); !strings.Contains(text, "# Configuration of vitals2mqtt") ||
		!strings.Contains(text, o.Cloud.ClientSecret()) {
		t.Error("it is not the commented file with the answers")
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
	for _, person := range []string{"Alice", "Bob"} {
		s.signIn(person)
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bob/weight_kg", ""))
	if strings.Contains(s.Stdout.String()+s.Stderr.String(), o.Cloud.ClientSecret()) {
		t.Error("the secret was printed")
	}
}

func TestSetUpProvesEveryAnswer(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"))
	const wrong = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	s.refuse("application", "Withings rejects the client id or the client secret",
		"client_id", o.Cloud.ClientID(), "client_secret", wrong)
	s.refuse("application", "Something is missing", "client_id", o.Cloud.ClientID(), "client_secret", "")
	s.answer("application", "callback", s.application()...)
	s.answer("application", "callback", "client_id", o.Cloud.ClientID(), "client_secret", "") // kept
	s.refuse("callback", "This cannot be used", "choice", "other", "callback_other", "nowhere")
	s.answer("callback", "people", "choice", "own", "callback_own", s.address+"/oauth/callback")
	s.refuse("people", "Something is missing", "name", " ")
	s.refuse("people", "is reserved", "name", "bridge")
	s.refuse("people", "listed twice", "name", "Alice", "name", "Alice")
	s.answer("people", "broker", "name", "Jörg Weiß", "units", "uk")
	if _, _, page := s.visit(http.MethodGet, "/setup/people", nil); !strings.Contains(page, "<code>joerg_weiss</code>") ||
		!strings.Contains(page, `value="uk" selected`) {
		t.Errorf("back shows no answers: %s", page)
	}
	s.refuse("broker", "There is no connection to the broker", "choice", "other", "url", "mqtt://"+clitest.FreeAddress(t))
	s.refuse("broker", "This cannot be used", "choice", "other", "url", "ftp://nas")
	s.refuse("broker", "needs a user name and a password", "choice", "embedded", "open", "1", "username", "me")
	s.answer("broker", "summary", "choice", "other", "url", o.Broker.URL())
	if _, err := os.Stat(s.path); err == nil {
		t.Error("the file was written before the end")
	}
	s.Interrupts <- os.Interrupt
	s.ExpectExit(t, 0)
	if left, _ := filepath.Glob(filepath.Dir(s.path) + "/*"); len(left) > 0 {
		t.Errorf("an interrupted set-up leaves %v", left)
	}
}

func TestSetUpNeverReplacesAFileUnasked(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"))
	s.answerAll()
	const own = "# by hand\n"
	clitest.WriteFile(t, s.path, own) // meanwhile, with an editor
	_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
	if status, _, body := s.post("summary", summary); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "Tick the box to replace it") || clitest.ReadFile(t, s.path) != own {
		t.Fatalf("%d %s", status, body)
	}
	status, _, body := s.post("summary", summary, "replace", "1")
	if status != http.StatusOK || !strings.Contains(body, s.path+".bak.1") ||
		clitest.ReadFile(t, s.path+".bak.1") != own {
		t.Fatalf("%d %s", status, body)
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
}

// TestSetUpInTwoBrowsers: both see the same set-up, and nothing is written that
// was not shown.
func TestSetUpInTwoBrowsers(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	s := startSetup(t, o, filepath.Join(t.TempDir(), "config.yaml"))
	s.answerAll()
	_, _, first := s.visit(http.MethodGet, "/setup/summary", nil)
	s.answer("people", "broker", "name", "Carol", "units", "metric") // in the other one
	if status, _, body := s.post("summary", first); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "changed in another window") || !strings.Contains(body, "Carol") {
		t.Errorf("%d %s", status, body)
	}
	if _, err := os.Stat(s.path); err == nil {
		t.Error("the file was written")
	}
}

// TestSetUpAfterARestart: the answers are gone, and no form of before does harm.
func TestSetUpAfterARestart(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	before := startSetup(t, o, path)
	before.answerAll()
	_, _, summary := before.visit(http.MethodGet, "/setup/summary", nil)
	before.Interrupts <- os.Interrupt
	before.ExpectExit(t, 0)
	after := startSetup(t, o, path)
	if status, location, _ := after.post("summary", summary); status != http.StatusForbidden && location != "/setup/application" {
		t.Errorf("%d to %q", status, location)
	}
	after.answerAll()
}

func TestSetUpWhereNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	folder := t.TempDir()
	blocker := filepath.Join(folder, "file")
	clitest.Must(t, os.WriteFile(blocker, nil, 0o600))
	s := startSetup(t, o, filepath.Join(folder, "config.yaml"), "V2M_STATE_DIR="+filepath.Join(blocker, "state"))
	s.answerAll()
	_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
	if status, _, body := s.post("summary", summary); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "The folder for tokens and measurements cannot be written") {
		t.Errorf("%d %s", status, body)
	}
	if _, err := os.Stat(s.path); err == nil {
		t.Error("the file was written")
	}
}

// TestSetUpReachableByOthersNeedsTheCode and ends with a password.
func TestSetUpReachableByOthersNeedsTheCode(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	address := strings.Replace(clitest.FreeAddress(t), "127.0.0.1", "0.0.0.0", 1)
	path := filepath.Join(t.TempDir(), "config.yaml")
	p := clitest.StartProgramWith(t, func(p *cli.Program) {
		p.Environ = []string{"V2M_WEB_LISTEN=" + address, "V2M_WITHINGS_API_URL=" + o.CloudURL}
		p.Example = []byte(clitest.ReadFile(t, "../config.example.yaml"))
	}, "--config", path, "run")
	line, err := p.Stdout.WaitForLine(t.Context(), "Code: ")
	clitest.Must(t, err)
	_, code, _ := strings.Cut(line, "Code: ")
	jar := &oneCookie{}
	s := &setupRun{Process: p, t: t, harness: o, path: path, client: jar.browser()}
	s.address = strings.Replace("http://"+address, "0.0.0.0", "127.0.0.1", 1)
	if _, location, _ := s.visit(http.MethodGet, "/setup/application", nil); !strings.HasPrefix(location, "/sign-in?") {
		t.Errorf("without the code: to %q", location)
	}
	_, _, page := s.visit(http.MethodGet, "/sign-in", nil)
	token := formTokenRegexp.FindStringSubmatch(page)[1]
	if !strings.Contains(page, "Set-up code") {
		t.Error(page)
	}
	enter := func(code string) (status int, body string) {
		status, _, body = s.visit(http.MethodPost, "/sign-in", url.Values{"token": {token}, "password": {code}, "next": {"/"}})
		return status, body
	}
	if status, body := enter("GUESS"); status != http.StatusForbidden || !strings.Contains(body, "This is not the code") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := enter(code); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, body)
	}
	s.answer("application", "callback", s.application()...)
	s.answer("callback", "people", "choice", "other", "callback_other", "https://example.org/")
	s.answer("people", "broker", "name", "Alice", "units", "metric")
	s.answer("broker", "password", "choice", "other", "url", o.Broker.URL())
	s.refuse("password", "too short", "password", "1234567", "repeated", "1234567")
	s.refuse("password", "differ", "password", "correct horse", "repeated", "correct house")
	s.answer("password", "summary", "password", "correct horse", "repeated", "correct horse")
}

func TestRunWithAMistakeInTheFileStillExits(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := clitest.WriteFile(t, filepath.Join(folder, "config.yaml"), "withings: {client_id: 1}\n")
	clitest.Run(t, "--config", path, "run").Expect(t, 3, "client_secret")
	clitest.Run(t, "--config", filepath.Join(folder, "none.yaml"), "run", "--no-setup").Expect(t, 3, "none.yaml")
}

// TestUntouchedExampleIsSetUp: a copy of the example is as good as none.
func TestUntouchedExampleIsSetUp(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	example := clitest.ReadFile(t, "../config.example.yaml")
	path := clitest.WriteFile(t, filepath.Join(t.TempDir(), "config.yaml"), example)
	s := startSetup(t, o, path)
	s.answerAll()
	_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
	if status, _, body := s.post("summary", summary); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if clitest.ReadFile(t, path+".bak.1") != example {
		t.Error("the example was not kept")
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
}

// TestSignInAndOutOnThePage: the wrong person is told so, and signing out
// deletes the tokens.
func TestSignInAndOutOnThePage(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	address := clitest.FreeAddress(t)
	config := o.Configure(t, t.TempDir(), "[Alice, Bob]", "[weight_kg]", "web: {listen: "+address+"}")
	clitest.SignIn(t, config, "Bob")
	p := clitest.StartProgram(t, "--config", config, "run")
	_, err := p.Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	s := &setupRun{Process: p, t: t, harness: o, address: "http://" + address, client: clitest.Browser()}
	const path = "/profiles/alice/sign-in"
	paste := func(person string) (status int, body string) {
		_, _, page := s.visit(http.MethodGet, path, nil)
		landed, err := clitest.Consent(t.Context(), consentLink(t, page), person, "allow")
		clitest.Must(t, err)
		status, _, body = s.visit(http.MethodPost, path,
			url.Values{"token": {formTokenRegexp.FindStringSubmatch(page)[1]}, "address": {landed}})
		return status, body
	}
	if status, body := paste("Bob"); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "This is the account of Bob") {
		t.Errorf("the wrong person: %d %s", status, body)
	}
	if status, body := paste("Alice"); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	_, _, question := s.visit(http.MethodGet, "/profiles/alice/sign-out", nil)
	status, _, body := s.visit(http.MethodPost, "/profiles/alice/sign-out",
		url.Values{"token": {formTokenRegexp.FindStringSubmatch(question)[1]}})
	if status != http.StatusOK || !strings.Contains(body, "The consent of Alice is revoked") {
		t.Errorf("%d %s", status, body)
	}
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page to show it", func() bool {
		for _, profile := range clitest.GetOverview(t, address).Profiles {
			if profile.Slug == "alice" && profile.SignInNeeded {
				return true
			}
		}
		return false
	}))
}

// TestHealthcheckDuringSetUp: the container is not restarted meanwhile.
func TestHealthcheckDuringSetUp(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	s := startSetup(t, o, path)
	listen := strings.TrimPrefix(s.address, "http://")
	clitest.RunWith(t, clitest.WithEnviron("V2M_WEB_LISTEN="+listen), "--config", path, "healthcheck").Expect(t, 0, "ok")
	if status, _, body := s.visit(http.MethodGet, "/readyz", nil); status != http.StatusServiceUnavailable {
		t.Errorf("%d %s", status, body)
	}
}
