// SPDX-License-Identifier: MIT

package cli_test

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// setupRun is a program without a configuration, and the browser in front of it.
type setupRun struct {
	*clitest.Process

	t       *testing.T
	harness *clitest.Harness
	address string // of the page
	path    string // of the file that will be written
	prefix  string // of ingress, "" without
	client  *http.Client
}

// startSetup starts the program in the place of a file that does not exist.
func startSetup(t *testing.T, o *clitest.Harness, path string, environ ...string) *setupRun {
	t.Helper()
	address := clitest.FreeAddress(t)
	s := &setupRun{t: t, harness: o, address: "http://" + address, path: path, client: clitest.Browser()}
	environ = append([]string{
		"V2M_WEB_LISTEN=" + address,
		"V2M_WITHINGS_API_URL=" + o.CloudURL, "V2M_WITHINGS_ACCOUNT_URL=" + o.CloudURL,
		"V2M_WITHINGS_SCHEDULE=@every 1s", "V2M_WITHINGS_REQUESTS_PER_MINUTE=6000",
		"V2M_STATE_DIR=" + filepath.Join(filepath.Dir(path), "state"),
	}, environ...)
	s.Process = clitest.StartProgramWith(t, func(p *cli.Program) {
		p.Environ = environ
		p.Example = []byte(clitest.ReadFile(t, "../config.example.yaml"))
	}, "--config", path, "run")
	if _, err := s.Stdout.WaitForLine(t.Context(), s.address); err != nil {
		t.Fatalf("%v\n%s", err, s.Stderr)
	}
	return s
}

// visit requests a page.
func (s *setupRun) visit(method, path string, form url.Values) (status int, location, body string) {
	s.t.Helper()
	var sent io.Reader = http.NoBody
	if form != nil {
		sent = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.address+path, sent)
	clitest.Must(s.t, err)
	request.Header.Set("Accept", "text/html")
	if s.prefix != "" {
		request.Header.Set("X-Ingress-Path", s.prefix)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", "null") // only the form token is right
	}
	reply, err := s.client.Do(request)
	if err != nil {
		s.t.Fatalf("%v\n%s%s", err, s.Stdout, s.Stderr)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	clitest.Must(s.t, err)
	return reply.StatusCode, strings.TrimPrefix(reply.Header.Get("Location"), s.prefix), string(text)
}

var formTokenRegexp = regexp.MustCompile(`name="token" value="([^"]+)"`)

// submit fills in the form of a step, as a browser without scripts does.
func (s *setupRun) submit(step string, fields ...string) (status int, location, body string) {
	s.t.Helper()
	_, _, page := s.visit(http.MethodGet, "/setup/"+step, nil)
	return s.post(step, page, fields...)
}

// post posts the form of a page that was shown before.
func (s *setupRun) post(step, page string, fields ...string) (status int, location, body string) {
	s.t.Helper()
	form := url.Values{}
	for _, name := range []string{"token", "revision"} {
		found := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)
		if found != nil {
			form.Set(name, found[1])
		}
	}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.visit(http.MethodPost, "/setup/"+step, form)
}

// answer submits a step that must lead to the next one.
func (s *setupRun) answer(step, next string, fields ...string) {
	s.t.Helper()
	status, location, body := s.submit(step, fields...)
	if status != http.StatusSeeOther || location != "/setup/"+next {
		s.t.Fatalf("%s: %d to %q, want %s\n%s", step, status, location, next, body)
	}
}

// refuse submits a step that must say what is wrong, without a secret.
func (s *setupRun) refuse(step, want string, fields ...string) {
	s.t.Helper()
	status, _, body := s.submit(step, fields...)
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
		s.t.Errorf("%s: %d, no %q in\n%s", step, status, want, body)
	}
	for i := 0; i < len(fields); i += 2 {
		if strings.Contains(fields[i], "secret") || fields[i] == "password" {
			if fields[i+1] != "" && strings.Contains(body, fields[i+1]) {
				s.t.Errorf("%s: the page shows the secret again", step)
			}
		}
	}
}

func (s *setupRun) application() []string {
	return []string{"client_id", s.harness.Cloud.ClientID(), "client_secret", s.harness.Cloud.ClientSecret()}
}

// answerAll answers everything up to the summary.
func (s *setupRun) answerAll() {
	s.t.Helper()
	s.answer("application", "callback", s.application()...)
	s.answer("callback", "people", "choice", "other", "callback_other", "https://example.org/")
	s.answer("people", "broker", "name", "Alice", "name", "", "name", "Bob", "units", "metric")
	s.answer("broker", "summary", "choice", "other", "url", s.harness.Broker.URL())
}

// signIn signs a person in on the page, by pasting the address.
func (s *setupRun) signIn(person string) {
	s.t.Helper()
	path := "/profiles/" + strings.ToLower(person) + "/sign-in"
	_, _, page := s.visit(http.MethodGet, path, nil)
	landed, err := clitest.Consent(s.t.Context(), consentLink(s.t, page), person, "allow")
	clitest.Must(s.t, err)
	form := url.Values{"token": {formTokenRegexp.FindStringSubmatch(page)[1]}, "address": {landed}}
	status, _, body := s.visit(http.MethodPost, path, form)
	if status != http.StatusOK || !strings.Contains(body, person+" is signed in") {
		s.t.Fatalf("%d %s", status, body)
	}
}

var consentRegexp = regexp.MustCompile(`href="(http[^"]*/oauth2_user/authorize2[^"]*)"`)

func consentLink(t *testing.T, page string) string {
	t.Helper()
	found := consentRegexp.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no link to the consent page in\n%s", page)
	}
	return strings.ReplaceAll(found[1], "&amp;", "&")
}

// oneCookie is a browser's memory of one cookie by name.
type oneCookie struct{ held map[string]*http.Cookie }

func (c *oneCookie) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	if c.held == nil {
		c.held = map[string]*http.Cookie{}
	}
	for _, cookie := range cookies {
		c.held[cookie.Name] = cookie
	}
}

func (c *oneCookie) Cookies(*url.URL) (all []*http.Cookie) {
	for _, cookie := range c.held {
		all = append(all, cookie)
	}
	return all
}

func (c *oneCookie) browser() *http.Client {
	client := clitest.Browser()
	client.Jar = c
	return client
}
