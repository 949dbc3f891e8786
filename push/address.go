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
	// ErrSecret says that the end of the notification address can be guessed.
	ErrSecret = errors.New("the secret of the notification address")
	// ErrPublicURL says that the cloud would refuse the public URL.
	ErrPublicURL = errors.New("notifications.public_url")
)

const (
	route = "/notify/"
	// secretBytes make 40 letters and digits: the cloud client masks runs as long
	// as this in whatever the cloud says.
	secretBytes = 20
	// leastSecret is 128 bits even when all characters are hexadecimal digits.
	leastSecret = 32
	// leastVariety tells something random from a key that got stuck.
	leastVariety = 8
	// longestAddress is the cloud's limit.
	longestAddress = 255

	oldScheme, newScheme = "http", "https"
)

// NewSecret makes a secret for the notification address, of 160 bits.
func NewSecret() string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails: the program ends before it would
	return hex.EncodeToString(random)
}

// checkSecret returns an error, without the secret, when it is too weak.
func checkSecret(text string) error {
	if len(text) < leastSecret {
		return fmt.Errorf("%w has %d characters, want at least %d", ErrSecret, len(text), leastSecret)
	}
	variety := map[rune]bool{}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			variety[r] = true
		default:
			return fmt.Errorf("%w may hold letters, digits, - and _ only", ErrSecret)
		}
	}
	if len(variety) < leastVariety {
		return fmt.Errorf("%w repeats itself: let the program make one", ErrSecret)
	}
	return nil
}

// Path is where notifications come in: the path of the public URL, /notify/ and
// the secret. Its errors are ErrSecret and ErrPublicURL.
func Path(publicURL, secret string) (string, error) {
	base, err := parsePublic(publicURL)
	if err != nil {
		return "", err
	}
	if err := checkSecret(secret); err != nil {
		return "", err
	}
	return strings.TrimRight(base.Path, "/") + route + secret, nil
}

// CallbackURL is the address that is subscribed. The cloud takes https on its
// usual port and a name, 255 characters in all; plain http is for this machine
// only. Its errors are ErrSecret and ErrPublicURL and do not hold the secret.
func CallbackURL(publicURL, secret string) (string, error) {
	path, err := Path(publicURL, secret)
	if err != nil {
		return "", err
	}
	base, err := parsePublic(publicURL)
	if err != nil {
		return "", err
	}
	address := (&url.URL{Scheme: base.Scheme, Host: base.Host, Path: path}).String()
	if len(address) > longestAddress {
		return "", fmt.Errorf("%w: with the secret it has %d characters, the cloud takes %d", ErrPublicURL, len(address), longestAddress)
	}
	return address, nil
}

func parsePublic(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%w is not a URL", ErrPublicURL)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	host := u.Hostname()
	address, notName := netip.ParseAddr(host)
	switch {
	case host == "" || u.Scheme != newScheme && u.Scheme != oldScheme:
		return nil, fmt.Errorf("%w must look like https://vitals.example.org", ErrPublicURL)
	case u.User != nil:
		return nil, fmt.Errorf("%w must not hold a user name or password", ErrPublicURL)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%w must end with its path, without ? and #", ErrPublicURL)
	case strings.EqualFold(host, "localhost") || notName == nil && address.IsLoopback():
		return u, nil // tests and the demo
	case u.Scheme != newScheme:
		return nil, fmt.Errorf("%w: the cloud delivers to https only", ErrPublicURL)
	case notName == nil:
		return nil, fmt.Errorf("%w: the cloud wants a host name, not the address %s", ErrPublicURL, host)
	case u.Port() != "" && u.Port() != "443":
		return nil, fmt.Errorf("%w: the cloud delivers to port 443 only, not %s", ErrPublicURL, u.Port())
	}
	return u, nil
}

// normal is an address in the one form in which two of them can be compared: the
// cloud gives back what it was given with other slashes and another order. What
// is not a URL stays as it is.
func normal(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" {
		return text
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if scheme == newScheme && port == "443" || scheme == oldScheme && port == "80" {
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

// former says whether an address is one of ours with another secret: the same
// place, and at its end what can only be a secret.
func former(ours, other string) bool {
	ours, other = normal(ours), normal(other)
	place, _, found := cutRoute(ours)
	there, tail, also := cutRoute(other)
	return found && also && ours != other && place == there && checkSecret(tail) == nil
}

// cutRoute parts an address at its last route.
func cutRoute(text string) (before, after string, found bool) {
	at := strings.LastIndex(text, route)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(route):], true
}
