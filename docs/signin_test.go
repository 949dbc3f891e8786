// SPDX-License-Identifier: MIT

package docs_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// checkInit runs init and then completes the file.
func checkInit(t *testing.T, s *harness, b block) {
	t.Helper()
	checkShell(t, s, b)
	s.fillInit()
}

// checkFill adds the settings of a block to the file of init. A later block
// replaces an earlier one.
func checkFill(t *testing.T, s *harness, b block) {
	t.Helper()
	s.setUp()
	var file map[string]map[string]string
	must(t, yaml.Unmarshal([]byte(b.text), &file))
	text := s.filledInit
	for _, settings := range file {
		for key, value := range settings {
			row := regexp.MustCompile(`(?m)^  #?` + regexp.QuoteMeta(key) + `:.*$`)
			if len(row.FindAllString(text, -1)) != 1 {
				t.Fatalf("%s:%d: the file of init has not one place for %s", b.path, b.line, key)
			}
			text = row.ReplaceAllLiteralString(text, "  "+key+": "+value)
		}
	}
	s.proxyURL = file["withings"]["base_url"]
	s.writeConfig(text)
}

// callbackURLs are the callbacks that a page registers.
func (p page) callbackURLs() (callbacks []string) {
	for _, b := range p.blocks {
		if b.kind == "text registered" {
			callbacks = append(callbacks, strings.TrimSpace(b.text))
		}
	}
	return callbacks
}

// checkPaste is a sign-in on a machine without a browser.
func checkPaste(t *testing.T, s *harness, b block) {
	t.Helper()
	s.setUp()
	s.signInByPaste(b.text)
}

func (s *harness) signInByPaste(text string) {
	s.t.Helper()
	run := s.start(strings.TrimSpace(text))
	link := regexp.MustCompile(`(?m)^ *(http\S*/oauth2_user/authorize2\?\S+)\n`)
	s.await("the link of "+text, func() bool { return link.MatchString(run.out.String()) })
	landed := s.consent(link.FindStringSubmatch(run.out.String())[1], personIn(s.t, text))
	_, err := io.WriteString(run.in, landed+"\n")
	must(s.t, err)
	run.wait(s.t)
}

// checkLogin is a sign-in with a browser that reaches the page.
func checkLogin(t *testing.T, s *harness, b block) {
	t.Helper()
	s.setUp()
	run := s.start(strings.TrimSpace(b.text))
	link := regexp.MustCompile(`(?m)^ *(http\S*/login/\S+)\n`)
	s.await("the link of "+b.text, func() bool { return link.MatchString(run.out.String()) })
	_, there := s.visit(http.MethodGet, link.FindStringSubmatch(run.out.String())[1], "")
	if status, _ := s.visit(http.MethodGet, s.consent(there, personIn(t, b.text)), ""); status != http.StatusOK {
		t.Errorf("%s:%d: the browser ends up with HTTP %d", b.path, b.line, status)
	}
	run.wait(t)
}

// personIn is the name of the simulated person who signs in.
func personIn(t *testing.T, text string) string {
	t.Helper()
	words := strings.Fields(text)
	at := slices.Index(words, "login")
	if at < 0 || at+1 >= len(words) {
		t.Fatalf("who signs in with %q?", text)
	}
	return strings.ToUpper(words[at+1][:1]) + words[at+1][1:]
}

// consent gives consent on the consent page; it returns where the
// browser is sent.
func (s *harness) consent(link, who string) string {
	s.t.Helper()
	at, err := url.Parse(link)
	must(s.t, err)
	form := url.Values{"profile": {who}, "decision": {"allow"}, "scope": strings.Split(at.Query().Get("scope"), ",")}
	_, there := s.visit(http.MethodPost, link, form.Encode())
	return there
}

// visit requests an address and does not follow redirects.
func (s *harness) visit(method, link, form string) (status int, leadsTo string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, link, strings.NewReader(form))
	must(s.t, err)
	if s.proxyURL != "" && strings.HasPrefix(link, s.proxyURL+"/") {
		request.URL.Scheme, request.URL.Host = "http", s.web // the name stays, as with most proxies
	}
	if form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	browser := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	reply, err := browser.Do(request)
	must(s.t, err)
	must(s.t, reply.Body.Close())
	return reply.StatusCode, reply.Header.Get("Location")
}

// checkJSON checks that a block is JSON.
func checkJSON(t *testing.T, _ *harness, b block) {
	t.Helper()
	if !json.Valid([]byte(b.text)) {
		t.Errorf("%s:%d is no JSON", b.path, b.line)
	}
}
