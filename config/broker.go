// SPDX-License-Identifier: MIT

package config

import (
	"cmp"
	"net/url"
	"strings"
)

// brokerSchemes are those of a broker's URL; true marks a websocket.
func brokerSchemes() map[string]bool {
	return map[string]bool{
		"mqtt": false, "tcp": false, "mqtts": false, "ssl": false, "ws": true, "wss": true,
	}
}

// parseBroker checks a broker's URL without quoting it, as parseHTTPAddress.
// Credentials may be in it; extractCredentials moves them.
func parseBroker(s scalar) (any, *parseError) {
	text := strings.TrimSpace(s.text)
	if text == Embedded {
		return text, nil
	}
	parseErr := parseError{
		text: `must be a URL such as mqtt://homeserver.lan:1883 (or mqtts://, ws://, wss://), or the word "embedded"`,
	}
	if hasRawCredentials(text) {
		return nil, &parseError{
			text: "the user name or password in it has characters that end it in a URL: " +
				"use mqtt.username and mqtt.password, or write / as %2F, ? as %3F, # as %23 and % as %25",
		}
	}
	address, err := url.Parse(text)
	if secretRegexp.MatchString(text) || err == nil && secretRegexp.MatchString(address.Hostname()) {
		return nil, &parseError{text: "looks like a client id or secret, not like the host of a broker"}
	}
	if err != nil || !strings.Contains(text, "://") {
		if !strings.ContainsAny(text, "@/ ") && !s.isExpanded() {
			parseErr.suggestion = cmp.Or(nearest(text, []string{Embedded}), "mqtt://"+text)
		}
		return nil, &parseErr
	}
	websocket, known := brokerSchemes()[address.Scheme]
	switch {
	case !known, address.Hostname() == "", !isValidPort(address.Port()):
		return nil, &parseErr
	case address.RawQuery != "" && !websocket, address.Fragment != "":
		return nil, &parseErr
	case strings.Trim(address.Path, "/") != "" && !websocket:
		return nil, &parseError{
			text: "only a websocket address (ws:// or wss://) has a path; topics begin with mqtt.base_topic",
		}
	case !websocket:
		address.Path = ""
	}
	return address.String(), nil
}

// hasRawCredentials reports a URL whose user name or password ends too early,
// because it was not encoded: an @ follows what ends the host.
func hasRawCredentials(text string) bool {
	_, rest, found := strings.Cut(text, "://")
	at := strings.LastIndexByte(rest, '@')
	if !found || at < 0 {
		return false
	}
	userinfo := rest[:at]
	if end := strings.IndexAny(userinfo, "/?#"); end >= 0 {
		// An @ in a path is possible, after a host that is whole.
		address, err := url.Parse(text)
		return err != nil || !isValidPort(address.Port()) || address.User != nil || strings.Contains(userinfo[:end], ":") ||
			!brokerSchemes()[address.Scheme]
	}
	_, err := url.Parse("mqtt://" + userinfo + "@host")
	return err != nil
}
