package config

// homeAssistantRows describe discovery.
func homeAssistantRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "homeassistant.discovery", Type: TypeBool, Default: "true", Example: "false",
				Description: "Announce devices and entities to Home Assistant.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.Discovery },
		}, {
			Key: Key{
				Path: "homeassistant.discovery_prefix", Type: TypeTopic, Default: "homeassistant", Example: "ha",
				Description: "The prefix that Home Assistant's MQTT integration looks for devices under.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.DiscoveryPrefix },
		}, {
			Key: Key{
				Path: "homeassistant.birth_topic", Type: TypeTopic, Default: "homeassistant/status", Example: "ha/status",
				AllowEmpty: true, Description: "Where Home Assistant says that it has started; \"\" for not listening there. Its default does not " +
					"follow the discovery prefix.",
			},
			field: func(c *Config) any { return &c.HomeAssistant.BirthTopic },
		}, {
			Key: Key{
				Path: "homeassistant.birth_payload", Type: TypeText, Default: "online", Example: "hello",
				Description: "What Home Assistant says there.",
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
				Description: "Where the page is served. Beyond this machine it needs web.password, or web.auth: none.",
			},
			field: func(c *Config) any { return &c.Web.Listen },
		}, {
			Key: Key{
				Path: "web.auth", Type: TypeChoice, Choices: []string{AuthPassword, AuthNone}, Example: AuthNone,
				Description: "\"password\" asks for web.password, as does setting that alone; \"none\" lets everybody in, for use behind a " +
					"proxy that asks who is there.",
			},
			field: func(c *Config) any { return &c.Web.Auth },
		}, {
			Key: Key{
				Path: "web.password", Type: TypeSecret, Example: "correct horse",
				Description: "The password for the page; any user name will do.",
			},
			field: func(c *Config) any { return &c.Web.Password },
		}, {
			Key: Key{
				Path: "web.trusted_hosts", Type: TypeHosts, Example: "[homeserver.lan, homeassistant.local]",
				Description: "Further names under which the page is opened, without http:// and port. IP addresses, localhost and the host of " +
					"withings.base_url need not be listed; under any other name the page shows nothing, because a web site could " +
					"point a name of its own here and read along.",
			},
			field: func(c *Config) any { return &c.Web.TrustedHosts },
		}, {
			Key: Key{
				Path: "state_dir", Type: TypeFolder, Default: defaultStateDir, Example: "./state",
				Description: "The folder for tokens and for what must survive a restart. It must be private and writable.",
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
				Description: "\"console\" for people, \"json\" for machines; \"auto\" looks whether there is a terminal.",
			},
			field: func(c *Config) any { return &c.Log.Format },
		}, {
			Key: Key{
				Path: "history.enabled", Type: TypeBool, Example: "true", Unimplemented: true,
				Description: "Keep every reading in an archive.",
			},
		},
	}
}
