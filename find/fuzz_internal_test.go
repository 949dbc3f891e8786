// SPDX-License-Identifier: MIT

package find

import (
	"net/netip"
	"net/url"
	"strconv"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// fuzzedAnnouncement announces a broker with a host name.
func fuzzedAnnouncement(f *testing.F, host string) []byte {
	f.Helper()
	header := func(name string, kind dnsmessage.Type) dnsmessage.ResourceHeader {
		return dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET, TTL: 120}
	}
	const instance = "Attic._mqtt._tcp.local."
	message := dnsmessage.Message{
		Header: dnsmessage.Header{Response: true},
		Answers: []dnsmessage.Resource{
			{
				Header: header("_mqtt._tcp.local.", dnsmessage.TypePTR),
				Body:   &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(instance)},
			},
			{
				Header: header(instance, dnsmessage.TypeSRV),
				Body:   &dnsmessage.SRVResource{Port: 1883, Target: dnsmessage.MustNewName(host)},
			},
			{Header: header(host, dnsmessage.TypeA), Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}}},
		},
	}
	packet, err := message.Pack()
	if err != nil {
		f.Fatal(err)
	}
	return packet
}

// FuzzAnnouncement receives any packets of the local network: what is made of
// them is the address of a broker and nothing else, whatever its name.
func FuzzAnnouncement(f *testing.F) {
	for _, host := range []string{"homeserver.local.", "a b.local.", "x\x1b[2J.local.", "user@evil.local.", "a/b.local.", "."} {
		f.Add(fuzzedAnnouncement(f, host), []byte{})
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		replies := records{map[string][]string{}, map[string]target{}, map[string]netip.Addr{}}
		replies.add(first)
		replies.add(second)
		for _, broker := range replies.brokers() {
			parsed, err := url.Parse(broker.URL)
			if err != nil || parsed.User != nil || parsed.Path != "" || parsed.RawQuery != "" || parsed.Fragment != "" {
				t.Fatalf("announced as %q: %v", broker.URL, err)
			}
			port, err := strconv.Atoi(parsed.Port())
			_, notAddress := netip.ParseAddr(parsed.Hostname())
			if err != nil || port < 1 || notAddress != nil && !hostName.MatchString(parsed.Hostname()) {
				t.Errorf("announced as %q", broker.URL)
			}
			if !broker.Announced || !broker.Password.IsEmpty() || broker.Username != "" {
				t.Errorf("%+v", broker)
			}
		}
	})
}
