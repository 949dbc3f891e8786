package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

// brokerOptions turns the configuration's mqtt section into a connection.
func brokerOptions(c *config.Config, tree topics.Tree, instance string, log zerolog.Logger) (mqtt.Options, error) {
	secure, err := mqtt.LoadTLS(c.MQTT.TLS.CAFile, c.MQTT.TLS.CertFile, c.MQTT.TLS.KeyFile, c.MQTT.TLS.Insecure)
	if err != nil {
		return mqtt.Options{}, fmt.Errorf("mqtt.tls: %w", err)
	}
	options := mqtt.Options{
		URL: c.MQTT.URL, ClientID: c.MQTT.ClientID, Username: c.MQTT.Username, Password: c.MQTT.Password, TLS: secure,
		KeepAlive: c.MQTT.KeepAlive, QoS: byte(c.MQTT.QoS), StateTopic: tree.BridgeState(), Rank: tree.Rank, Log: log, //nolint:gosec // 0–2
	}
	options.FilterFor = tree.FilterFor
	options.Signature = &mqtt.Signature{
		Topic:  tree.BridgeInfo(),
		IsOurs: func(payload []byte) bool { return isFromInstance(payload, instance) },
	}
	if options.ClientID == "" {
		options.ClientID = "vitals2mqtt-" + instance
	}
	if c.HomeAssistant.Discovery {
		options.BirthTopic, options.BirthPayload = c.HomeAssistant.BirthTopic, c.HomeAssistant.BirthPayload
	}
	return options, nil
}

// isFromInstance says whether bridge/info is that of an installation. One that does not
// name any is of an older version, and nobody can tell.
func isFromInstance(info []byte, instance string) bool {
	var from struct {
		Instance string `json:"instance"`
	}
	return json.Unmarshal(info, &from) != nil || from.Instance == "" || from.Instance == instance
}

// acceptMonitor is a broker of our own, which may fail to accept connections.
type acceptMonitor interface {
	// Failing is what keeps it from that now, and since when; nil when nothing does.
	Failing() (since time.Time, err error)
}

// problems are what is wrong with the program outside of the bridge.
func (h *daemon) problems() []bridge.Problem {
	var problems []bridge.Problem
	for _, p := range h.broker.Status().Problems {
		problems = append(problems, bridge.Problem{Code: p.Code, Text: p.Text, Remedy: p.Remedy, Since: p.Since})
	}
	if since, err := h.embeddedBrokerError(); err != nil {
		problems = append(problems, bridge.Problem{
			Code:   "embedded_broker",
			Text:   "the embedded broker cannot accept connections: " + err.Error(),
			Remedy: "find out who opens so many connections, or raise the limit of open files (systemd: LimitNOFILE)",
			Since:  since,
		})
	}
	return problems
}

// embeddedBrokerError is what is wrong with the broker of our own; nil without one.
func (h *daemon) embeddedBrokerError() (since time.Time, err error) {
	if h.embedded == nil {
		return time.Time{}, nil
	}
	return h.embedded.Failing()
}
