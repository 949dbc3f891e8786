package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// configuredHosts are the host names that the configuration itself gives to the page.
func configuredHosts(o Options, base string) map[string]bool {
	names := map[string]bool{}
	listen, _, _ := net.SplitHostPort(o.Listen) // New has checked it
	for _, name := range append([]string{base, listen}, o.TrustedHosts...) {
		if name = canonicalHost(name); name != "" {
			names[name] = true
		}
	}
	return names
}

// canonicalHost writes a host name one way only: without port, brackets, a dot at
// the end, and capitals.
func canonicalHost(host string) string {
	return strings.ToLower(strings.TrimSuffix(stripPort(host), "."))
}

// isTrustedHost reports whether a Host header can only come from somebody who means this
// page: it is this machine, an address in digits, or a name of the configuration.
// Any other name may belong to a web site that has pointed it here, in order to
// read the page from the household's browser (DNS rebinding).
func (s *Server) isTrustedHost(host string) bool {
	name := canonicalHost(host)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return isLoopback(name) || s.trustedHosts[name]
}

// validHostname is a host name that may stand in an answer and in the log.
var validHostname = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$`)

// requireTrustedHost refuses host names that are not ours.
func (s *Server) requireTrustedHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isTrustedHost(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		name := canonicalHost(r.Host)
		if !validHostname.MatchString(name) {
			name = ""
		}
		if s.refusals.count(refusedHost, name) {
			s.log.Warn().Str("host", name).Msg("page asked for under an untrusted host name (web.trusted_hosts)")
		}
		http.Error(w, untrustedHostText(name), http.StatusMisdirectedRequest)
	})
}

// untrustedHostText says what to do when the name is one's own.
func untrustedHostText(name string) string {
	if name == "" {
		return "This page needs a Host header with a name that it trusts: an IP address, localhost, or one of web.trusted_hosts."
	}
	return fmt.Sprintf(`This page is not known under the name %[1]s, so it shows nothing: another web site could be behind that name.

If it is a name of yours for this machine, add it to the configuration:

web:
  trusted_hosts: [%[1]s]

or set V2M_WEB_TRUSTED_HOSTS=%[1]s, and restart. The host name of withings.base_url is trusted as well, and so is every
IP address.`, name)
}

// stripPort takes the port and the brackets off a Host header.
func stripPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}
