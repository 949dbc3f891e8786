// SPDX-License-Identifier: MIT

package sensors

// sleepRows are the duration and depth of sleep.
func sleepRows() []Sensor {
	return []Sensor{
		{
			Key: "sleep_state", Name: "Sleep state",
			DeviceClass: "enum", Icon: "mdi:sleep", Enabled: true,
			Endpoint: EndpointStages, Options: append(stageClasses(), unknownStage), Original: true,
			Source: "sleep get: newest stretch of the last 6 h",
			Note:   "options awake, light, deep, rem, unknown; not live, says so",
		},
		{
			Key: "sleep_deep_duration_seconds", Name: "Deep sleep",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep", Enabled: true,
			Fields: []string{"deepsleepduration"}, Original: true,
		},
		{
			Key: "sleep_light_duration_seconds", Name: "Light sleep",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep", Enabled: true,
			Fields: []string{"lightsleepduration"}, Original: true,
		},
		{
			Key: "sleep_rem_duration_seconds", Name: "REM sleep", Fields: []string{"remsleepduration"}, Original: true,
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep", Enabled: true,
		},
		{
			Key: "sleep_total_duration_seconds", Name: "Total sleep",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep", Enabled: true,
			Fields: []string{"total_sleep_time", "asleepduration"},
		},
		{
			Key: "sleep_in_bed_duration_seconds", Name: "Time in bed", Fields: []string{"total_timeinbed"},
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep", Enabled: true,
		},
		{
			Key: "sleep_start", Name: "Sleep start",
			DeviceClass: "timestamp", Icon: "mdi:bed-clock", Enabled: true,
			Source: "getsummary startdate",
		},
		{
			Key: "sleep_end", Name: "Sleep end",
			DeviceClass: "timestamp", Icon: "mdi:bed-clock", Enabled: true,
			Source: "getsummary enddate",
		},
		{
			Key: "sleep_fell_asleep", Name: "Fell asleep",
			DeviceClass: "timestamp",
			Source:      "getsummary night_events 2 first",
		},
		{
			Key: "sleep_woke_up", Name: "Woke up",
			DeviceClass: "timestamp",
			Source:      "getsummary night_events 3 last",
		},
		{
			Key: "sleep_tosleep_duration_seconds", Name: "Time to sleep",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep",
			Fields: []string{"sleep_latency", "durationtosleep"}, Original: true,
		},
		{
			Key: "sleep_towakeup_duration_seconds", Name: "Time to wakeup",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep-off",
			Fields: []string{"wakeup_latency", "durationtowakeup"}, Original: true,
		},
		{
			Key: "sleep_wakeup_count", Name: "Wakeup count", Fields: []string{"wakeupcount"}, Original: true,
			Unit: "times", Precision: 0, Icon: "mdi:sleep-off", Enabled: true,
		},
		{
			Key: "sleep_wakeup_duration_seconds", Name: "Wakeup time",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep-off", Enabled: true,
			Fields: []string{"wakeupduration"}, Original: true,
		},
		{
			Key: "sleep_waso_seconds", Name: "Awake after falling asleep", Fields: []string{"waso"},
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep-off",
		},
		{
			Key: "sleep_out_of_bed_count", Name: "Out of bed count", Fields: []string{"out_of_bed_count"},
			Unit: "times", Precision: 0,
		},
		{
			Key: "sleep_rem_episode_count", Name: "REM episodes",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"nb_rem_episodes"},
		},
		{
			Key: "sleep_efficiency_pct", Name: "Sleep efficiency", Fields: []string{"sleep_efficiency"}, Shift: 2,
			Unit: "%", Precision: 0, Enabled: true,
			Source: "getsummary sleep_efficiency × 100",
		},
		{
			Key: "sleep_score", Name: "Sleep score", Fields: []string{"sleep_score"},
			Unit: "points", Precision: 0, Icon: "mdi:medal", Enabled: true,
		},
	}
}

