// SPDX-License-Identifier: MIT

package sensors

// bridgeRows are the facts about a profile besides its readings.
func bridgeRows() []Sensor {
	return []Sensor{
		{
			Key: "in_bed", Name: "In bed", Platform: "binary_sensor", Endpoint: EndpointEvents,
			DeviceClass: "occupancy", Icon: "mdi:bed", Enabled: true,
			Source: "notifications 50 / 51; any mat of the person",
		},
		{
			Key: "measurement", Name: "New measurement", Platform: "event", Options: eventTypes(),
			Enabled: true,
			Source:  "each new group, night, workout, ECG",
			Note:    "event_types weigh_in, blood_pressure, temperature, heart, sleep, nap, workout, activity, glucose, other",
		},
		{
			Key: "authorization", Name: "Authorization", Platform: "binary_sensor",
			DeviceClass: "problem", EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge",
		},
		{
			Key: "sync_problem", Name: "Synchronization", Platform: "binary_sensor",
			DeviceClass: "problem", EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge; attributes: reason per endpoint",
		},
		{
			Key: "push", Name: "Push notifications", Platform: "binary_sensor",
			DeviceClass: "connectivity", EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge; only with a public URL",
		},
		{
			Key: "last_sync", Name: "Last successful sync",
			DeviceClass: "timestamp", EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge",
		},
		{
			Key: "held_back", Name: "Ambiguous measurements",
			Precision: 0, EntityCategory: "diagnostic",
			Source: "bridge: count of groups held back",
		},
		{
			Key: "refresh", Name: "Refresh", Platform: "button",
			EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge/request/refresh",
		},
	}
}

// ownRows are the facts about the program.
func ownRows() []Sensor {
	return []Sensor{
		{
			Key: "bridge_state", Name: "Connection", Platform: "binary_sensor", Scope: ScopeBridge,
			DeviceClass: "connectivity", EntityCategory: "diagnostic", Enabled: true,
			Source: "last will",
		},
		{
			Key: "api_requests_minute", Name: "API requests per minute", Scope: ScopeBridge,
			Unit: "requests/min", Precision: 0, EntityCategory: "diagnostic",
			Source: "request funnel",
		},
		{
			Key: "refresh_all", Name: "Refresh all", Platform: "button", Scope: ScopeBridge,
			EntityCategory: "diagnostic", Enabled: true,
			Source: "bridge/request/refresh",
		},
	}
}
