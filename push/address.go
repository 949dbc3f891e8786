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
	// ErrWeakSecret says that the end of the notification address can be guessed.
	ErrWeakSecret = errors.New("the secret of the notification address")
	// ErrPublicURL says that the cloud would refuse the public URL.
	ErrPublicURL = errors.New("notifications.public_url")
)

const (
	callbackPrefix = "/notify/"
	// secretBytes make 40 letters and digits: the cloud client masks runs as long
	// as this in whatever the cloud says.
	secretBytes = 20
	// minSecretLength is 128 bits even when all characters are hexadecimal digits.
	minSecretLength = 32
	// minSecretVariety tells something random from a key that got stuck.
	minSecretVariety = 8
	// maxURLLength is the cloud's limit.
	maxURLLength = 255

	schemeHTTP, schemeHTTPS = "http", "https"
)

// NewSecret makes a secret for the notification address, of 160 bits.
func NewSecret() string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails: the program ends before it would
	return hex.EncodeToString(random)
}

// checkSecret returns an error, without the secret, when it is too weak.
func checkSecret(text string) error {
	if len(text) < minSecretLength {
		return fmt.Errorf("%w has %d characters, want at least %d", ErrWeakSecret, len(text), minSecretLength)
	}
	variety := map[rune]bool{}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			variety[r] = true
		default:
			return fmt.Errorf("%w may hold letters, digits, - and _ only", ErrWeakSecret)
		}
	}
	if len(variety) < minSecretVariety {
		return fmt.Errorf("%w repeats itself: let the program make one", ErrWeakSecret)
	}
	return nil
}

// Path is where notifications come in: the path of the public URL, /notify/ and
// the secret. Its errors are ErrSecret and ErrPublicURL.
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

// CallbackURL is the address that is subscribed. The cloud takes https on its
// usual port and a name, 255 characters in all; plain http is for this machine
// only. Its errors are ErrSecret and ErrPublicURL and do not hold the secret.
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
		return "", fmt.Errorf("%w: with the secret it has %d characters, the cloud takes %d", ErrPublicURL, len(address), maxURLLength)
	}
	return address, nil
}

func parsePublicURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%w is not a URL", ErrPublicURL)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	host := u.Hostname()
	address, notName := netip.ParseAddr(host)
	switch {
	case host == "" || u.Scheme != schemeHTTPS && u.Scheme != schemeHTTP:
		return nil, fmt.Errorf("%w must look like https://vitals.example.org", ErrPublicURL)
	case u.User != nil:
		return nil, fmt.Errorf("%w must not hold a user name or password", ErrPublicURL)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%w must end with its path, without ? and #", ErrPublicURL)
	case strings.EqualFold(host, "localhost") || notName == nil && address.IsLoopback():
		return u, nil // tests and the demo
	case u.Scheme != schemeHTTPS:
		return nil, fmt.Errorf("%w: the cloud delivers to https only", ErrPublicURL)
	case notName == nil:
		return nil, fmt.Errorf("%w: the cloud wants a host name, not the address %s", ErrPublicURL, host)
	case u.Port() != "" && u.Port() != "443":
		return nil, fmt.Errorf("%w: the cloud delivers to port 443 only, not %s", ErrPublicURL, u.Port())
	}
	return u, nil
}

// normalizeURL is an address in the one form in which two of them can be compared: the
// cloud gives back what it was given with other slashes and another order. What
// is not a URL stays as it is.
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
	flat := url.URL{Scheme: scheme, User: u.User, Host: host, Path: strings.TrimRight(u.Path, "/"), RawQuery: u.Query().Encode()}
	return flat.String()
}

// isFormerAddress says whether an address is one of ours with another secret: the same
// place, and at its end what can only be a secret.
func isFormerAddress(ours, other string) bool {
	ours, other = normalizeURL(ours), normalizeURL(other)
	ourPlace, _, found := splitCallback(ours)
	otherPlace, otherSecret, otherFound := splitCallback(other)
	return found && otherFound && ours != other && ourPlace == otherPlace && checkSecret(otherSecret) == nil
}

// splitCallback parts an address at its last route.
func splitCallback(text string) (before, after string, found bool) {
	at := strings.LastIndex(text, callbackPrefix)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(callbackPrefix):], true
}
