package sensors

// goalRows are what the person wants to reach.
func goalRows() []Sensor {
	return []Sensor{
		{
			Key: "step_goal", Name: "Step goal", Platform: "sensor",
			Unit: "steps", StateClass: "measurement", Precision: 0, Icon: "mdi:shoe-print", Enabled: true,
			Scope: ScopeProfile, Source: "getgoals steps",
			Endpoint: EndpointGoals,
		},
		{
			Key: "sleep_goal", Name: "Sleep goal", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:bed-clock", Enabled: true,
			Scope: ScopeProfile, Source: "getgoals sleep",
			Endpoint: EndpointGoals,
		},
		{
			Key: "weight_goal", Name: "Weight goal", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getgoals weight",
			Endpoint: EndpointGoals,
		},
	}
}

// heartRows are records of the heart: electrocardiograms and sounds.
func heartRows() []Sensor {
	return []Sensor{
		{
			Key: "ecg_heart_rate_bpm", Name: "ECG heart rate", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-flash", Enabled: true,
			Scope: ScopeProfile, Source: "heart list heart_rate",
			Endpoint: EndpointHeart,
		},
		{
			Key: "ecg_time", Name: "Last ECG", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "heart list timestamp",
			Endpoint: EndpointHeart,
		},
		{
			Key: "vhd_result", Name: "Heart sound result", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "stetho list / heart list stetho.vhd",
			Endpoint: EndpointStetho, Options: append(valveClasses(), Other), NumberPrefix: classPrefix,
		},
	}
}
