// SPDX-License-Identifier: MIT

package push_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"vitals2mqtt/push"
)

func TestAllowedSources(t *testing.T) {
	t.Parallel()
	o := new(recorder).options()
	o.Sources = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	listener := newListener(t, o)
	for i, row := range []struct {
		method, remote, forwarded string
		want                      int
	}{
		{http.MethodPost, "192.0.2.10:1", "", 200},
		{http.MethodPost, "[2001:db8::1]:1", "", 200},
		{http.MethodPost, "[::ffff:192.0.2.10]:1", "", 200},
		{http.MethodPost, "198.51.100.1:1", "", 404},
		{http.MethodPost, "198.51.100.1:1", "192.0.2.10", 404}, // not a trusted proxy
		{http.MethodPost, "10.1.1.1:1", "192.0.2.10", 200},
		{http.MethodPost, "10.1.1.1:1", "198.51.100.1", 404},
		{http.MethodPost, "10.1.1.1:1", "192.0.2.10, 198.51.100.1", 404},
		{http.MethodPost, "10.1.1.1:1", "", 404},
		{http.MethodPost, "@", "", 404},
		{http.MethodHead, "198.51.100.1:1", "", 200},
		{http.MethodGet, "127.0.0.1:1", "", 200},
	} {
		r := request(row.method, callbackPath, "")
		if row.method == http.MethodPost {
			r = request(row.method, callbackPath, uniqueForm(alice, i))
		}
		r.RemoteAddr = row.remote
		if row.forwarded != "" {
			r.Header.Set("X-Forwarded-For", row.forwarded)
		}
		if answer := serveRequest(listener, r); answer.Code != row.want {
			t.Errorf("%s from %s (%s): %d, want %d", row.method, row.remote, row.forwarded, answer.Code, row.want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, row := range []struct {
		remote string
		chain  []string
		want   string
	}{
		{"192.0.2.1:5", nil, "192.0.2.1"},
		{"192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		{"10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"10.0.0.1:5", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"10.0.0.1:5", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		{"10.0.0.1:5", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"10.0.0.1:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{",198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{","}, "10.0.0.1"},
		{"[::1]:5", []string{"fe80::1%eth0"}, "fe80::1"},
		{"10.0.0.1:5", []string{strings.Repeat("10.0.0.2,", 1000) + "10.0.0.2"}, "10.0.0.2"},
		{"", nil, "invalid IP"},
	} {
		r := request(http.MethodPost, callbackPath, "")
		r.RemoteAddr = row.remote
		for _, line := range row.chain {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := push.ClientAddress(r, trusted); got.String() != row.want {
			t.Errorf("%s %.60v: %s, want %s", row.remote, row.chain, got, row.want)
		}
	}
}
