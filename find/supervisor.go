package find

import (
	"context"
	"net"
	"strconv"

	"vitals2mqtt/addon"
	"vitals2mqtt/internal/secret"
)

// Supervisor asks Home Assistant's supervisor at an address for its MQTT
// service. Without a token this is no add-on, and nobody is asked.
func Supervisor(address string, token secret.Text) Finder {
	return func(ctx context.Context) []Broker {
		if token.IsEmpty() {
			return nil
		}
		told, err := addon.LookupBroker(ctx, address, token)
		if err != nil {
			return nil
		}
		scheme := "mqtt"
		if told.TLS {
			scheme = "mqtts"
		}
		return []Broker{{
			URL:      scheme + "://" + net.JoinHostPort(told.Host, strconv.Itoa(told.Port)),
			Username: told.Username, Password: told.Password, Origin: "Home Assistant's own MQTT service",
		}}
	}
}