// asleepRows are what was measured during sleep, and the naps.
func asleepRows() []Sensor {
	return []Sensor{
		{
			Key: "sleep_heart_rate_average_bpm", Name: "Average heart rate asleep",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Fields: []string{"hr_average"}, Original: true,
		},
		{
			Key: "sleep_heart_rate_max_bpm", Name: "Maximum heart rate asleep",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_max"}, Original: true,
		},
		{
			Key: "sleep_heart_rate_min_bpm", Name: "Minimum heart rate asleep",
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse",
			Fields: []string{"hr_min"}, Original: true,
		},
		{
			Key: "sleep_respiratory_average_bpm", Name: "Average respiratory rate asleep",
			Unit: "br/min", Precision: 0, Enabled: true,
			Fields: []string{"rr_average"}, Original: true,
		},
		{
			Key: "sleep_respiratory_max_bpm", Name: "Maximum respiratory rate asleep",
			Unit: "br/min", Precision: 0,
			Fields: []string{"rr_max"}, Original: true,
		},
		{
			Key: "sleep_respiratory_min_bpm", Name: "Minimum respiratory rate asleep",
			Unit: "br/min", Precision: 0,
			Fields: []string{"rr_min"}, Original: true,
		},
		{
			Key: "sleep_breathing_disturbances_intensity", Name: "Breathing disturbances intensity",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"breathing_disturbances_intensity"},
		},
		{
			Key: "sleep_breathing_quality", Name: "Breathing quality",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"breathing_quality_assessment"},
		},
		{
			Key: "sleep_apnea_hypopnea_index", Name: "Apnea-hypopnea index", Fields: []string{"apnea_hypopnea_index"},
			Unit: "events/h", Precision: 0,
		},
		{
			Key: "sleep_withings_index", Name: "Breathing event index", Fields: []string{"withings_index"},
			Unit: "events/h", Precision: 0,
		},
		{
			Key: "sleep_snoring", Name: "Snoring", Fields: []string{"snoring"},
			DeviceClass: "duration", Unit: "s", Enabled: true,
		},
		{
			Key: "sleep_snoring_episode_count", Name: "Snoring episode count",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"snoringepisodecount"},
			Note: "alias in configuration: sleep_snoring_eposode_count",
		},
		{
			Key: "sleep_breathing_sounds_seconds", Name: "Breathing sounds", Fields: []string{"breathing_sounds"},
			DeviceClass: "duration", Unit: "s",
		},
		{
			Key: "sleep_breathing_sounds_episode_count", Name: "Breathing sounds episodes",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"breathing_sounds_episode_count"},
		},
		{
			Key: "sleep_hrv_start_ms", Name: "Sleep HRV, first part", Fields: []string{"rmssd_start_avg"},
			DeviceClass: "duration", Unit: "ms", Precision: 0,
		},
		{
			Key: "sleep_hrv_end_ms", Name: "Sleep HRV, last part", Fields: []string{"rmssd_end_avg"},
			DeviceClass: "duration", Unit: "ms", Precision: 0,
		},
		{
			Key: "sleep_hrv_rmssd_ms", Name: "Sleep HRV (RMSSD)", Endpoint: EndpointSeries, Fields: []string{"rmssd"},
			DeviceClass: "duration", Unit: "ms", Precision: 0, Enabled: true,
		},
		{
			Key: "sleep_hrv_sdnn_ms", Name: "Sleep HRV (SDNN)", Endpoint: EndpointSeries, Fields: []string{"sdnn_1"},
			DeviceClass: "duration", Unit: "ms", Precision: 0,
		},
		{
			Key: "sleep_movement_score", Name: "Sleep movement score",
			Precision: 0,
			Endpoint:  EndpointNights, Fields: []string{"mvt_score_avg"},
		},
		{
			Key: "sleep_movement_duration_seconds", Name: "Sleep movement time",
			DeviceClass: "duration", Unit: "s",
			Fields: []string{"mvt_active_duration"},
		},
		{
			Key: "sleep_core_body_temperature_avg_c", Name: "Core body temperature asleep, average",
			DeviceClass: "temperature", Unit: "°C", Precision: 1,
			Fields: []string{"core_body_temperature_avg"},
		},
		{
			Key: "sleep_core_body_temperature_min_c", Name: "Core body temperature asleep, minimum",
			DeviceClass: "temperature", Unit: "°C", Precision: 1,
			Fields: []string{"core_body_temperature_min"},
		},
		{
			Key: "sleep_core_body_temperature_max_c", Name: "Core body temperature asleep, maximum",
			DeviceClass: "temperature", Unit: "°C", Precision: 1,
			Fields: []string{"core_body_temperature_max"},
		},
		{
			Key: "sleep_nap_count", Name: "Naps",
			Unit: "times", Precision: 0,
			Source: "getsummary rows of the date that are not the night",
		},
		{
			Key: "sleep_nap_duration_seconds", Name: "Nap time",
			DeviceClass: "duration", Unit: "s", Icon: "mdi:sleep",
			Source: "same, sum of total_sleep_time",
		},
		{
			Key: "sleep_date", Name: "Night of",
			DeviceClass: "date",
			Source:      "getsummary date",
		},
	}
}
