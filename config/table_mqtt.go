// SPDX-License-Identifier: MIT

package config

import (
	"time"

	"vitals2mqtt/internal/secret"
)

// MQTT is the connection to the broker and the shape of the topics.
type MQTT struct {
	// URL has one of the schemes mqtt, tcp, mqtts, ssl, ws and wss and no user
	// or password in it, or it is Embedded.
	URL string
	// Listen is the HOST:PORT of the embedded broker.
	Listen   string
	Username string
	Password secret.Text
	// BaseTopic has no wildcard and no slash at either end.
	BaseTopic string
	// ClientID is "" when a stable one is to be generated.
	ClientID  string
	KeepAlive time.Duration
	QoS       int
	TLS       TLS
	Views     Views
}

// TLS holds the certificates for an encrypted connection; "" is none.
type TLS struct {
	CAFile, CertFile, KeyFile string
	// Insecure accepts any certificate.
	Insecure bool
}

// Views are the forms of a value that are published.
type Views struct{ Bare, Detail, Snapshot bool }

// mqttRows describe the connection to the broker and the topics.
func mqttRows() []tableRow {
	return []tableRow{
		row("mqtt.url", TypeBroker, func(c *Config) any { return &c.MQTT.URL }).
			defaults("mqtt://localhost:1883").example("mqtts://homeserver.lan:8883").
			describe("The broker: mqtt:// (plain), mqtts:// (encrypted), ws:// or wss:// (websocket). \"embedded\" " +
				"runs a broker inside this program."),
		row("mqtt.username", TypeText, func(c *Config) any { return &c.MQTT.Username }).
			example("vitals2mqtt").
			describe("Broker user name; empty for anonymous access."),
		row("mqtt.password", TypeSecret, func(c *Config) any { return &c.MQTT.Password }).
			example("correct horse").
			describe("Broker password."),
		row("mqtt.base_topic", TypeTopic, func(c *Config) any { return &c.MQTT.BaseTopic }).
			defaults("vitals2mqtt").example("home/vitals").
			describe("The prefix of all topics. It must not be below homeassistant.discovery_prefix."),
		row("mqtt.client_id", TypeText, func(c *Config) any { return &c.MQTT.ClientID }).
			example("vitals2mqtt-attic").
			describe("MQTT client id, unique per broker; if empty, a stable one is generated."),
		row("mqtt.keepalive", TypeDuration, func(c *Config) any { return &c.MQTT.KeepAlive }).
			defaults("30s").bounds(5, 65535).example("60s").
			describe("MQTT keep-alive interval."),
		row("mqtt.qos", TypeNumber, func(c *Config) any { return &c.MQTT.QoS }).
			defaults("1").bounds(0, 2).example("2").
			describe("MQTT quality of service for published messages: 0, 1 or 2. With 0, values can be lost."),
		row("mqtt.tls.ca_file", TypeFile, func(c *Config) any { return &c.MQTT.TLS.CAFile }).
			example("/etc/vitals2mqtt/ca.crt").
			describe("CA certificate of the broker, as PEM; defaults to the system's."),
		row("mqtt.tls.cert_file", TypeFile, func(c *Config) any { return &c.MQTT.TLS.CertFile }).
			example("/etc/vitals2mqtt/client.crt").
			describe("A client certificate for the broker, as PEM. Requires mqtt.tls.key_file."),
		row("mqtt.tls.key_file", TypeFile, func(c *Config) any { return &c.MQTT.TLS.KeyFile }).
			example("/etc/vitals2mqtt/client.key").
			describe("The private key of the client certificate, as PEM."),
		row("mqtt.tls.insecure", TypeBool, func(c *Config) any { return &c.MQTT.TLS.Insecure }).
			defaults("false").example("true").
			describe("Do not verify the broker's certificate. Insecure: prefer ca_file."),
		row("mqtt.views.bare", TypeBool, func(c *Config) any { return &c.MQTT.Views.Bare }).
			defaults("true").example("false").
			describe("Publish <base>/<profile>/<key>: the bare value."),
		row("mqtt.views.detail", TypeBool, func(c *Config) any { return &c.MQTT.Views.Detail }).
			defaults("true").example("false").
			describe("Publish <base>/<profile>/<key>/detail: JSON with value, unit, time and device. Home Assistant " +
				"reads this one."),
		row("mqtt.views.snapshot", TypeBool, func(c *Config) any { return &c.MQTT.Views.Snapshot }).
			defaults("true").example("false").
			describe("Publish <base>/<profile>: JSON with all current values."),
		row("mqtt.listen", TypeListen, func(c *Config) any { return &c.MQTT.Listen }).
			defaults("127.0.0.1:1883").example("0.0.0.0:1883").
			describe("Listen address of the embedded broker. A non-loopback address requires mqtt.username and " +
				"mqtt.password."),
	}
}
