// SPDX-License-Identifier: MIT

package push

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

var (
	// ErrWeakSecret means that the secret of the callback URL can be guessed.
	ErrWeakSecret = errors.New("notification secret")
	// ErrPublicURL means that the Withings API would reject the public URL.
	ErrPublicURL = errors.New("notifications.public_url")
)

const (
	callbackPrefix = "/notify/"
	// secretBytes make 40 hexadecimal digits: package withings masks runs of this
	// length in the errors of the API.
	secretBytes = 20
	// minSecretLength is 128 bits even if all characters are hexadecimal digits.
	minSecretLength = 32
	// minSecretVariety rejects secrets that are not random.
	minSecretVariety = 8
	// maxURLLength is the limit of the Withings API.
	maxURLLength = 255

	schemeHTTP, schemeHTTPS = "http", "https"
)

// NewSecret returns a secret for the callback URL, of 160 bits.
func NewSecret() string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails
	return hex.EncodeToString(random)
}

// checkSecret returns an error, without the secret, if it is too weak.
func checkSecret(text string) error {
	if len(text) < minSecretLength {
		return fmt.Errorf("%w has %d characters, needs at least %d", ErrWeakSecret, len(text), minSecretLength)
	}
	variety := map[rune]bool{}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			variety[r] = true
		default:
			return fmt.Errorf("%w may contain only letters, digits, - and _", ErrWeakSecret)
		}
	}
	if len(variety) < minSecretVariety {
		return fmt.Errorf("%w is too repetitive; let vitals2mqtt generate one", ErrWeakSecret)
	}
	return nil
}

// Path returns the path of the callback URL: that of the public URL, /notify/
// and the secret. The error wraps ErrWeakSecret or ErrPublicURL.
func Path(publicURL, secret string) (string, error) {
	base, err := parsePublicURL(publicURL)
	if err != nil {
		return "", err
	}
	if err := checkSecret(secret); err != nil {
		return "", err
	}
	return strings.TrimRight(base.Path, "/") + callbackPrefix + secret, nil
}

// CallbackURL returns the URL to subscribe. The Withings API accepts https on
// port 443 and a host name, 255 characters in all; plain http is for loopback
// only. The error wraps ErrWeakSecret or ErrPublicURL and does not contain the
// secret.
func CallbackURL(publicURL, secret string) (string, error) {
	path, err := Path(publicURL, secret)
	if err != nil {
		return "", err
	}
	base, err := parsePublicURL(publicURL)
	if err != nil {
		return "", err
	}
	address := (&url.URL{Scheme: base.Scheme, Host: base.Host, Path: path}).String()
	if len(address) > maxURLLength {
		return "", fmt.Errorf("%w: %d characters including the secret; the Withings API allows %d",
			ErrPublicURL, len(address), maxURLLength)
	}
	return address, nil
}

func parsePublicURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%w is not a valid URL", ErrPublicURL)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	host := u.Hostname()
	address, notName := netip.ParseAddr(host)
	switch {
	case host == "" || u.Scheme != schemeHTTPS && u.Scheme != schemeHTTP:
		return nil, fmt.Errorf("%w must have the form https://vitals.example.org", ErrPublicURL)
	case u.User != nil:
		return nil, fmt.Errorf("%w must not contain a user name or password", ErrPublicURL)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%w must not contain a query or fragment", ErrPublicURL)
	case strings.EqualFold(host, "localhost") || notName == nil && address.IsLoopback():
		return u, nil // for tests and the demo
	case u.Scheme != schemeHTTPS:
		return nil, fmt.Errorf("%w: the Withings API requires https", ErrPublicURL)
	case notName == nil:
		return nil, fmt.Errorf("%w: the Withings API requires a host name, not IP address %s", ErrPublicURL, host)
	case u.Port() != "" && u.Port() != "443":
		return nil, fmt.Errorf("%w: the Withings API requires port 443, not %s", ErrPublicURL, u.Port())
	}
	return u, nil
}

// normalizeURL returns a URL in a form in which two of them can be compared:
// the Withings API changes slashes and order. Text that is not a URL is
// returned as is.
func normalizeURL(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" {
		return text
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if scheme == schemeHTTPS && port == "443" || scheme == schemeHTTP && port == "80" {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	u.Scheme, u.Host, u.Fragment = scheme, host, ""
	u.Path, u.RawPath, u.RawQuery = strings.TrimRight(u.Path, "/"), "", u.Query().Encode()
	u.ForceQuery, u.OmitHost = false, false
	return u.String()
}

// isFormerAddress reports whether a URL is ours with another secret.
func isFormerAddress(ours, other string) bool {
	ours, other = normalizeURL(ours), normalizeURL(other)
	ourBase, _, found := splitCallback(ours)
	otherBase, otherSecret, otherFound := splitCallback(other)
	return found && otherFound && ours != other && ourBase == otherBase && checkSecret(otherSecret) == nil
}

// splitCallback splits a URL at its last /notify/.
func splitCallback(text string) (before, after string, found bool) {
	at := strings.LastIndex(text, callbackPrefix)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(callbackPrefix):], true
}
