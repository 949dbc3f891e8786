// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"strings"
	"testing"

	"vitals2mqtt/homeassistant"
)

func TestAddressBecomesWebsocketURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://homeassistant.local:8123":        "ws://homeassistant.local:8123/api/websocket",
		"http://homeassistant.local:8123/":       "ws://homeassistant.local:8123/api/websocket",
		"https://home.example.org":               "wss://home.example.org/api/websocket",
		"https://example.org/ha/?x=1#y":          "wss://example.org/ha/api/websocket",
		" HTTP://[fd00::1]:8123 ":                "ws://[fd00::1]:8123/api/websocket",
		"ws://home:8123":                         "ws://home:8123/api/websocket",
		"wss://home/api/websocket":               "wss://home/api/websocket",
		"http://supervisor/core":                 "ws://supervisor/core/websocket",
		"http://homeassistant.lan/api/websocket": "ws://homeassistant.lan/api/websocket",
	} {
		if got, err := homeassistant.WebsocketURL(address); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", address, got, err, want)
		}
	}
	for _, address := range []string{
		"", "homeassistant.local", "homeassistant.local:8123", "ftp://home", "http://user:s3cret@home", "http://\x7f",
	} {
		got, err := homeassistant.WebsocketURL(address)
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
}
