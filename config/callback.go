// SPDX-License-Identifier: MIT

package config

import (
	"net/url"
	"strings"
)

// parseCallback keeps the URL as it is written: the Withings API compares it
// with the registered one, including the slash at its end. The doctor checks
// what else the developer portal requires (https, a public name): other
// endpoints accept more.
func parseCallback(s scalar) (any, *parseError) {
	const wanted = "must be a URL such as https://example.org/"
	text := strings.TrimSpace(s.text)
	address, err := url.Parse(text)
	switch {
	case err != nil, !isHTTPAddress(address), strings.Contains(text, " "):
		return nil, &parseError{text: wanted}
	case address.User != nil:
		return nil, &parseError{text: wanted + ", without user name and password in it"}
	case strings.Contains(text, "#"):
		return nil, &parseError{text: wanted + ", without # and what follows"}
	}
	return text, nil
}

// isHTTPAddress reports whether a browser can be sent to a URL.
func isHTTPAddress(address *url.URL) bool {
	return (address.Scheme == "http" || address.Scheme == "https") && address.Hostname() != "" &&
		isValidPort(address.Port())
}
