// SPDX-License-Identifier: MIT

package sensors

// workoutRows are the values of the last workout.
func workoutRows() []Sensor {
	return []Sensor{
		{
			Key: "workout_type", Name: "Last workout type", Options: workoutNames(), NumberPrefix: categoryPrefix,
			DeviceClass: "enum", Enabled: true,
			Source: "getworkouts category, newest by end",
			Note:   "options: all names of reference 8.7 + other",
		},
		{
			Key: "workout_start", Name: "Last workout start",
			DeviceClass: "timestamp", Enabled: true,
			Source: "getworkouts startdate",
		},
		{
			Key: "workout_end", Name: "Last workout end",
			DeviceClass: "timestamp",
			Source:      "getworkouts enddate",
		},
		{
			Key: "workout_duration", Name: "Last workout duration",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:timer", Enabled: true,
			Source: "enddate − startdate",
		},
		{
			Key: "workout_pause_duration", Name: "Pause during last workout", Fields: []string{"pause_duration"},
			DeviceClass: "duration", Unit: "s", Icon: "mdi:timer-pause",
		},
		{
			Key: "workout_active_calories_burnt", Name: "Calories burnt last workout",
			Unit: "kcal", Precision: 0, Enabled: true,
			Fields: []string{"calories"}, ZeroIsNone: true,
		},
		{
			Key: "workout_distance", Name: "Distance travelled last workout",
			DeviceClass: "distance", Unit: "m", Precision: 0, Icon: "mdi:map-marker-distance", Enabled: true,
			Fields: []string{"distance"}, ZeroIsNone: true,
		},
		{
			Key: "workout_floors_climbed", Name: "Floors climbed last workout", Fields: []string{"elevation"},
			Unit: "floors", Precision: 0, Icon: "mdi:stairs-up",
		},
		{
			Key: "workout_intensity", Name: "Last workout intensity",
			Precision: 0,
			Endpoint:  EndpointWorkouts, Fields: []string{"intensity"}, ZeroIsNone: true,
		},
		{
			Key: "workout_steps", Name: "Steps last workout", Fields: []string{"steps"}, ZeroIsNone: true,
			Unit: "steps", Precision: 0,
		},
		{
			Key: "workout_heart_rate_average_bpm", Name: "Average heart rate last workout",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Fields: []string{"hr_average"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_min_bpm", Name: "Minimum heart rate last workout",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_min"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_max_bpm", Name: "Maximum heart rate last workout",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_max"}, ZeroIsNone: true,
		},
		{
			Key: "workout_heart_rate_zone_0_seconds", Name: "Time in light heart rate zone last workout",
			DeviceClass: "duration", Unit: "s",
			Fields: []string{"hr_zone_0"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_1_seconds", Name: "Time in moderate heart rate zone last workout",
			DeviceClass: "duration", Unit: "s",
			Fields: []string{"hr_zone_1"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_2_seconds", Name: "Time in intense heart rate zone last workout",
			DeviceClass: "duration", Unit: "s",
			Fields: []string{"hr_zone_2"}, Needs: "hr_average",
		},
		{
			Key: "workout_heart_rate_zone_3_seconds", Name: "Time in maximal heart rate zone last workout",
			DeviceClass: "duration", Unit: "s",
			Fields: []string{"hr_zone_3"}, Needs: "hr_average",
		},
		{
			Key: "workout_spo2_average_pct", Name: "Average SpO2 last workout",
			Unit: "%", Precision: 0,
			Fields: []string{"spo2_average"}, ZeroIsNone: true,
		},
		{
			Key: "workout_pool_laps", Name: "Pool laps last workout",
			Precision: 0,
			Endpoint:  EndpointWorkouts, Fields: []string{"pool_laps"}, ZeroIsNone: true,
		},
		{
			Key: "workout_strokes", Name: "Strokes last workout",
			Precision: 0,
			Endpoint:  EndpointWorkouts, Fields: []string{"strokes"}, ZeroIsNone: true,
		},
	}
}
