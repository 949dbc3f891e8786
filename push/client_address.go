package push

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops is how many proxies are followed back; a longer chain was made up.
const maxHops = 16

// clientAddress returns the address that a request comes from. What a header says about
// it counts only as far as proxies of ours have written it: from the right, up to
// the first address that is none of them.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	at := parseAddress(r.RemoteAddr)
	chain := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	for range maxHops {
		if !containsAddress(trusted, at) || chain == "" {
			return at
		}
		hop := chain
		chain = ""
		if comma := strings.LastIndexByte(hop, ','); comma >= 0 {
			chain, hop = hop[:comma], hop[comma+1:]
		}
		next := parseAddress(strings.TrimSpace(hop))
		if !next.IsValid() {
			return at
		}
		at = next
	}
	return at
}

// containsAddress says whether an address belongs to one of some networks.
func containsAddress(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseAddress reads an address with or without a port; the zero one when it is none.
func parseAddress(text string) netip.Addr {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return canonicalAddress(with.Addr())
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return canonicalAddress(address)
}

// canonicalAddress writes one address one way only.
func canonicalAddress(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }
