package config

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// scalarList is a list of networks or host names as somebody wrote it.
type scalarList struct {
	position
	items []scalar
}

// readScalars reads a list of plain values, or one alone; item is what each is, with
// its article, and example a list of them. It returns nil for nothing.
func (r *reader) readScalars(node *yaml.Node, shown, item, example string) *scalarList {
	node = resolveAlias(node)
	list := &scalarList{position: r.positionOf(node)}
	if node.Kind == yaml.SequenceNode {
		for i, n := range node.Content {
			if s, ok := r.readItem(n, shown+"["+strconv.Itoa(i)+"]", item); ok {
				list.items = append(list.items, s)
			}
		}
		return list
	}
	if node.Kind == yaml.MappingNode {
		_, noun, _ := strings.Cut(item, " ")
		r.addProblem(list.position, shown, "must be a list of %ss such as %s, not %s", noun, example, kindName(node))
		return nil
	}
	s, ok := r.readScalar(node, shown)
	switch {
	case !ok:
		return nil
	case strings.Contains(s.unexpanded, ","):
		r.addProblem(s.position, shown, "must be a list: put it in brackets, %s", example)
		return nil
	case s.text != "":
		list.items = []scalar{s}
	}
	return list
}

// resolveNetworks turns what is written into networks, each once.
func (r *reader) resolveNetworks(list *scalarList) []netip.Prefix {
	var networks []netip.Prefix
	for _, s := range list.items {
		network, parseErr := parseNetwork(s)
		switch {
		case parseErr != nil:
			r.addProblemWithSuggestion(s.position, s.path, parseErr.suggestion, "%s", parseErr.text)
		case slices.Contains(networks, network):
			r.addWarning(s.position, s.path, "", "%s is listed twice", s.quoted())
		default:
			networks = append(networks, network)
		}
	}
	return networks
}

// parseNetwork takes an address for the network of it alone. IPv4 inside of IPv6
// becomes plain, as addresses are before they are compared.
func parseNetwork(s scalar) (netip.Prefix, *parseError) {
	text := strings.TrimSpace(s.text)
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, &parseError{text: "must be a network such as 10.0.0.0/8, or an address such as 192.0.2.7, not " + s.quoted()}
	}
	const mapped = 96 // the bits in front of the IPv4 address
	if address := network.Addr(); address.Is4In6() && network.Bits() >= mapped {
		network = netip.PrefixFrom(address.Unmap(), network.Bits()-mapped)
	}
	if network == network.Masked() {
		return network, nil
	}
	// One address or its whole network: who is trusted must not be guessed.
	parseErr := &parseError{text: s.quoted() + " has host bits set: remove the prefix length, or use the network address"}
	if !s.isExpanded() {
		parseErr.suggestion = network.Masked().String()
	}
	return netip.Prefix{}, parseErr
}
