// SPDX-License-Identifier: MIT

package config

import (
	"net/url"
	"slices"
)

// parseMirror checks the URL of a time series database without quoting it, as
// parseHTTPAddress. Its query is kept: retention policies and the like are
// given there.
func parseMirror(s scalar) (any, *parseError) {
	const example = "http://homeserver.lan:8086"
	address, err := url.Parse(s.text)
	if err != nil {
		return nil, &parseError{text: "must be a URL such as " + example}
	}
	query := address.Query()
	isSecret := func(name string) bool { return query.Has(name) }
	if address.User != nil || slices.ContainsFunc([]string{"u", "p", "token", "username", "password"}, isSecret) {
		return nil, &parseError{
			text: "contains credentials: use history.mirror.token, or history.mirror.username and history.mirror.password",
		}
	}
	s.text, s.unexpanded = withoutQuery(address), ""
	address, parseErr := parseHTTPAddress(s, example)
	if parseErr != nil {
		return nil, parseErr
	}
	address.RawQuery = query.Encode()
	return address.String(), nil
}

func withoutQuery(address *url.URL) string {
	other := *address
	other.RawQuery, other.ForceQuery = "", false
	return other.String()
}

// checkHistory checks what mirrors the archive, and what reaches Home
// Assistant.
func (r checker) checkHistory(c *Config) {
	const target = "history.mirror.url"
	m := c.History.Mirror
	for path, given := range map[string]bool{
		"history.mirror.token":    !m.Token.IsEmpty(),
		"history.mirror.username": m.Username != "",
		"history.mirror.database": m.Database != "",
		"history.mirror.org":      m.Org != "",
	} {
		if given && m.URL == "" && !r.failed[target] {
			r.addWarning(r.placeOf(path), CodeIgnored, "is only used with "+target)
		}
	}
	switch {
	case m.Username == "" && !m.Password.IsEmpty():
		r.addProblem(r.placeOf("history.mirror.password"), CodeConflict, "requires history.mirror.username")
	case m.URL != "" && m.Username != "" && !m.Token.IsEmpty():
		r.addWarning(r.placeOf("history.mirror.username"), CodeIgnored, "ignored: history.mirror.token is set")
	}
	const home = "homeassistant.url"
	if !c.HomeAssistant.Token.IsEmpty() && c.HomeAssistant.URL == "" && !r.failed[home] {
		r.addWarning(r.placeOf("homeassistant.token"), CodeIgnored, "is only used with "+home)
	}
}
