// SPDX-License-Identifier: MIT

package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// decodeList decodes a list of single values, or one alone, and drops
// duplicates. item is what each is, with its article, and example a list of
// them.
func decodeList[T comparable](
	r *reader, v value, item, example string, parse func(scalar) (T, *parseError),
) ([]T, bool) {
	var items []scalar
	switch v.node.Kind {
	case yaml.SequenceNode:
		items = r.readItems(v, item)
	case yaml.MappingNode:
		_, noun, _ := strings.Cut(item, " ")
		r.addProblem(v.place, CodeWrongType, "must be a list of %ss such as %s, not %s", noun, example, v.kind())
		return nil, false
	default:
		s, ok := r.readOne(v, example)
		if !ok {
			return nil, false
		}
		if s.text != "" {
			items = []scalar{s}
		}
	}
	var list []T
	for _, s := range items {
		parsed, err := parse(s)
		switch {
		case err != nil:
			r.addParseError(s.place, err)
		case slices.Contains(list, parsed):
			r.addWarning(s.place, CodeDuplicate, "%s is listed twice", s.quoted())
		default:
			list = append(list, parsed)
		}
	}
	return list, true
}

// readItems reads the elements of a list, without those that are wrong.
func (r *reader) readItems(v value, item string) []scalar {
	var items []scalar
	for i, node := range v.node.Content {
		if s, ok := r.readItem(v.child(node, indexPath(v.path, i)), item); ok {
			items = append(items, s)
		}
	}
	return items
}

// readOne reads a single value in the place of a list. Commas do not make a
// list of it.
func (r *reader) readOne(v value, example string) (scalar, bool) {
	s, ok := r.readScalar(v)
	if ok && strings.Contains(s.unexpanded, ",") {
		r.addProblem(s.place, CodeWrongType, "must be a list such as %s", example)
		return scalar{}, false
	}
	return s, ok
}

func indexPath(path string, index int) string { return path + "[" + strconv.Itoa(index) + "]" }

// parseNetwork accepts a network, or an address for the network of it alone.
// IPv4 inside of IPv6 becomes plain, as addresses are before they are compared.
func parseNetwork(s scalar) (netip.Prefix, *parseError) {
	text := strings.TrimSpace(s.text)
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, &parseError{
			text: "must be a network such as 10.0.0.0/8, or an address such as 192.0.2.7, not " + s.quoted(),
		}
	}
	const mapped = 96 // the bits in front of the IPv4 address
	if address := network.Addr(); address.Is4In6() && network.Bits() >= mapped {
		network = netip.PrefixFrom(address.Unmap(), network.Bits()-mapped)
	}
	if network == network.Masked() {
		return network, nil
	}
	// One address or its whole network: what is trusted must not be guessed.
	parseErr := &parseError{text: s.quoted() + " has host bits set: remove the prefix length, or use the network address"}
	if !s.isExpanded() {
		parseErr.suggestion = network.Masked().String()
	}
	return netip.Prefix{}, parseErr
}

// hostNameRegexp is a host name in lower case, public or of a local network.
var hostNameRegexp = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$`)

// parseHost accepts a host name and nothing around it.
func parseHost(s scalar) (string, *parseError) {
	host := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s.text), "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host, nil // needs no trust, and does no harm
	}
	if hostNameRegexp.MatchString(host) {
		return host, nil
	}
	parseErr := &parseError{
		text: "must be a host name such as homeserver.lan, without http:// and port, not " + s.quoted(),
	}
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
