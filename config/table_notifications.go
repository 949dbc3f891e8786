// SPDX-License-Identifier: MIT

package config

import "net/netip"

// Notifications are the push notifications of the Withings API.
type Notifications struct {
	// PublicURL has no slash at its end; "" is no notifications. Beyond this
	// machine it is https with a host name on port 443, and short enough for
	// the path that push appends.
	PublicURL string
	// Listen is the HOST:PORT of a separate listener; "" is the page's, which
	// is enabled then.
	Listen string
	// TrustedProxies are those whose X-Forwarded-For is used. As in Sources,
	// networks are masked and IPv4 is never written as IPv6.
	TrustedProxies []netip.Prefix
	// Sources are the only networks that may post; none is all.
	Sources []netip.Prefix
	// RelaxedSchedule is for profiles whose notifications are healthy; when it
	// is empty they keep their own.
	RelaxedSchedule Schedule
}

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
			example("@every 4h").
			describe("The poll schedule for profiles whose notifications are healthy; defaults to the profile's own " +
				"schedule, which is restored automatically when notifications fail."),
	}
}
