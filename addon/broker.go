// SPDX-License-Identifier: MIT

package addon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/internal/secret"
)

// ErrNoBroker is returned when the Supervisor offers no broker.
var ErrNoBroker = errors.New("the Supervisor has no MQTT broker: " +
	"install and start the Mosquitto broker add-on, or set mqtt_url to another one")

// ErrSupervisorUnavailable is returned when the Supervisor does not respond, or
// is busy: a later attempt may succeed.
var ErrSupervisorUnavailable = errors.New("the Supervisor is not available")

const (
	// lookupTimeout bounds a request: the Supervisor is on the same machine.
	lookupTimeout = 10 * time.Second
	// maxReplySize is far above the usual size.
	maxReplySize = 64 << 10
)

// Broker is Home Assistant's broker.
type Broker struct {
	Host     string
	Port     int
	Username string
	Password secret.Text
	TLS      bool
}

// Env returns the settings for the broker.
func (b Broker) Env() []string {
	scheme := "mqtt://"
	if b.TLS {
		scheme = "mqtts://"
	}
	settings := []string{"V2M_MQTT_URL=" + scheme + net.JoinHostPort(b.Host, strconv.Itoa(b.Port))}
	if b.Username != "" {
		settings = append(settings, "V2M_MQTT_USERNAME="+b.Username)
	}
	if !b.Password.IsEmpty() {
		settings = append(settings, "V2M_MQTT_PASSWORD="+b.Password.Reveal())
	}
	return settings
}

// LookupFunc looks up a broker: LookupBroker, or the method of a Retry.
type LookupFunc func(ctx context.Context, supervisor string, token secret.Text) (Broker, error)

// LookupBroker queries the Supervisor at a URL for the broker. It returns
// ErrNoBroker when there is none, and ErrSupervisorUnavailable when it does not
// respond. Errors never contain the response.
func LookupBroker(ctx context.Context, supervisor string, token secret.Text) (Broker, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, supervisor+"/services/mqtt", http.NoBody)
	if err != nil {
		return Broker{}, fmt.Errorf("query Supervisor for broker: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Reveal())
	// No proxy and no redirect: the token is for the Supervisor alone.
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	reply, err := client.Do(request)
	if err != nil {
		return Broker{}, fmt.Errorf("%w: %w", ErrSupervisorUnavailable, err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxReplySize))
	if err != nil {
		return Broker{}, fmt.Errorf("%w: %w", ErrSupervisorUnavailable, err)
	}
	return parseReply(reply.StatusCode, body)
}

// parseReply parses the Supervisor's response.
func parseReply(status int, body []byte) (Broker, error) {
	switch {
	case status == http.StatusOK:
	// "Service not enabled": 400 or 404, depending on the version.
	case status == http.StatusBadRequest, status == http.StatusNotFound:
		return Broker{}, ErrNoBroker
	case status >= http.StatusInternalServerError:
		return Broker{}, fmt.Errorf("%w: HTTP %d", ErrSupervisorUnavailable, status)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Broker{}, errors.New("the Supervisor denied access to the broker service: " +
			"set mqtt_url, mqtt_username and mqtt_password")
	default:
		return Broker{}, fmt.Errorf("unexpected Supervisor response: HTTP %d", status)
	}
	var answer struct {
		Result string `json:"result"`
		Data   struct {
			Host     string `json:"host"`
			Port     int    `json:"port"`
			Username string `json:"username"`
			Password string `json:"password"`
			SSL      bool   `json:"ssl"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Broker{}, errors.New("invalid Supervisor response") // the cause may quote a password
	}
	switch data := answer.Data; {
	case answer.Result != "ok" || data.Host == "":
		return Broker{}, ErrNoBroker
	case data.Port < 1 || data.Port > 65535:
		return Broker{}, fmt.Errorf("invalid broker port %d from the Supervisor", data.Port)
	default:
		return Broker{
			Host:     data.Host,
			Port:     data.Port,
			Username: data.Username,
			Password: secret.New(data.Password),
			TLS:      data.SSL,
		}, nil
	}
}
