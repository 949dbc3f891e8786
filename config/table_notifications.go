package config

// notificationRows describe push notifications.
func notificationRows() []tableRow {
	return []tableRow{
		row("notifications.public_url", TypePublicURL, func(c *Config) any { return &c.Notifications.PublicURL }).
			example("https://vitals.example.org").
			describe("The public URL that receives push notifications from Withings: https, a host name, port 443. " +
				"A proxy forwards requests below its path and /notify/. Without it, push notifications are off " +
				"and polling covers everything."),
		row("notifications.listen", TypeListen, func(c *Config) any { return &c.Notifications.Listen }).
			example("0.0.0.0:8097").
			describe("A separate listen address for notifications, so that the page need not be public; defaults to " +
				"web.listen."),
		row("notifications.trusted_proxies", TypeNetworks, func(c *Config) any { return &c.Notifications.TrustedProxies }).
			example("[127.0.0.1, 172.16.0.0/12]").
			describe("Proxies whose X-Forwarded-For header is trusted; if empty, the connecting address is used for " +
				"limits and for notifications.sources."),
		row("notifications.sources", TypeNetworks, func(c *Config) any { return &c.Notifications.Sources }).
			example("[192.0.2.0/24, \"2001:db8::/32\"]").
			describe("The only networks that notifications may come from; without any, anyone who knows the secret " +
				"address may post. The vendor's networks change: it announces them a week ahead."),
		row("notifications.relaxed_schedule", TypeSchedule, func(c *Config) any { return &c.Notifications.RelaxedSchedule }).
			example("@every 1h").
			describe("The poll schedule for profiles whose notifications are healthy; defaults to the profile's own " +
				"schedule, which is restored automatically when notifications fail."),
	}
}
