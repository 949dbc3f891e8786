package sensors

// bridgeRows are what the program knows of a person beyond the readings.
func bridgeRows() []Sensor {
	return []Sensor{
		{
			Key: "in_bed", Name: "In bed", Platform: "binary_sensor",
			DeviceClass: "occupancy", Precision: NoPrecision, Icon: "mdi:bed", Enabled: true,
			Scope: ScopeProfile, Source: "notifications 50 / 51; any mat of the person",
			Endpoint: EndpointEvents,
		},
		{
			Key: "measurement", Name: "New measurement", Platform: "event",
			Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "each new group, night, workout, ECG",
			Note:    "event_types weigh_in, blood_pressure, temperature, heart, sleep, nap, workout, activity, glucose, other",
			Options: eventTypes(),
		},
		{
			Key: "authorization", Name: "Authorization", Platform: "binary_sensor",
			DeviceClass: "problem", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeProfile, Source: "bridge",
		},
		{
			Key: "sync_problem", Name: "Synchronization", Platform: "binary_sensor",
			DeviceClass: "problem", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeProfile, Source: "bridge; attributes: reason per endpoint",
		},
		{
			Key: "push", Name: "Push notifications", Platform: "binary_sensor",
			DeviceClass: "connectivity", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeProfile, Source: "bridge; only with a public URL",
		},
		{
			Key: "last_sync", Name: "Last successful sync", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeProfile, Source: "bridge",
		},
		{
			Key: "held_back", Name: "Ambiguous measurements", Platform: "sensor",
			StateClass: "measurement", Precision: 0, EntityCategory: "diagnostic",
			Scope: ScopeProfile, Source: "bridge: count of groups held back",
		},
		{
			Key: "refresh", Name: "Refresh", Platform: "button",
			Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeProfile, Source: "bridge/request/refresh",
		},
	}
}

// ownRows are what the program says of itself.
func ownRows() []Sensor {
	return []Sensor{
		{
			Key: "bridge_state", Name: "Connection", Platform: "binary_sensor",
			DeviceClass: "connectivity", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeBridge, Source: "last will",
		},
		{
			Key: "api_requests_minute", Name: "API requests per minute", Platform: "sensor",
			Unit: "requests/min", StateClass: "measurement", Precision: 0, EntityCategory: "diagnostic",
			Scope: ScopeBridge, Source: "request funnel",
		},
		{
			Key: "refresh_all", Name: "Refresh all", Platform: "button",
			Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeBridge, Source: "bridge/request/refresh",
		},
	}
}
