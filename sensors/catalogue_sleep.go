package sensors

// sleepRows are how long and how deep the person slept.
func sleepRows() []Sensor {
	return []Sensor{
		{
			Key: "sleep_state", Name: "Sleep state", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "sleep get: newest stretch of the last 6 h", Original: true,
			Note:     "options awake, light, deep, rem, unknown; not live, says so",
			Endpoint: EndpointStages, Options: append(stageClasses(), unknownStage),
		},
		{
			Key: "sleep_deep_duration_seconds", Name: "Deep sleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary deepsleepduration", Original: true,
			Endpoint: EndpointNights, Fields: []string{"deepsleepduration"},
		},
		{
			Key: "sleep_light_duration_seconds", Name: "Light sleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary lightsleepduration", Original: true,
			Endpoint: EndpointNights, Fields: []string{"lightsleepduration"},
		},
		{
			Key: "sleep_rem_duration_seconds", Name: "REM sleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary remsleepduration", Original: true,
			Endpoint: EndpointNights, Fields: []string{"remsleepduration"},
		},
		{
			Key: "sleep_total_duration_seconds", Name: "Total sleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary total_sleep_time, else asleepduration",
			Endpoint: EndpointNights, Fields: []string{"total_sleep_time", "asleepduration"},
		},
		{
			Key: "sleep_in_bed_duration_seconds", Name: "Time in bed", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary total_timeinbed",
			Endpoint: EndpointNights, Fields: []string{"total_timeinbed"},
		},
		{
			Key: "sleep_start", Name: "Sleep start", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Icon: "mdi:bed-clock", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary startdate",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_end", Name: "Sleep end", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Icon: "mdi:bed-clock", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary enddate",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_fell_asleep", Name: "Fell asleep", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getsummary night_events 2 first",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_woke_up", Name: "Woke up", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getsummary night_events 3 last",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_tosleep_duration_seconds", Name: "Time to sleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep",
			Scope: ScopeProfile, Source: "getsummary sleep_latency, else durationtosleep", Original: true,
			Endpoint: EndpointNights, Fields: []string{"sleep_latency", "durationtosleep"},
		},
		{
			Key: "sleep_towakeup_duration_seconds", Name: "Time to wakeup", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep-off",
			Scope: ScopeProfile, Source: "getsummary wakeup_latency, else durationtowakeup", Original: true,
			Endpoint: EndpointNights, Fields: []string{"wakeup_latency", "durationtowakeup"},
		},
		{
			Key: "sleep_wakeup_count", Name: "Wakeup count", Platform: "sensor",
			Unit: "times", StateClass: "measurement", Precision: 0, Icon: "mdi:sleep-off", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary wakeupcount", Original: true,
			Endpoint: EndpointNights, Fields: []string{"wakeupcount"},
		},
		{
			Key: "sleep_wakeup_duration_seconds", Name: "Wakeup time", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep-off", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary wakeupduration", Original: true,
			Endpoint: EndpointNights, Fields: []string{"wakeupduration"},
		},
		{
			Key: "sleep_waso_seconds", Name: "Awake after falling asleep", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep-off",
			Scope: ScopeProfile, Source: "getsummary waso",
			Endpoint: EndpointNights, Fields: []string{"waso"},
		},
		{
			Key: "sleep_out_of_bed_count", Name: "Out of bed count", Platform: "sensor",
			Unit: "times", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary out_of_bed_count",
			Endpoint: EndpointNights, Fields: []string{"out_of_bed_count"},
		},
		{
			Key: "sleep_rem_episode_count", Name: "REM episodes", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary nb_rem_episodes",
			Endpoint: EndpointNights, Fields: []string{"nb_rem_episodes"},
		},
		{
			Key: "sleep_efficiency_pct", Name: "Sleep efficiency", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getsummary sleep_efficiency × 100",
			Endpoint: EndpointNights, Fields: []string{"sleep_efficiency"}, Shift: 2,
		},
		{
			Key: "sleep_score", Name: "Sleep score", Platform: "sensor",
			Unit: "points", StateClass: "measurement", Precision: 0, Icon: "mdi:medal", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary sleep_score",
			Endpoint: EndpointNights, Fields: []string{"sleep_score"},
		},
	}
}

