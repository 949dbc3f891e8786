// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

// refreshByMQTT publishes a request and waits for the response with its
// transaction id.
func (s *session) refreshByMQTT(ctx context.Context, c *config.Config, slug string) ([]refreshed, error) {
	options, err := daemon.BrokerOptions(c, "refresh", zerolog.Nop())
	if err != nil {
		return nil, err
	}
	// A client id of its own: the daemon's would disconnect it.
	options.ClientID = "vitals2mqtt-refresh-" + rand.Text()[:8]
	if c.MQTT.URL == daemon.EmbeddedBroker {
		options.URL = "mqtt://" + localAddress(c.MQTT.Listen)
	}
	transaction := rand.Text()
	payload, err := json.Marshal(map[string]string{"profile": slug, "transaction": transaction})
	if err != nil {
		return nil, fmt.Errorf("writing the request: %w", err)
	}
	var answer struct {
		Error       string            `json:"error"`
		Profiles    map[string]string `json:"profiles"`
		Transaction string            `json:"transaction"`
	}
	tree := daemon.Tree(c)
	response, err := mqtt.Ask(ctx, options, mqtt.Request{
		Topic:         tree.Request(topics.Refresh),
		Payload:       payload,
		ResponseTopic: tree.Response(topics.Refresh),
		IsResponse: func(payload []byte) bool {
			var other struct {
				Transaction string `json:"transaction"`
			}
			return json.Unmarshal(payload, &other) == nil && other.Transaction == transaction
		},
	})
	if err != nil {
		return nil, fmt.Errorf("asking the daemon by %s: %w", daemon.WithoutCredentials(options.URL), err)
	}
	if err := json.Unmarshal(response, &answer); err != nil {
		return nil, fmt.Errorf("reading the response of the daemon: %w", err)
	}
	if answer.Error != "" {
		return nil, errors.New("the daemon responded: " + answer.Error)
	}
	return outcomes(c, answer.Profiles), nil
}
