package config

// notificationRows describe how the cloud says that there is something new.
func notificationRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "notifications.public_url", Type: TypePublicURL, Example: "https://vitals.example.org",
				Description: "Where the cloud reaches this program to say that there is something new: https, a host name, port 443. A proxy " +
					"passes on what lies below its path and /notify/. Without it there are no notifications, and asking the cloud on " +
					"schedule does everything.",
			},
			field: func(c *Config) any { return &c.Notifications.PublicURL },
		}, {
			Key: Key{
				Path: "notifications.listen", Type: TypeListen, Example: "0.0.0.0:8097",
				Description: "Where notifications alone are taken in, so that the page need not be public; without it, that is where the page " +
					"is served, web.listen.",
			},
			field: func(c *Config) any { return &c.Notifications.Listen },
		}, {
			Key: Key{
				Path: "notifications.trusted_proxies", Type: TypeNetworks, Example: "[127.0.0.1, 172.16.0.0/12]",
				Description: "The proxies whose X-Forwarded-For is believed; without any, the address that connects is the one that counts for " +
					"limits and for notifications.sources.",
			},
			field: func(c *Config) any { return &c.Notifications.TrustedProxies },
		}, {
			Key: Key{
				Path: "notifications.sources", Type: TypeNetworks, Example: "[192.0.2.0/24, \"2001:db8::/32\"]",
				Description: "The only networks that notifications may come from; without any, everybody who knows the secret address may " +
					"post. The vendor's networks change: it announces them a week ahead.",
			},
			field: func(c *Config) any { return &c.Notifications.Sources },
		}, {
			Key: Key{
				Path: "notifications.relaxed_schedule", Type: TypeSchedule, Example: "@every 1h",
				Description: "When to ask the cloud about a person whose notifications arrive as they should; without it, on the person's own " +
					"schedule. That one returns by itself as soon as notifications fail.",
			},
			field: func(c *Config) any { return &c.Notifications.RelaxedSchedule },
		},
	}
}
