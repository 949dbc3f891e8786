// SPDX-License-Identifier: MIT

package deploy_test

// panel is a panel of a dashboard.
type panel struct {
	title, unit string
	// keys are the sensors, in the order of the legend.
	keys []string
	// bars draws totals of a day or night, stacked when there are several.
	bars bool
	// scale multiplies the values; 0 is 1.
	scale float64
	// trend adds a smoothed line.
	trend bool
	wide  bool
}

// dashboard is a dashboard.
type dashboard struct {
	name, title, description string
	panels                   []panel
}

// hours turns seconds into hours.
const hours = 1.0 / 3600

// dashboards are those in grafana/. Their keys are values of records: what the
// program computes from several records is not in the mirror.
func dashboards() []dashboard {
	return []dashboard{
		{
			name: "health", title: "Health", description: "Body, heart and activity, one series for each profile.",
			panels: []panel{
				{title: "Weight", unit: "masskg", keys: []string{"weight_kg"}, trend: true, wide: true},
				{
					title: "Body composition", unit: "masskg",
					keys: []string{"fat_mass_kg", "muscle_mass_kg", "hydration", "bone_mass_kg"},
				},
				{title: "Fat ratio", unit: "percent", keys: []string{"fat_ratio_pct"}, trend: true},
				{
					title: "Blood pressure", unit: "suffix: mmHg",
					keys: []string{"systolic_blood_pressure_mmhg", "diastolic_blood_pressure_mmhg"},
				},
				{title: "Heart rate", unit: "suffix: bpm", keys: []string{"heart_pulse_bpm", "sleep_heart_rate_min_bpm"}},
				{title: "Steps", unit: "short", keys: []string{"activity_steps_today"}, bars: true},
				{title: "Active energy", unit: "suffix: kcal", keys: []string{"activity_active_calories_burnt_today"}, bars: true},
				{title: "Sleep", unit: "suffix: h", keys: []string{"sleep_total_duration_seconds"}, bars: true, scale: hours},
				{title: "Blood oxygen", unit: "percent", keys: []string{"spo2_pct"}},
			},
		},
		{
			name: "sleep", title: "Sleep", description: "Nights, one point for each at the time of waking up.",
			panels: []panel{
				{
					title: "Stages", unit: "suffix: h", bars: true, scale: hours, wide: true,
					keys: []string{"sleep_deep_duration_seconds", "sleep_rem_duration_seconds", "sleep_light_duration_seconds"},
				},
				{title: "Score", unit: "short", keys: []string{"sleep_score"}, trend: true},
				{title: "Efficiency", unit: "percent", keys: []string{"sleep_efficiency_pct"}},
				{
					title: "Heart rate asleep", unit: "suffix: bpm",
					keys: []string{"sleep_heart_rate_max_bpm", "sleep_heart_rate_average_bpm", "sleep_heart_rate_min_bpm"},
				},
				{title: "Heart rate variability", unit: "suffix: ms", keys: []string{"sleep_hrv_rmssd_ms"}, trend: true},
				{title: "Respiratory rate", unit: "suffix: /min", keys: []string{"sleep_respiratory_average_bpm"}},
				{title: "Breathing disturbances", unit: "short", keys: []string{"sleep_breathing_disturbances_intensity"}},
				{title: "Snoring", unit: "suffix: h", keys: []string{"sleep_snoring"}, bars: true, scale: hours},
				{title: "Times awake", unit: "short", keys: []string{"sleep_wakeup_count"}, bars: true},
			},
		},
	}
}
