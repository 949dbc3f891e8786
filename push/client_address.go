// SPDX-License-Identifier: MIT

package push

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops bounds the number of proxies; a longer chain is forged.
const maxHops = 16

// clientAddress returns the address that a request comes from. X-Forwarded-For
// is believed as far as trusted proxies have written it: from the right, up to
// the first address that is not trusted.
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

// containsAddress reports whether an address belongs to one of some networks.
func containsAddress(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseAddress parses an address with or without a port; invalid text is the
// zero one.
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

// canonicalAddress returns the one spelling of an address.
func canonicalAddress(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }
