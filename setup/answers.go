// SPDX-License-Identifier: MIT

// Package setup makes the first configuration: it checks the answers of a user
// as the configuration does, proves them, and writes them into the commented
// example. It asks no questions itself and speaks no HTTP.
package setup

import (
	"fmt"
	"net/url"
	"strings"

	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// Answers are the values to write into the example; an empty one leaves the
// example's.
type Answers struct {
	ClientID     string
	ClientSecret secret.Text
	// CallbackURL is the registered callback, BaseURL the address of the page
	// when the callback is the page's own.
	CallbackURL, BaseURL string
	Profiles             []string
	// Units are the units of all profiles.
	Units  string
	Broker find.Broker
	// BrokerListen is where the embedded broker listens.
	BrokerListen string
	WebPassword  secret.Text
	// StateDir is written as it is; it needs no quotes.
	StateDir string
}

// Render writes the answers into the example.
func (a Answers) Render(example string) string {
	lines := strings.Split(example, "\n")
	put := func(section, key, value string) {
		if value != "" {
			setKey(lines, section, key, quote(value))
		}
	}
	put("withings", "client_id", a.ClientID)
	put("withings", "client_secret", a.ClientSecret.Reveal())
	put("withings", "base_url", a.BaseURL)
	put("withings", "callback_url", a.CallbackURL)
	put("withings", "units", a.Units)
	put("mqtt", "username", a.Broker.Username)
	put("mqtt", "password", a.Broker.Password.Reveal())
	put("mqtt", "url", a.Broker.URL)
	put("mqtt", "listen", a.BrokerListen)
	put("web", "password", a.WebPassword.Reveal())
	if a.StateDir != "" {
		for i, line := range lines {
			if strings.HasPrefix(line, "#state_dir:") {
				lines[i] = "state_dir: " + a.StateDir
			}
		}
	}
	text := strings.Join(lines, "\n")
	if len(a.Profiles) == 0 {
		return text
	}
	var list strings.Builder
	for _, name := range a.Profiles {
		list.WriteString("    - " + quote(name) + "\n")
	}
	return strings.Replace(text, "    - Alice\n", list.String(), 1)
}

// masked returns the answers for reading.
func (a Answers) masked() Answers {
	mask := func(text secret.Text) secret.Text { return secret.New(text.String()) }
	a.ClientSecret, a.Broker.Password, a.WebPassword = mask(a.ClientSecret), mask(a.Broker.Password), mask(a.WebPassword)
	return a
}

// setKey sets a key of a section that is present or commented out.
func setKey(lines []string, section, key, value string) {
	inside := false
	for i, line := range lines {
		if line != "" && line[0] != ' ' && line[0] != '#' {
			inside = line == section+":"
		}
		if inside && (strings.HasPrefix(line, "  "+key+":") || strings.HasPrefix(line, "  #"+key+":")) {
			lines[i] = "  " + key + ": " + value
			return
		}
	}
}

// quote writes a text that neither YAML nor variables expand. What is no UTF-8
// would be read as other characters: it becomes one that the configuration
// refuses.
func quote(text string) string {
	return fmt.Sprintf("%q", strings.ReplaceAll(strings.ToValidUTF8(text, "\x00"), "$", "$$"))
}

// SplitCallback returns the address of the page for the callback of a page,
// else the callback itself.
func SplitCallback(callback string) (baseURL, callbackURL string) {
	parsed, err := url.Parse(callback)
	if base, own := strings.CutSuffix(callback, "/oauth/callback"); own && err == nil && parsed.Host != "" {
		return base, ""
	}
	return "", callback
}
