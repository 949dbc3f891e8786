// SPDX-License-Identifier: MIT

package sensors

// activityRows are the totals of today, in the user's time zone.
func activityRows() []Sensor {
	return []Sensor{
		{
			Key: "activity_steps_today", Name: "Steps today", Fields: []string{"steps"},
			Unit: "steps", StateClass: "total", Precision: 0, Icon: "mdi:shoe-print", Enabled: true,
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_distance_today", Name: "Distance travelled today", Fields: []string{"distance"},
			DeviceClass: "distance", Unit: "m", StateClass: "total", Precision: 0, Icon: "mdi:map-marker-distance",
			Enabled: true,
			Note:    "last_reset = local midnight",
		},
		{
			Key: "activity_floors_climbed_today", Name: "Floors climbed today", Fields: []string{"elevation"},
			Unit: "floors", StateClass: "total", Precision: 0, Icon: "mdi:stairs-up", Enabled: true,
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_soft_duration_today", Name: "Soft activity today", Fields: []string{"soft"},
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_moderate_duration_today", Name: "Moderate activity today", Fields: []string{"moderate"},
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_intense_duration_today", Name: "Intense activity today", Fields: []string{"intense"},
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_active_duration_today", Name: "Active time today", Fields: []string{"active"},
			DeviceClass: "duration", Unit: "s", StateClass: "total", Enabled: true,
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_active_calories_burnt_today", Name: "Active calories burnt today",
			Unit: "kcal", StateClass: "total", Precision: 0, Enabled: true,
			Fields: []string{"calories"},
			Note:   "last_reset = local midnight",
		},
		{
			Key: "activity_total_calories_burnt_today", Name: "Total calories burnt today",
			Unit: "kcal", StateClass: "total", Precision: 0, Enabled: true,
			Fields: []string{"totalcalories"},
			Note:   "last_reset = local midnight",
		},
		{
			Key: "activity_heart_rate_average_bpm_today", Name: "Average heart rate today",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Fields: []string{"hr_average"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_min_bpm_today", Name: "Minimum heart rate today",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_min"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_max_bpm_today", Name: "Maximum heart rate today",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_max"}, ZeroIsNone: true,
		},
		{
			Key: "activity_heart_rate_zone_0_seconds_today", Name: "Time in light heart rate zone today",
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Fields: []string{"hr_zone_0"}, Needs: "hr_average",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_heart_rate_zone_1_seconds_today", Name: "Time in moderate heart rate zone today",
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Fields: []string{"hr_zone_1"}, Needs: "hr_average",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_heart_rate_zone_2_seconds_today", Name: "Time in intense heart rate zone today",
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Fields: []string{"hr_zone_2"}, Needs: "hr_average",
			Note: "last_reset = local midnight",
		},
		{
			Key: "activity_heart_rate_zone_3_seconds_today", Name: "Time in maximal heart rate zone today",
			DeviceClass: "duration", Unit: "s", StateClass: "total",
			Fields: []string{"hr_zone_3"}, Needs: "hr_average",
			Note: "last_reset = local midnight",
		},
	}
}

// intradayRows are the newest values of the series that a watch records all
// day.
func intradayRows() []Sensor {
	return []Sensor{
		{
			Key: "heart_rate_latest_bpm", Name: "Latest heart rate", Fields: []string{"heart_rate"}, ZeroIsNone: true,
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Note: "endpoint called only when a key needs it",
		},
		{
			Key: "spo2_latest_pct", Name: "Latest automatic SpO2", Fields: []string{"spo2_auto"}, ZeroIsNone: true,
			Unit: "%", Precision: 0,
		},
		{
			Key: "core_body_temperature_c", Name: "Core body temperature",
			DeviceClass: "temperature", Unit: "°C", Precision: 1,
			Fields: []string{"core_body_temperature"}, ZeroIsNone: true,
		},
		{
			Key: "respiratory_rate_latest_bpm", Name: "Latest respiratory rate",
			Unit: "br/min", Precision: 0,
			Fields: []string{"rr"}, ZeroIsNone: true,
		},
	}
}
