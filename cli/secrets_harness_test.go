// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// secretSearch has all secrets of a run, and everything that the run has shown.
type secretSearch struct {
	mu      sync.Mutex
	secrets map[string]string           // by name
	shown   map[string]*strings.Builder // by place
}

func newSecretSearch() *secretSearch {
	return &secretSearch{secrets: map[string]string{}, shown: map[string]*strings.Builder{}}
}

// hide declares a secret.
func (s *secretSearch) hide(t *testing.T, name, value string) {
	t.Helper()
	const shortest = 10 // others are found by chance
	if len(value) < shortest {
		t.Fatalf("%s is %q", name, value)
	}
	s.secrets[name] = value
}

// show adds what was shown at a place.
func (s *secretSearch) show(place string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown[place] == nil {
		s.shown[place] = &strings.Builder{}
	}
	for _, text := range texts {
		s.shown[place].WriteString(text + "\n")
	}
}

// command runs a command, and adds its output.
func (s *secretSearch) command(t *testing.T, config string, args ...string) clitest.Result {
	t.Helper()
	result := clitest.Run(t, append([]string{"--config", config}, args...)...)
	s.show("vitals2mqtt "+strings.Join(args[:min(2, len(args))], " "), result.Stdout, result.Stderr)
	return result
}

// fetch sends a request, and adds the response and its headers, without cookies.
func (s *secretSearch) fetch(t *testing.T, place string, r *http.Request) (status int, header http.Header, body string) {
	t.Helper()
	r.Header.Set("Accept", "text/html,*/*;q=0.1")
	reply, err := clitest.Browser().Do(r)
	clitest.Must(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	clitest.Must(t, err)
	header = reply.Header.Clone()
	header.Del("Set-Cookie") // the browser's own
	s.show(place, fmt.Sprint(header), string(text))
	return reply.StatusCode, reply.Header, string(text)
}

// files adds the content of every file in a folder.
func (s *secretSearch) files(t *testing.T, folder string) {
	t.Helper()
	clitest.Must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		s.show("file "+filepath.ToSlash(relative), string(text))
		return err
	}))
}

// spellings are how a text may show a secret.
func spellings(t *testing.T, secret string) []string {
	t.Helper()
	quoted, err := json.Marshal(secret)
	clitest.Must(t, err)
	return []string{
		secret,
		strings.Trim(string(quoted), `"`),
		url.QueryEscape(secret),
		url.PathEscape(secret),
		html.EscapeString(secret),
		hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(":" + secret)), // of HTTP basic authentication
	}
}

// compare finds the secrets in the places, and compares them with those that may
// have them: a place that ends in * stands for all that begin so. Each must be
// found where it is allowed, or the search is blind.
func (s *secretSearch) compare(t *testing.T, allowed map[string][]string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	used := map[string]bool{}
	for _, place := range slices.Sorted(maps.Keys(s.shown)) {
		text := s.shown[place].String()
		for _, name := range slices.Sorted(maps.Keys(s.secrets)) {
			found := slices.IndexFunc(spellings(t, s.secrets[name]), func(form string) bool { return strings.Contains(text, form) })
			if found < 0 {
				continue
			}
			rule, ok := ruleFor(allowed, place, name)
			used[rule+" has "+name] = true
			if !ok {
				t.Errorf("%s shows the %s (spelling %d)", place, name, found)
			}
		}
	}
	for rule, names := range allowed {
		for _, name := range names {
			if !used[rule+" has "+name] {
				t.Errorf("%s was not found in %s, where it should be", name, rule)
			}
		}
	}
}

// ruleFor returns the rule that allows a secret at a place.
func ruleFor(allowed map[string][]string, place, name string) (rule string, ok bool) {
	for rule, names := range allowed {
		prefix, isPrefix := strings.CutSuffix(rule, "*")
		if (rule == place || isPrefix && strings.HasPrefix(place, prefix)) && slices.Contains(names, name) {
			return rule, true
		}
	}
	return "", false
}
