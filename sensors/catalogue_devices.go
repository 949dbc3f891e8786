// SPDX-License-Identifier: MIT

package sensors

// deviceRows are the facts about a scale, watch or mat.
func deviceRows() []Sensor {
	return []Sensor{
		{
			Key: "battery", Name: "Battery", Scope: ScopeDevice, Options: []string{"low", "medium", "high"},
			DeviceClass: "enum", EntityCategory: "diagnostic", Enabled: true,
			Source: "getdevice battery",
			Note:   "options low, medium, high",
		},
		{
			Key: "battery_level_pct", Name: "Battery level", Scope: ScopeDevice,
			DeviceClass: "battery", Unit: "%", EntityCategory: "diagnostic",
			Source: "estimate: high 90, medium 50, low 15",
			Note:   "says it is an estimate",
		},
		{
			Key: "battery_low", Name: "Battery low", Platform: "binary_sensor", Scope: ScopeDevice,
			DeviceClass: "battery", EntityCategory: "diagnostic", Enabled: true,
			Source: "getdevice battery = low",
		},
		{
			Key: "last_session", Name: "Last session", Scope: ScopeDevice,
			DeviceClass: "timestamp", EntityCategory: "diagnostic", Enabled: true,
			Source: "getdevice last_session_date",
		},
		{
			Key: "bed_occupied", Name: "Occupied", Platform: "binary_sensor",
			DeviceClass: "occupancy", Icon: "mdi:bed", Enabled: true,
			Scope: ScopeDevice, Endpoint: EndpointEvents,
			Source: "notifications 50 / 51 by deviceid; sleep mats only",
		},
	}
}
