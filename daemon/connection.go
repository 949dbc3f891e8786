// SPDX-License-Identifier: MIT

package daemon

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/mqtt"
)

// BrokerOptions turns the mqtt section of a configuration into a connection of
// the installation with this id.
func BrokerOptions(c *config.Config, instance string, log zerolog.Logger) (mqtt.Options, error) {
	secure, err := mqtt.LoadTLS(c.MQTT.TLS.CAFile, c.MQTT.TLS.CertFile, c.MQTT.TLS.KeyFile, c.MQTT.TLS.Insecure)
	if err != nil {
		return mqtt.Options{}, fmt.Errorf("mqtt.tls: %w", err)
	}
	tree := Tree(c)
	options := mqtt.Options{
		URL:        c.MQTT.URL,
		ClientID:   c.MQTT.ClientID,
		Username:   c.MQTT.Username,
		Password:   c.MQTT.Password,
		TLS:        secure,
		KeepAlive:  c.MQTT.KeepAlive,
		QoS:        byte(c.MQTT.QoS), //nolint:gosec // 0 to 2
		StateTopic: tree.BridgeState(),
		Rank:       tree.Rank,
		FilterFor:  tree.FilterFor,
		Signature: &mqtt.Signature{
			Topic:  tree.BridgeInfo(),
			IsOurs: func(payload []byte) bool { return isFromInstance(payload, instance) },
		},
		Log: log,
	}
	if options.ClientID == "" {
		options.ClientID = "vitals2mqtt-" + instance
	}
	if c.HomeAssistant.Discovery {
		options.BirthTopic, options.BirthPayload = c.HomeAssistant.BirthTopic, c.HomeAssistant.BirthPayload
	}
	return options, nil
}

// isFromInstance reports whether bridge/info is that of an installation. One
// without an instance id is of an older version, and passes.
func isFromInstance(info []byte, instance string) bool {
	var from struct {
		Instance string `json:"instance"`
	}
	return json.Unmarshal(info, &from) != nil || from.Instance == "" || from.Instance == instance
}

// brokerHealth is the state of the connection and, if there is one, of the
// embedded broker.
type brokerHealth struct {
	client   *mqtt.Client
	embedded acceptMonitor // nil for an external broker
}

// facts returns what is known about the broker.
func (h brokerHealth) facts() *health.Broker {
	status := h.client.Status()
	facts := &health.Broker{
		Connected: status.Connected,
		Refused:   status.NotAuthorized,
		Error:     status.LastError,
		Since:     status.Since,
	}
	for _, p := range status.Problems {
		facts.Problems = append(facts.Problems, health.Problem{
			Code:   health.Code(p.Code),
			Text:   p.Text,
			Remedy: p.Remedy,
			Since:  p.Since,
		})
	}
	if since, err := h.acceptError(); err != nil {
		facts.Problems = append(facts.Problems, health.Problem{
			Code: health.CodeEmbeddedBroker,
			Text: "the embedded broker cannot accept connections: " + err.Error(),
			Remedy: "find the client that opens too many connections, " +
				"or raise the open file limit (systemd: LimitNOFILE)",
			Since: since,
		})
	}
	return facts
}

// acceptError is why the embedded broker cannot accept connections, nil when it
// can or there is none.
func (h brokerHealth) acceptError() (since time.Time, err error) {
	if h.embedded == nil {
		return time.Time{}, nil
	}
	return h.embedded.Failing()
}
