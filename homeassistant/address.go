// SPDX-License-Identifier: MIT

package homeassistant

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// supervisorURL is the websocket of the Supervisor's proxy, which has another
// path. The token of an add-on is in its variable SUPERVISOR_TOKEN.
const supervisorURL = "ws://supervisor/core/websocket"

// errAddress says what an address has to look like.
var errAddress = errors.New(
	`expected the address of Home Assistant with http:// or https://, for example "http://homeassistant.local:8123"`)

// WebsocketURL returns the URL of the websocket API for the address of Home
// Assistant as users know it. A ws or wss URL with a path is taken as it is.
func WebsocketURL(address string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() == "" || u.User != nil {
		return "", errAddress // without the cause, which repeats the address
	}
	u.RawQuery, u.Fragment = "", ""
	path := strings.TrimRight(u.Path, "/")
	if strings.EqualFold(u.Host, "supervisor") && path == "/core" {
		return supervisorURL, nil
	}
	switch strings.ToLower(u.Scheme) {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	case "ws", "wss":
		if path != "" {
			return u.String(), nil
		}
	default:
		return "", fmt.Errorf("%w, not %q", errAddress, u.Scheme+"://")
	}
	if !strings.HasSuffix(path, "/websocket") {
		path += "/api/websocket"
	}
	u.Path = path
	return u.String(), nil
}
