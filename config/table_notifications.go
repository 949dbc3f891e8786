package config

// notificationRows describe how the cloud says that there is something new.
func notificationRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "notifications.public_url", Type: TypePublicURL, Example: "https://vitals.example.org",
				Description: "The public URL that receives push notifications from Withings: https, a host name, port 443. A proxy " +
					"passes on what lies below its path and /notify/. Without it, push notifications are off and " +
					"polling covers everything.",
			},
			field: func(c *Config) any { return &c.Notifications.PublicURL },
		}, {
			Key: Key{
				Path: "notifications.listen", Type: TypeListen, Example: "0.0.0.0:8097",
				Description: "A separate listen address for notifications, so that the page need not be public; defaults to " +
					"web.listen.",
			},
			field: func(c *Config) any { return &c.Notifications.Listen },
		}, {
			Key: Key{
				Path: "notifications.trusted_proxies", Type: TypeNetworks, Example: "[127.0.0.1, 172.16.0.0/12]",
				Description: "Proxies whose X-Forwarded-For header is trusted; if empty, the connecting address is used for " +
					"limits and for notifications.sources.",
			},
			field: func(c *Config) any { return &c.Notifications.TrustedProxies },
		}, {
			Key: Key{
				Path: "notifications.sources", Type: TypeNetworks, Example: "[192.0.2.0/24, \"2001:db8::/32\"]",
				Description: "The only networks that notifications may come from; without any, anyone who knows the secret address may " +
					"post. The vendor's networks change: it announces them a week ahead.",
			},
			field: func(c *Config) any { return &c.Notifications.Sources },
		}, {
			Key: Key{
				Path: "notifications.relaxed_schedule", Type: TypeSchedule, Example: "@every 1h",
				Description: "The poll schedule for profiles whose notifications are healthy; defaults to the profile's own " +
					"schedule, which is restored automatically when notifications fail.",
			},
			field: func(c *Config) any { return &c.Notifications.RelaxedSchedule },
		},
	}
}
