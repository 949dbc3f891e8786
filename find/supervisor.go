package find

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"

	"vitals2mqtt/internal/secret"
)

// SupervisorURL is where an add-on of Home Assistant reaches what runs it.
const SupervisorURL = "http://supervisor"

// service is the supervisor's answer about MQTT.
type service struct {
	Data struct {
		Host     string      `json:"host"`
		Port     int         `json:"port"`
		TLS      bool        `json:"ssl"`
		Username string      `json:"username"`
		Password secret.Text `json:"password"`
	} `json:"data"`
}

// largest is far more than the supervisor has to say.
const largest = 64 << 10

// Supervisor asks Home Assistant's supervisor for its MQTT service. Without a
// token this is no add-on, and nobody is asked.
func Supervisor(base string, token secret.Text) Finder {
	return func(ctx context.Context) []Broker {
		if token.Empty() {
			return nil
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/services/mqtt", http.NoBody)
		if err != nil {
			return nil
		}
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
		// Not through a proxy, and no connection is left behind.
		answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
		if err != nil {
			return nil
		}
		defer func() { _ = answer.Body.Close() }()
		var told service
		err = json.NewDecoder(io.LimitReader(answer.Body, largest)).Decode(&told)
		if err != nil || answer.StatusCode != http.StatusOK || told.Data.Host == "" || told.Data.Port == 0 {
			return nil
		}
		scheme := "mqtt"
		if told.Data.TLS {
			scheme = "mqtts"
		}
		return []Broker{{
			URL:      scheme + "://" + net.JoinHostPort(told.Data.Host, strconv.Itoa(told.Data.Port)),
			Username: told.Data.Username, Password: told.Data.Password, Origin: "Home Assistant's own MQTT service",
		}}
	}
}