// asleepRows are what was measured meanwhile, and the naps.
func asleepRows() []Sensor {
	return []Sensor{
		{
			Key: "sleep_heart_rate_average_bpm", Name: "Average heart rate asleep", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getsummary hr_average", Original: true,
			Endpoint: EndpointNights, Fields: []string{"hr_average"},
		},
		{
			Key: "sleep_heart_rate_max_bpm", Name: "Maximum heart rate asleep", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getsummary hr_max", Original: true,
			Endpoint: EndpointNights, Fields: []string{"hr_max"},
		},
		{
			Key: "sleep_heart_rate_min_bpm", Name: "Minimum heart rate asleep", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse",
			Scope: ScopeProfile, Source: "getsummary hr_min", Original: true,
			Endpoint: EndpointNights, Fields: []string{"hr_min"},
		},
		{
			Key: "sleep_respiratory_average_bpm", Name: "Average respiratory rate asleep", Platform: "sensor",
			Unit: "br/min", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getsummary rr_average", Original: true,
			Endpoint: EndpointNights, Fields: []string{"rr_average"},
		},
		{
			Key: "sleep_respiratory_max_bpm", Name: "Maximum respiratory rate asleep", Platform: "sensor",
			Unit: "br/min", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary rr_max", Original: true,
			Endpoint: EndpointNights, Fields: []string{"rr_max"},
		},
		{
			Key: "sleep_respiratory_min_bpm", Name: "Minimum respiratory rate asleep", Platform: "sensor",
			Unit: "br/min", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary rr_min", Original: true,
			Endpoint: EndpointNights, Fields: []string{"rr_min"},
		},
		{
			Key: "sleep_breathing_disturbances_intensity", Name: "Breathing disturbances intensity", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary breathing_disturbances_intensity",
			Endpoint: EndpointNights, Fields: []string{"breathing_disturbances_intensity"},
		},
		{
			Key: "sleep_breathing_quality", Name: "Breathing quality", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary breathing_quality_assessment",
			Endpoint: EndpointNights, Fields: []string{"breathing_quality_assessment"},
		},
		{
			Key: "sleep_apnea_hypopnea_index", Name: "Apnea-hypopnea index", Platform: "sensor",
			Unit: "events/h", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary apnea_hypopnea_index",
			Endpoint: EndpointNights, Fields: []string{"apnea_hypopnea_index"},
		},
		{
			Key: "sleep_withings_index", Name: "Breathing event index", Platform: "sensor",
			Unit: "events/h", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary withings_index",
			Endpoint: EndpointNights, Fields: []string{"withings_index"},
		},
		{
			Key: "sleep_snoring", Name: "Snoring", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "getsummary snoring",
			Endpoint: EndpointNights, Fields: []string{"snoring"},
		},
		{
			Key: "sleep_snoring_episode_count", Name: "Snoring episode count", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary snoringepisodecount",
			Note:     "alias in configuration: sleep_snoring_eposode_count",
			Endpoint: EndpointNights, Fields: []string{"snoringepisodecount"},
		},
		{
			Key: "sleep_breathing_sounds_seconds", Name: "Breathing sounds", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getsummary breathing_sounds",
			Endpoint: EndpointNights, Fields: []string{"breathing_sounds"},
		},
		{
			Key: "sleep_breathing_sounds_episode_count", Name: "Breathing sounds episodes", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary breathing_sounds_episode_count",
			Endpoint: EndpointNights, Fields: []string{"breathing_sounds_episode_count"},
		},
		{
			Key: "sleep_hrv_start_ms", Name: "Sleep HRV, first part", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary rmssd_start_avg",
			Endpoint: EndpointNights, Fields: []string{"rmssd_start_avg"},
		},
		{
			Key: "sleep_hrv_end_ms", Name: "Sleep HRV, last part", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary rmssd_end_avg",
			Endpoint: EndpointNights, Fields: []string{"rmssd_end_avg"},
		},
		{
			Key: "sleep_hrv_rmssd_ms", Name: "Sleep HRV (RMSSD)", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "sleep get rmssd, mean over the night",
			Endpoint: EndpointSeries, Fields: []string{"rmssd"},
		},
		{
			Key: "sleep_hrv_sdnn_ms", Name: "Sleep HRV (SDNN)", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "sleep get sdnn_1, mean over the night",
			Endpoint: EndpointSeries, Fields: []string{"sdnn_1"},
		},
		{
			Key: "sleep_movement_score", Name: "Sleep movement score", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary mvt_score_avg",
			Endpoint: EndpointNights, Fields: []string{"mvt_score_avg"},
		},
		{
			Key: "sleep_movement_duration_seconds", Name: "Sleep movement time", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getsummary mvt_active_duration",
			Endpoint: EndpointNights, Fields: []string{"mvt_active_duration"},
		},
		{
			Key: "sleep_core_body_temperature_avg_c", Name: "Core body temperature asleep, average", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getsummary core_body_temperature_avg",
			Endpoint: EndpointNights, Fields: []string{"core_body_temperature_avg"},
		},
		{
			Key: "sleep_core_body_temperature_min_c", Name: "Core body temperature asleep, minimum", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getsummary core_body_temperature_min",
			Endpoint: EndpointNights, Fields: []string{"core_body_temperature_min"},
		},
		{
			Key: "sleep_core_body_temperature_max_c", Name: "Core body temperature asleep, maximum", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getsummary core_body_temperature_max",
			Endpoint: EndpointNights, Fields: []string{"core_body_temperature_max"},
		},
		{
			Key: "sleep_nap_count", Name: "Naps", Platform: "sensor",
			Unit: "times", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getsummary rows of the date that are not the night",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_nap_duration_seconds", Name: "Nap time", Platform: "sensor",
			DeviceClass: "duration", Unit: "s", StateClass: "measurement", Precision: NoPrecision, Icon: "mdi:sleep",
			Scope: ScopeProfile, Source: "same, sum of total_sleep_time",
			Endpoint: EndpointNights,
		},
		{
			Key: "sleep_date", Name: "Night of", Platform: "sensor",
			DeviceClass: "date", Precision: NoPrecision,
			Scope: ScopeProfile, Source: "getsummary date",
			Endpoint: EndpointNights,
		},
	}
}
