// SPDX-License-Identifier: MIT

package sensors

// goalRows are the goals of the user.
func goalRows() []Sensor {
	return []Sensor{
		{
			Key: "step_goal", Name: "Step goal",
			Unit: "steps", Precision: 0, Icon: "mdi:shoe-print", Enabled: true,
			Source: "getgoals steps",
		},
		{
			Key: "sleep_goal", Name: "Sleep goal",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:bed-clock", Enabled: true,
			Source: "getgoals sleep",
		},
		{
			Key: "weight_goal", Name: "Weight goal",
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
			Source: "getgoals weight",
		},
	}
}

// heartRows are electrocardiograms and heart sounds.
func heartRows() []Sensor {
	return []Sensor{
		{
			Key: "ecg_heart_rate_bpm", Name: "ECG heart rate", Endpoint: EndpointHeart,
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-flash", Enabled: true,
			Source: "heart list heart_rate",
		},
		{
			Key: "ecg_time", Name: "Last ECG", Endpoint: EndpointHeart,
			DeviceClass: "timestamp", Enabled: true,
			Source: "heart list timestamp",
		},
		{
			Key: "vhd_result", Name: "Heart sound result",
			DeviceClass: "enum",
			Endpoint:    EndpointStetho, Options: append(valveClasses(), Other), NumberPrefix: classPrefix,
			Source: "stetho list / heart list stetho.vhd",
		},
	}
}
