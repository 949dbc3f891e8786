// SPDX-License-Identifier: MIT

package config

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxPublicURL leaves room for the path with its secret within the 255
// characters that the Withings API accepts.
const maxPublicURL = 207

// publicHostRegexp is a name that can be public: with a dot in it, and not an
// address in digits.
var publicHostRegexp = regexp.MustCompile(`(?i)^([a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?$`)

// parsePublicURL checks that Withings can deliver to a URL. One of this machine
// is for tests and the demo.
func parsePublicURL(s scalar) (any, *parseError) {
	address, parseErr := parseHTTPAddress(s, "https://vitals.example.org")
	if parseErr != nil {
		return nil, parseErr
	}
	address.Host = strings.TrimSuffix(address.Host, ":") // an empty port
	text, host := address.String(), address.Hostname()
	_, notName := netip.ParseAddr(host)
	switch {
	case len(text) > maxPublicURL:
		const format = "longer than %d characters, the limit of the Withings API including the secret path"
		return nil, &parseError{text: fmt.Sprintf(format, maxPublicURL)}
	case isLoopback(host):
		return text, nil
	case address.Scheme != "https":
		return nil, &parseError{text: "must start with https://: Withings delivers to https only"}
	case notName == nil || !publicHostRegexp.MatchString(host):
		return nil, &parseError{text: "must have a public host name, such as vitals.example.org"}
	case address.Port() != "" && address.Port() != "443":
		return nil, &parseError{text: "must not have a port: Withings delivers to port 443 only"}
	}
	return text, nil
}

// checkNotifications checks the listener of notifications and who may use it.
func (r checker) checkNotifications(c *Config) {
	const public, listen, proxies = "notifications.public_url", "notifications.listen", "notifications.trusted_proxies"
	n := c.Notifications
	if c.Web.Enabled && n.Listen != "" && !r.failed["web.listen"] && isSameListener(n.Listen, c.Web.Listen) {
		r.addProblem(r.placeOf(listen), CodeConflict, "must differ from web.listen: use another port, or remove it")
	}
	if slices.ContainsFunc(n.TrustedProxies, isAnyNetwork) {
		r.addWarning(r.placeOf(proxies), CodeInsecure,
			"trusts every address: X-Forwarded-For can be forged; list your proxies only")
	}
	if n.PublicURL != "" {
		r.checkNotificationRoute(c)
		return
	}
	for path, given := range map[string]bool{
		listen:                           n.Listen != "",
		proxies:                          len(n.TrustedProxies) > 0,
		"notifications.sources":          len(n.Sources) > 0,
		"notifications.relaxed_schedule": !n.RelaxedSchedule.IsEmpty(),
	} {
		if given && !r.failed[public] {
			r.addWarning(r.placeOf(path), CodeIgnored, "is only used with "+public)
		}
	}
}

// checkNotificationRoute checks the way of notifications to their listener.
func (r checker) checkNotificationRoute(c *Config) {
	const public, sources = "notifications.public_url", "notifications.sources"
	n := c.Notifications
	shared := n.Listen == "" && !r.failed["notifications.listen"]
	if shared && !c.Web.Enabled {
		r.addProblem(r.placeOf(public), CodeConflict,
			"no listener for notifications: set notifications.listen, or web.enabled: true")
	}
	// Many proxies replace the host name of a request by this machine's.
	address, err := url.Parse(n.PublicURL)
	remote := err == nil && !isLoopback(address.Hostname())
	authFailed := r.failed["web.password"] || r.failed["web.auth"]
	if shared && c.Web.Enabled && c.Web.Auth == "" && remote && !authFailed {
		r.addWarning(r.placeOf(public), CodeInsecure,
			"the page shares this listener without a password: let the proxy forward only /notify/, "+
				"or set notifications.listen or web.password")
	}
	where := cmp.Or(n.Listen, c.Web.Listen)
	local := func(network netip.Prefix) bool { return network.Addr().IsLoopback() || isAnyNetwork(network) }
	if len(n.Sources) > 0 && !slices.ContainsFunc(n.Sources, local) && len(n.TrustedProxies) == 0 &&
		isLoopbackListen(where) {
		r.addWarning(r.placeOf(sources), CodeConflict, "rejects every request: only a local proxy can connect; list it in "+
			"notifications.trusted_proxies, as 127.0.0.1")
	}
}

// isAnyNetwork reports whether a network is all addresses.
func isAnyNetwork(network netip.Prefix) bool { return network.Bits() == 0 }

// isSameListener reports whether two HOST:PORT cannot both be listened on: the
// same port of the same host, or one of them on all hosts. Of names, only
// localhost is resolved. Port 0 is a free one each time.
func isSameListener(one, other string) bool {
	host, port, err := net.SplitHostPort(one)
	host2, port2, err2 := net.SplitHostPort(other)
	if err != nil || err2 != nil || port != port2 || port == "0" {
		return false
	}
	address, address2 := listenAddress(host), listenAddress(host2)
	return strings.EqualFold(host, host2) || covers(address, address2) || covers(address2, address)
}

// covers reports whether listening on one address includes the other. All of
// IPv6 includes IPv4.
func covers(one, other netip.Addr) bool {
	return one.IsValid() && (one == other || one.IsUnspecified() && (one.Is6() || !other.Is6()))
}

// listenAddress returns the zero address for a name.
func listenAddress(host string) netip.Addr {
	switch {
	case host == "":
		return netip.IPv6Unspecified()
	case strings.EqualFold(host, "localhost"):
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap()
}
