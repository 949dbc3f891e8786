// SPDX-License-Identifier: MIT

package daemon

import (
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
)

// EmbeddedBroker is the mqtt.url that starts a broker inside the daemon.
const EmbeddedBroker = "embedded"

// embeddedBroker is the broker inside the daemon. It and its retained messages
// outlive a reload.
type embeddedBroker struct {
	running  *broker.Broker
	listener brokerListener
}

// brokerListener is what a change of needs another broker. The retained
// messages come back with the next connect.
type brokerListener struct {
	listen, username string
	password         secret.Text
}

func (e *embeddedBroker) start(c *config.Config, log zerolog.Logger) error {
	wanted := brokerListener{c.MQTT.Listen, c.MQTT.Username, c.MQTT.Password}
	if e.running != nil && (c.MQTT.URL != EmbeddedBroker || wanted != e.listener) {
		e.stop()
	}
	if c.MQTT.URL != EmbeddedBroker || e.running != nil {
		return nil
	}
	running, err := broker.Start(broker.Options{
		Listen:   wanted.listen,
		Username: wanted.username,
		Password: wanted.password,
		Log:      log,
	})
	if err != nil {
		return fmt.Errorf("starting the embedded broker: %w", err)
	}
	e.running, e.listener = running, wanted
	return nil
}

// withBrokerURL returns the configuration with the URL of the embedded broker.
func (e *embeddedBroker) withBrokerURL(c *config.Config) *config.Config {
	if e.running == nil {
		return c
	}
	inside := *c
	inside.MQTT.URL = e.running.URL()
	return &inside
}

// monitor is the running broker, nil without one.
func (e *embeddedBroker) monitor() acceptMonitor {
	if e.running == nil {
		return nil
	}
	return e.running
}

func (e *embeddedBroker) stop() {
	if e.running != nil {
		_ = e.running.Close()
		e.running = nil
	}
}

// acceptMonitor is an embedded broker, which may fail to accept connections.
type acceptMonitor interface {
	// Failing is why it fails to at present, and since when; nil when it
	// does not.
	Failing() (since time.Time, err error)
}
