// SPDX-License-Identifier: MIT

package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// configuredHosts are the host names of the page in the configuration.
func configuredHosts(o Options, base string) map[string]bool {
	names := map[string]bool{}
	listen, _, _ := net.SplitHostPort(o.Listen) // checked by New
	for _, name := range append([]string{base, listen}, o.TrustedHosts...) {
		if name = canonicalHost(name); name != "" {
			names[name] = true
		}
	}
	return names
}

// canonicalHost returns a host name in lower case, without port, brackets and
// trailing dot.
func canonicalHost(host string) string {
	return strings.ToLower(strings.TrimSuffix(stripPort(host), "."))
}

// isTrustedHost reports whether a Host header is localhost, an IP address, or a
// configured name. Any other name can be that of a web site which resolves to
// this machine, to read the page from a browser of its network (DNS rebinding).
func (g *guard) isTrustedHost(host string) bool {
	name := canonicalHost(host)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return isLoopback(name) || g.trustedHosts[name]
}

// validHostname matches host names that are safe to print.
var validHostname = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$`)

// requireTrustedHost rejects requests with an untrusted host name.
func (g *guard) requireTrustedHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.isTrustedHost(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		name := canonicalHost(r.Host)
		if !validHostname.MatchString(name) {
			name = ""
		}
		if g.refusals.count(refusedHost, name) {
			g.log.Warn().Str("host", name).Msg("untrusted host name (see web.trusted_hosts)")
		}
		http.Error(w, untrustedHostText(name), http.StatusMisdirectedRequest)
	})
}

// untrustedHostText explains how to trust a host name.
func untrustedHostText(name string) string {
	if name == "" {
		return "The Host header must be an IP address, localhost, or one of web.trusted_hosts."
	}
	return fmt.Sprintf("The host name %[1]s is not trusted, so the request was rejected: "+
		`another web site could be using it
(DNS rebinding).

If it is your own name for this machine, add it to the configuration:

web:
  trusted_hosts: [%[1]s]

or set V2M_WEB_TRUSTED_HOSTS=%[1]s, and restart. The host name of withings.base_url and all IP addresses are trusted
as well.`, name)
}

// stripPort removes port and brackets from a Host header.
func stripPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}
