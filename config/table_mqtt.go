package config

// mqttRows describe the connection to the broker and the topics.
func mqttRows() []row {
	return []row{
		{
			Key: Key{
				Path: "mqtt.url", Type: TypeBroker, Default: "mqtt://localhost:1883", Example: "mqtts://homeserver.lan:8883",
				Text: "The broker: mqtt:// (plain), mqtts:// (encrypted), ws:// or wss:// (websocket). The word \"embedded\" runs a " +
					"broker inside this program.",
			},
			field: func(c *Config) any { return &c.MQTT.URL },
		}, {
			Key: Key{
				Path: "mqtt.username", Type: TypeText, Example: "vitals2mqtt",
				Text: "The user name at the broker; without it, nobody signs in there.",
			},
			field: func(c *Config) any { return &c.MQTT.Username },
		}, {
			Key:   Key{Path: "mqtt.password", Type: TypeSecret, Example: "correct horse", Text: "The password at the broker."},
			field: func(c *Config) any { return &c.MQTT.Password },
		}, {
			Key: Key{
				Path: "mqtt.base_topic", Type: TypeTopic, Default: "vitals2mqtt", Example: "home/vitals",
				Text: "What all topics begin with. It may not lie under homeassistant.discovery_prefix.",
			},
			field: func(c *Config) any { return &c.MQTT.BaseTopic },
		}, {
			Key: Key{
				Path: "mqtt.client_id", Type: TypeText, Example: "vitals2mqtt-attic",
				Text: "The client id at the broker, where no two may be the same; without it, a stable one is made up.",
			},
			field: func(c *Config) any { return &c.MQTT.ClientID },
		}, {
			Key: Key{
				Path: "mqtt.keepalive", Type: TypeDuration, Default: "30s", Low: 5, High: 65535, Example: "60s",
				Text: "How long the connection may be silent before somebody asks whether it is still there.",
			},
			field: func(c *Config) any { return &c.MQTT.KeepAlive },
		}, {
			Key: Key{
				Path: "mqtt.qos", Type: TypeNumber, Default: "1", Low: 0, High: 2, Example: "2",
				Text: "The quality of service for what is published: 0, 1 or 2. With 0, values can get lost.",
			},
			field: func(c *Config) any { return &c.MQTT.QoS },
		}, {
			Key: Key{
				Path: "mqtt.tls.ca_file", Type: TypeFile, Example: "/etc/vitals2mqtt/ca.crt",
				Text: "The certificate authority that the broker's certificate comes from, as PEM; without it, those of the system.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.CAFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.cert_file", Type: TypeFile, Example: "/etc/vitals2mqtt/client.crt",
				Text: "A client certificate for the broker, as PEM. It needs mqtt.tls.key_file as well.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.CertFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.key_file", Type: TypeFile, Example: "/etc/vitals2mqtt/client.key",
				Text: "The private key of the client certificate, as PEM.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.KeyFile },
		}, {
			Key: Key{
				Path: "mqtt.tls.insecure", Type: TypeSwitch, Default: "false", Example: "true",
				Text: "Accept any certificate of the broker. Anybody on the way can then read and change everything: better give ca_file.",
			},
			field: func(c *Config) any { return &c.MQTT.TLS.Insecure },
		}, {
			Key: Key{
				Path: "mqtt.views.bare", Type: TypeSwitch, Default: "true", Example: "false",
				Text: "Publish <base>/<profile>/<key>: the bare value.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Bare },
		}, {
			Key: Key{
				Path: "mqtt.views.detail", Type: TypeSwitch, Default: "true", Example: "false",
				Text: "Publish <base>/<profile>/<key>/detail: JSON with value, unit, time and device. Home Assistant reads this one.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Detail },
		}, {
			Key: Key{
				Path: "mqtt.views.snapshot", Type: TypeSwitch, Default: "true", Example: "false",
				Text: "Publish <base>/<profile>: JSON with all current values.",
			},
			field: func(c *Config) any { return &c.MQTT.Views.Snapshot },
		}, {
			Key: Key{
				Path: "mqtt.listen", Type: TypeListen, Default: "127.0.0.1:1883", Example: "0.0.0.0:1883",
				Text: "Where the embedded broker listens. Beyond this machine it needs mqtt.username and mqtt.password.",
			},
			field: func(c *Config) any { return &c.MQTT.Listen },
		},
	}
}
