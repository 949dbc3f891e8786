package sensors

// workoutRows are the last workout.
func workoutRows() []Sensor {
	return []Sensor{
		{
			Key: "workout_type", Name: "Last workout type", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "getworkouts category, newest by end",
			Note:     "options: all names of reference 8.7 + other",
			Endpoint: EndpointWorkouts, Options: workoutNames(), NumberPrefix: categoryPrefix,
		},
		{
			Key: "workout_start", Name: "Last workout start", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "getworkouts startdate",
			Endpoint: EndpointWorkouts,
		},
		{
			Key: "workout_end", Name: "Last workout end", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getworkouts enddate",
			Endpoint: EndpointWorkouts,
		},
		{
			Key: "workout_duration", Name: "Last workout duration", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision, Icon: "mdi:timer", Enabled: true,
			Scope: ScopeProfile, Source: "enddate − startdate",
			Endpoint: EndpointWorkouts,
		},
		{
			Key: "workout_pause_duration", Name: "Pause during last workout", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision, Icon: "mdi:timer-pause",
			Scope: ScopeProfile, Source: "getworkouts pause_duration",
			Endpoint: EndpointWorkouts, Fields: []string{"pause_duration"},
		},
		{
			Key: "workout_active_calories_burnt", Name: "Calories burnt last workout", Platform: "sensor",
			Unit: "kcal", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getworkouts calories",
			Endpoint: EndpointWorkouts, Fields: []string{"calories"}, ZeroIsNone: true,
		},
		{
			Key: "workout_distance", Name: "Distance travelled last workout", Platform: "sensor",
			DeviceClass: "distance", Unit: "m", Precision: 0, Icon: "mdi:map-marker-distance", Enabled: true,
			Scope: ScopeProfile, Source: "getworkouts distance",
			Endpoint: EndpointWorkouts, Fields: []string{"distance"}, ZeroIsNone: true,
		},
		{
			Key: "workout_floors_climbed", Name: "Floors climbed last workout", Platform: "sensor",
			Unit: "floors", Precision: 0, Icon: "mdi:stairs-up",
			Scope: ScopeProfile, Source: "getworkouts elevation",
			Endpoint: EndpointWorkouts, Fields: []string{"elevation"},
		},
		{
			Key: "workout_intensity", Name: "Last workout intensity", Platform: "sensor",
			Precision: 0,
			Scope:     ScopeProfile, Source: "getworkouts intensity",
			Endpoint: EndpointWorkouts, Fields: []string{"intensity"}, ZeroIsNone: true,
		},
		{
			Key: "workout_steps", Name: "Steps last workout", Platform: "sensor",
			Unit: "steps", Precision: 0,
			Scope: ScopeProfile, Source: "getworkouts steps",
			Endpoint: EndpointWorkouts, Fields: []string{"steps"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_average_bpm", Name: "Average heart rate last workout", Platform: "sensor",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getworkouts hr_average",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_average"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_min_bpm", Name: "Minimum heart rate last workout", Platform: "sensor",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getworkouts hr_min",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_min"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_max_bpm", Name: "Maximum heart rate last workout", Platform: "sensor",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getworkouts hr_max",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_max"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_zone_0_seconds", Name: "Time in light heart rate zone last workout", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getworkouts hr_zone_0",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_zone_0"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_1_seconds", Name: "Time in moderate heart rate zone last workout", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getworkouts hr_zone_1",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_zone_1"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_2_seconds", Name: "Time in intense heart rate zone last workout", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getworkouts hr_zone_2",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_zone_2"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_3_seconds", Name: "Time in maximal heart rate zone last workout", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getworkouts hr_zone_3",
			Endpoint: EndpointWorkouts, Fields: []string{"hr_zone_3"}, Needs: "hr_average",
		},
		{
			Key: "workout_spo2_average_pct", Name: "Average SpO2 last workout", Platform: "sensor",
			Unit: "%", Precision: 0,
			Scope: ScopeProfile, Source: "getworkouts spo2_average",
			Endpoint: EndpointWorkouts, Fields: []string{"spo2_average"}, ZeroIsNone: true,
		},
		{
			Key: "workout_pool_laps", Name: "Pool laps last workout", Platform: "sensor",
			Precision: 0,
			Scope:     ScopeProfile, Source: "getworkouts pool_laps",
			Endpoint: EndpointWorkouts, Fields: []string{"pool_laps"}, ZeroIsNone: true,
		},
		{
			Key: "workout_strokes", Name: "Strokes last workout", Platform: "sensor",
			Precision: 0,
			Scope:     ScopeProfile, Source: "getworkouts strokes",
			Endpoint: EndpointWorkouts, Fields: []string{"strokes"}, ZeroIsNone: true,
		},
	}
}
