package config

// homeAssistantRows describe discovery.
func homeAssistantRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "homeassistant.discovery", Type: TypeBool, Default: "true", Example: "false",
				Description: "Publish Home Assistant discovery documents.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.Discovery },
		}, {
			Key: Key{
				Path: "homeassistant.discovery_prefix", Type: TypeTopic, Default: "homeassistant", Example: "ha",
				Description: "Home Assistant's MQTT discovery prefix.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.DiscoveryPrefix },
		}, {
			Key: Key{
				Path: "homeassistant.birth_topic", Type: TypeTopic, Default: "homeassistant/status", Example: "ha/status",
				AllowEmpty: true, Description: "Home Assistant's birth topic; \"\" to disable. The default does not " +
					"follow the discovery prefix.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.BirthTopic },
		}, {
			Key: Key{
				Path: "homeassistant.birth_payload", Type: TypeText, Default: "online", Example: "hello",
				Description: "Home Assistant's birth payload.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.BirthPayload },
		},
	}
}

// otherRows describe the page, the state, the log, and what is still to come.
func otherRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "web.enabled", Type: TypeBool, Default: "true", Example: "false",
				Description: "Serve the page, the sign-in and the health check.",
			},
			field: func(c *Config) any { return &c.Web.Enabled },
		}, {
			Key: Key{
				Path: "web.listen", Type: TypeListen, Default: "127.0.0.1:8099", Example: "0.0.0.0:8099",
				Description: "Listen address of the page. A non-loopback address requires web.password, or web.auth: none.",
			},
			field: func(c *Config) any { return &c.Web.Listen },
		}, {
			Key: Key{
				Path: "web.auth", Type: TypeChoice, Choices: []string{AuthPassword, AuthNone}, Example: AuthNone,
				Description: "\"password\" asks for web.password, as does setting that alone; \"none\" disables authentication, for use behind an authenticating " +
					"proxy.",
			},
			field: func(c *Config) any { return &c.Web.Auth },
		}, {
			Key: Key{
				Path: "web.password", Type: TypeSecret, Example: "correct horse",
				Description: "Password of the page; any user name is accepted.",
			},
			field: func(c *Config) any { return &c.Web.Password },
		}, {
			Key: Key{
				Path: "web.trusted_hosts", Type: TypeHosts, Example: "[homeserver.lan, homeassistant.local]",
				Description: "Additional host names of the page, without http:// and port. IP addresses, localhost and the host of " +
					"withings.base_url need not be listed; requests with any other host name are refused (DNS rebinding), because any web site could " +
					"otherwise read the page through a name of its own.",
			},
			field: func(c *Config) any { return &c.Web.TrustedHosts },
		}, {
			Key: Key{
				Path: "state_dir", Type: TypeFolder, Default: defaultStateDir, Example: "./state",
				Description: "Directory for tokens and state. It must be private and writable.",
			},
			field: func(c *Config) any { return &c.StateDir },
		}, {
			Key: Key{
				Path: "log.level", Type: TypeChoice, Default: "info", Choices: []string{"trace", "debug", "info", "warn", "error"},
				Example: "debug", Description: "How much is logged. Health values are never logged at info.",
			},
			field: func(c *Config) any { return &c.Log.Level },
		}, {
			Key: Key{
				Path: "log.format", Type: TypeChoice, Default: "auto", Choices: []string{"auto", "console", "json"}, Example: "json",
				Description: "\"console\", \"json\", or \"auto\": console on a terminal, else json.",
			},
			field: func(c *Config) any { return &c.Log.Format },
		}, {
			Key: Key{
				Path: "history.enabled", Type: TypeBool, Example: "true", Unimplemented: true,
				Description: "Archive every measurement.",
			},
		},
	}
}
