package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxPublic leaves room for the path of notifications with its secret within the
// 255 characters that the cloud takes.
const maxPublic = 207

// publicName is a name that the whole internet can know: with a dot in it, and no
// address in digits.
var publicName = regexp.MustCompile(`(?i)^([a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?$`)

// parsePublic checks an address for what the cloud delivers to. This machine's own
// is for tests and the demo.
func parsePublic(s scalar) (any, *fault) {
	address, wrong := parseAddress(s, "https://vitals.example.org")
	if wrong != nil {
		return nil, wrong
	}
	address.Host = strings.TrimSuffix(address.Host, ":") // a port that is not there
	text, host := address.String(), address.Hostname()
	_, notName := netip.ParseAddr(host)
	switch {
	case len(text) > maxPublic:
		return nil, &fault{text: fmt.Sprintf("is longer than %d characters: with the secret behind it, the cloud takes no more", maxPublic)}
	case loopback(host):
		return text, nil
	case address.Scheme != "https":
		return nil, &fault{text: "must begin with https://: the cloud delivers to nothing else"}
	case notName == nil || !publicName.MatchString(host):
		return nil, &fault{text: "must have a public host name in it, such as vitals.example.org: the cloud takes nothing else"}
	case address.Port() != "" && address.Port() != "443":
		return nil, &fault{text: "must be without a port: the cloud delivers to 443, the usual one, only"}
	}
	return text, nil
}

// notifications checks that they can come in, and that nothing else can.
func (r *reader) notifications(c *Config) {
	const public, listen = "notifications.public_url", "notifications.listen"
	n := c.Notifications
	if c.Web.Enabled && n.Listen != "" && !r.failed["web.listen"] && sameListener(n.Listen, c.Web.Listen) {
		r.problem(r.where(listen), listen, "must differ from web.listen, where the page is served: take another port, or leave it out")
	}
	if slices.ContainsFunc(n.TrustedProxies, everybody) {
		const path = "notifications.trusted_proxies"
		r.warn(r.where(path), path, "", "EVERYBODY IS TRUSTED: whoever posts can pretend to be anywhere; name your proxies only")
	}
	switch {
	case n.PublicURL != "":
		r.incoming(c)
	case !r.failed[public]:
		for path, given := range map[string]bool{
			listen: n.Listen != "", "notifications.trusted_proxies": len(n.TrustedProxies) > 0, "notifications.sources": len(n.Sources) > 0,
			"notifications.relaxed_schedule": !n.RelaxedSchedule.Empty(),
		} {
			if given {
				r.warn(r.where(path), path, "", "is only used with "+public)
			}
		}
	}
}

// incoming checks the way of notifications to where they are taken in.
func (r *reader) incoming(c *Config) {
	const public, sources = "notifications.public_url", "notifications.sources"
	n := c.Notifications
	shared := n.Listen == "" && !r.failed["notifications.listen"]
	if shared && !c.Web.Enabled {
		r.problem(r.where(public), public, "nobody would take notifications in: set notifications.listen, or web.enabled: true")
	}
	// Many proxies make this machine of a stranger's host name.
	address, err := url.Parse(n.PublicURL)
	remote := err == nil && !loopback(address.Hostname())
	secretFailed := r.failed["web.password"] || r.failed["web.password"+twin] || r.failed["web.auth"]
	if shared && c.Web.Enabled && c.Web.Auth == "" && remote && !secretFailed {
		r.warn(r.where(public), public, "", "the page is on the same listener and asks for no password: let the proxy pass on nothing "+
			"but /notify/, or set notifications.listen or web.password")
	}
	where := n.Listen
	if where == "" {
		where = c.Web.Listen
	}
	local := func(network netip.Prefix) bool { return network.Addr().IsLoopback() || everybody(network) }
	if len(n.Sources) > 0 && !slices.ContainsFunc(n.Sources, local) && len(n.TrustedProxies) == 0 && loopbackListen(where) {
		r.warn(r.where(sources), sources, "", "refuses everything: only a proxy on this machine can connect; name it in "+
			"notifications.trusted_proxies, as 127.0.0.1")
	}
}

// everybody reports whether a network is all addresses.
func everybody(network netip.Prefix) bool { return network.Bits() == 0 }

// sameListener reports whether two HOST:PORT cannot both be listened on: the same
// port of the same host, or one of them on all hosts. Of names, only localhost's
// address is known here. Port 0 is a free one each time.
func sameListener(one, other string) bool {
	host, port, err := net.SplitHostPort(one)
	host2, port2, err2 := net.SplitHostPort(other)
	if err != nil || err2 != nil || port != port2 || port == "0" {
		return false
	}
	address, address2 := listenAddress(host), listenAddress(host2)
	return strings.EqualFold(host, host2) || covers(address, address2) || covers(address2, address)
}

// covers reports whether listening on one address takes the other as well. All of
// IPv6 takes IPv4 too.
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
