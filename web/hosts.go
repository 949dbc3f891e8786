package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// ownNames are the host names that the configuration itself gives to the page.
func ownNames(o Options, base string) map[string]bool {
	names := map[string]bool{}
	listen, _, _ := net.SplitHostPort(o.Listen) // New has checked it
	for _, name := range append([]string{base, listen}, o.TrustedHosts...) {
		if name = canonical(name); name != "" {
			names[name] = true
		}
	}
	return names
}

// canonical writes a host name one way only: without port, brackets, a dot at
// the end, and capitals.
func canonical(host string) string {
	return strings.ToLower(strings.TrimSuffix(hostname(host), "."))
}

// trusts reports whether a Host header can only come from somebody who means this
// page: it is this machine, an address in digits, or a name of the configuration.
// Any other name may belong to a web site that has pointed it here, in order to
// read the page from the household's browser (DNS rebinding).
func (s *Server) trusts(host string) bool {
	name := canonical(host)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return loopback(name) || s.names[name]
}

// plausible is a host name that may stand in an answer and in the log.
var plausible = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$`)

// sameHost refuses host names that are not ours.
func (s *Server) sameHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.trusts(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		name := canonical(r.Host)
		if !plausible.MatchString(name) {
			name = ""
		}
		if s.refused.count(refusedHost, name) {
			s.log.Warn().Str("host", name).Msg("page asked for under an untrusted host name (web.trusted_hosts)")
		}
		http.Error(w, untrusted(name), http.StatusMisdirectedRequest)
	})
}

// untrusted says what to do when the name is one's own.
func untrusted(name string) string {
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

// hostname takes the port and the brackets off a Host header.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}
