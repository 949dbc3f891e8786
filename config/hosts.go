package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const hostPattern = `^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$`

// hostNameRegexp is a host name in lower case, be it one of the internet or of a house.
var hostNameRegexp = regexp.MustCompile(hostPattern)

// resolveHosts turns what is written into host names, each once.
func (r *reader) resolveHosts(list *scalarList) []string {
	var hosts []string
	for _, s := range list.items {
		host, parseErr := parseHost(s)
		switch {
		case parseErr != nil:
			r.addProblemWithSuggestion(s.position, s.path, parseErr.suggestion, "%s", parseErr.text)
		case slices.Contains(hosts, host):
			r.addWarning(s.position, s.path, "", "%s is listed twice", s.quoted())
		default:
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// parseHost takes a host name and nothing around it.
func parseHost(s scalar) (string, *parseError) {
	host := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s.text), "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host, nil // needs no trust, and does no harm
	}
	if hostNameRegexp.MatchString(host) {
		return host, nil
	}
	parseErr := &parseError{text: "must be a host name such as homeserver.lan, without http:// and port, not " + s.quoted()}
	if strings.Contains(host, "*") {
		parseErr.text = "wildcards are not supported: list each host name"
		return "", parseErr
	}
	if !strings.Contains(host, "://") {
		host = "http://" + host
	}
	if address, err := url.Parse(host); err == nil && hostNameRegexp.MatchString(address.Hostname()) && !s.isExpanded() {
		parseErr.suggestion = address.Hostname()
	}
	return "", parseErr
}
