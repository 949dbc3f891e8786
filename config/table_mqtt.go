package config

// mqttRows describe the connection to the broker and the topics.
func mqttRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "mqtt.url", Type: TypeBroker, Default: "mqtt://localhost:1883", Example: "mqtts://homeserver.lan:8883",
				Description: "The broker: mqtt:// (plain), mqtts:// (encrypted), ws:// or wss:// (websocket). \"embedded\" runs a " +
					"broker inside this program.",
			},
			field: func(c *Config) any { return &c.MQTT.URL },
		}, {
			Key: Key{
				Path: "mqtt.username", Type: TypeText, Example: "vitals2mqtt",
				Description: "Broker user name; empty for anonymous access.",
			},
			field: func(c *Config) any { return &c.MQTT.Username },
		}, {
			Key:   Key{Path: "mqtt.password", Type: TypeSecret, Example: "correct horse", Description: "Broker password."},
			field: func(c *Config) any { return &c.MQTT.Password },
		}, {
			Key: Key{
				Path: "mqtt.base_topic", Type: TypeTopic, Default: "vitals2mqtt", Example: "home/vitals",
				Description: "The prefix of all topics. It must not be below homeassistant.discovery_prefix.",
			},
			field: func(c *Config) any { return &c.MQTT.BaseTopic },
		}, {
			Key: Key{
				Path: "mqtt.client_id", Type: TypeText, Example: "vitals2mqtt-attic",
				Description: "MQTT client id, unique per broker; if empty, a stable one is generated.",
			},
			field: func(c *Config) any { return &c.MQTT.ClientID },
		}, {
			Key: Key{
				Path: "mqtt.keepalive", Type: TypeDuration, Default: "30s", Min: 5, Max: 65535, Example: "60s",
				Description: "MQTT keep-alive interval.",
			},
			field: func(c *Config) any { return &c.MQTT.KeepAlive },
		}, {
			Key: Key{
				Path: "mqtt.qos", Type: TypeNumber, Default: "1", Min: 0, Max: 2, Example: "2",
				Description: "MQTT quality of service for published messages: 0, 1 or 2. With 0, values can be lost.",
			},
			field: func(c *Config) any { return &c.MQTT.QoS },
		}, {
			Key: Key{
				Path: "mqtt.tls.ca_file", Type: TypeFile, Example: "/etc/vitals2mqtt/ca.crt",
				Description: "CA certificate of the broker, as PEM; defaults to the system's.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.CAFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.cert_file", Type: TypeFile, Example: "/etc/vitals2mqtt/client.crt",
				Description: "A client certificate for the broker, as PEM. Requires mqtt.tls.key_file.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.CertFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.key_file", Type: TypeFile, Example: "/etc/vitals2mqtt/client.key",
				Description: "The private key of the client certificate, as PEM.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.KeyFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.insecure", Type: TypeBool, Default: "false", Example: "true",
				Description: "Do not verify the broker's certificate. Insecure: prefer ca_file.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.Insecure },
		}, {
			Key: Key{
				Path: "mqtt.views.bare", Type: TypeBool, Default: "true", Example: "false",
				Description: "Publish <base>/<profile>/<key>: the bare value.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Bare },
		}, {
			Key: Key{
				Path: "mqtt.views.detail", Type: TypeBool, Default: "true", Example: "false",
				Description: "Publish <base>/<profile>/<key>/detail: JSON with value, unit, time and device. Home Assistant reads this one.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Detail },
		}, {
			Key: Key{
				Path: "mqtt.views.snapshot", Type: TypeBool, Default: "true", Example: "false",
				Description: "Publish <base>/<profile>: JSON with all current values.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Snapshot },
		}, {
			Key: Key{
				Path: "mqtt.listen", Type: TypeListen, Default: "127.0.0.1:1883", Example: "0.0.0.0:1883",
				Description: "Listen address of the embedded broker. A non-loopback address requires mqtt.username and mqtt.password.",
			},
			field: func(c *Config) any { return &c.MQTT.Listen },
		},
	}
}
