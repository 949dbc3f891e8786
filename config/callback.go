package config

import (
	"net/url"
	"strings"
)

// parseCallback keeps the address as it is written: the cloud compares it with the
// registered one, the slash at its end included. What else the developer portal
// wants of it (https, a public name) is for the doctor to say: another cloud may
// take more.
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

// isHTTPAddress reports whether a browser can be sent to an address.
func isHTTPAddress(address *url.URL) bool {
	return (address.Scheme == "http" || address.Scheme == "https") && address.Hostname() != "" && isValidPort(address.Port())
}
