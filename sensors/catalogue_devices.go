package sensors

// deviceRows are what a scale, watch or mat says of itself.
func deviceRows() []Sensor {
	return []Sensor{
		{
			Key: "battery", Name: "Battery", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeDevice, Source: "getdevice battery",
			Note:     "options low, medium, high",
			Endpoint: EndpointDevices, Options: []string{"low", "medium", "high"},
		},
		{
			Key: "battery_level_pct", Name: "Battery level", Platform: "sensor",
			DeviceClass: "battery", Unit: "%", StateClass: "measurement", Precision: NoPrecision, EntityCategory: "diagnostic",
			Scope: ScopeDevice, Source: "estimate: high 90, medium 50, low 15",
			Note:     "says it is an estimate",
			Endpoint: EndpointDevices,
		},
		{
			Key: "battery_low", Name: "Battery low", Platform: "binary_sensor",
			DeviceClass: "battery", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeDevice, Source: "getdevice battery = low",
			Endpoint: EndpointDevices,
		},
		{
			Key: "last_session", Name: "Last session", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, EntityCategory: "diagnostic", Enabled: true,
			Scope: ScopeDevice, Source: "getdevice last_session_date",
			Endpoint: EndpointDevices,
		},
		{
			Key: "bed_occupied", Name: "Occupied", Platform: "binary_sensor",
			DeviceClass: "occupancy", Precision: NoPrecision, Icon: "mdi:bed", Enabled: true,
			Scope: ScopeDevice, Source: "notifications 50 / 51 by deviceid; sleep mats only",
			Endpoint: EndpointEvents,
		},
	}
}
