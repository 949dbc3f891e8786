// SPDX-License-Identifier: MIT

package find

import (
	"context"
	"net"
	"strconv"

	"vitals2mqtt/addon"
	"vitals2mqtt/internal/secret"
)

// Supervisor queries the Home Assistant Supervisor at an address for its MQTT
// service. Without a token, which only add-ons have, it finds nothing.
func Supervisor(address string, token secret.Text) Finder {
	return func(ctx context.Context) []Broker {
		if token.IsEmpty() {
			return nil
		}
		service, err := addon.LookupBroker(ctx, address, token)
		if err != nil {
			return nil
		}
		scheme := "mqtt"
		if service.TLS {
			scheme = "mqtts"
		}
		return []Broker{{
			URL:      scheme + "://" + net.JoinHostPort(service.Host, strconv.Itoa(service.Port)),
			Username: service.Username,
			Password: service.Password,
			Origin:   "Home Assistant's own MQTT service",
		}}
	}
}
