package sensors

// activityRows are the totals of today, in the person's own time zone.
func activityRows() []Sensor {
	return []Sensor{
		{
			Key: "activity_steps_today", Name: "Steps today", Platform: "sensor",
			Unit: "steps", StateClass: "total", Precision: 0, Icon: "mdi:shoe-print", Enabled: true,
			Scope: ScopeProfile, Source: "getactivity steps, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"steps"},
		},
		{
			Key: "activity_distance_today", Name: "Distance travelled today", Platform: "sensor",
			DeviceClass: "distance", Unit: "m", StateClass: "total", Precision: 0, Icon: "mdi:map-marker-distance", Enabled: true,
			Scope: ScopeProfile, Source: "getactivity distance, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"distance"},
		},
		{
			Key: "activity_floors_climbed_today", Name: "Floors climbed today", Platform: "sensor",
			Unit: "floors", StateClass: "total", Precision: 0, Icon: "mdi:stairs-up", Enabled: true,
			Scope: ScopeProfile, Source: "getactivity elevation, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"elevation"},
		},
		{
			Key: "activity_soft_duration_today", Name: "Soft activity today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity soft, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"soft"},
		},
		{
			Key: "activity_moderate_duration_today", Name: "Moderate activity today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity moderate, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"moderate"},
		},
		{
			Key: "activity_intense_duration_today", Name: "Intense activity today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity intense, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"intense"},
		},
		{
			Key: "activity_active_duration_today", Name: "Active time today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "getactivity active, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"active"},
		},
		{
			Key: "activity_active_calories_burnt_today", Name: "Active calories burnt today", Platform: "sensor",
			Unit: "kcal", StateClass: "total", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getactivity calories, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"calories"},
		},
		{
			Key: "activity_total_calories_burnt_today", Name: "Total calories burnt today", Platform: "sensor",
			Unit: "kcal", StateClass: "total", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getactivity totalcalories, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"totalcalories"},
		},
		{
			Key: "activity_heart_rate_average_bpm_today", Name: "Average heart rate today", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getactivity hr_average, today in the person's zone",
			Endpoint: EndpointActivity, Fields: []string{"hr_average"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_min_bpm_today", Name: "Minimum heart rate today", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getactivity hr_min, today in the person's zone",
			Endpoint: EndpointActivity, Fields: []string{"hr_min"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_max_bpm_today", Name: "Maximum heart rate today", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getactivity hr_max, today in the person's zone",
			Endpoint: EndpointActivity, Fields: []string{"hr_max"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_zone_0_seconds_today", Name: "Time in light heart rate zone today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity hr_zone_0, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"hr_zone_0"}, Needs: "hr_average",
		},
		{
			Key: "activity_heart_rate_zone_1_seconds_today", Name: "Time in moderate heart rate zone today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity hr_zone_1, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"hr_zone_1"}, Needs: "hr_average",
		},
		{
			Key: "activity_heart_rate_zone_2_seconds_today", Name: "Time in intense heart rate zone today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity hr_zone_2, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"hr_zone_2"}, Needs: "hr_average",
		},
		{
			Key: "activity_heart_rate_zone_3_seconds_today", Name: "Time in maximal heart rate zone today", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "total", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getactivity hr_zone_3, today in the person's zone",
			Note:     "last_reset = local midnight",
			Endpoint: EndpointActivity, Fields: []string{"hr_zone_3"}, Needs: "hr_average",
		},
	}
}

// intradayRows are the newest values of the series that a watch takes all day.
func intradayRows() []Sensor {
	return []Sensor{
		{
			Key: "heart_rate_latest_bpm", Name: "Latest heart rate", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getintradayactivity heart_rate, newest slot",
			Note:     "endpoint called only when a key needs it",
			Endpoint: EndpointIntraday, Fields: []string{"heart_rate"}, ZeroIsNone: true,
		},
		{
			Key: "spo2_latest_pct", Name: "Latest automatic SpO2", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getintradayactivity spo2_auto, newest slot",
			Endpoint: EndpointIntraday, Fields: []string{"spo2_auto"}, ZeroIsNone: true,
		},
		{
			Key: "core_body_temperature_c", Name: "Core body temperature", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getintradayactivity core_body_temperature, newest slot",
			Endpoint: EndpointIntraday, Fields: []string{"core_body_temperature"}, ZeroIsNone: true,
		},
		{
			Key: "respiratory_rate_latest_bpm", Name: "Latest respiratory rate", Platform: "sensor",
			Unit: "br/min", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getintradayactivity rr, newest slot",
			Endpoint: EndpointIntraday, Fields: []string{"rr"}, ZeroIsNone: true,
		},
	}
}
