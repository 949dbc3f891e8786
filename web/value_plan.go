// SPDX-License-Identifier: MIT

package web

import "vitals2mqtt/sensors"

// Keys with a part in a chart of several values.
const (
	keySystolic  = "systolic_blood_pressure_mmhg"
	keyDiastolic = "diastolic_blood_pressure_mmhg"
	keyPulse     = "heart_pulse_bpm"
	keyWeight    = "weight_kg"
	keyChange    = "weight_change_30d_kg"
)

// chartPlan is what the chart of a value shows.
type chartPlan struct {
	// Keys are those of the lines. None means that the archive does not keep the
	// value.
	Keys []string
	// Name is the key of the text that names several lines, "" for one line.
	Name string
	// Computed means that the value itself is not archived: the chart shows what
	// it is computed from.
	Computed bool
	// Goal is the key of the value to reach, "" for none.
	Goal string
	// Trend adds the weight trend.
	Trend bool
	// Bars are for totals of a day.
	Bars bool
	// Texts have a table and no chart.
	Texts bool
}

// planOf returns the plan for a row of the catalogue, or of the extra rows of a
// profile. With pressure, pulse is shown together with the blood pressure.
func planOf(row sensors.Sensor, extra []sensors.Sensor, pressure bool) chartPlan {
	if row.Scope != "" && row.Scope != sensors.ScopeProfile {
		return chartPlan{}
	}
	key, computed := row.Key, false
	if source, found := computedFrom()[key]; found {
		key, computed = source, true
	}
	plan := chartPlan{
		Keys:     []string{key},
		Computed: computed,
		Goal:     goals()[key],
		Trend:    key == keyWeight,
		Bars:     row.StateClass == "total",
		Texts:    isText(row) && !computed,
	}
	switch {
	case key == keySystolic, key == keyDiastolic, key == keyPulse && pressure:
		plan.Keys, plan.Name = []string{keySystolic, keyDiastolic, keyPulse}, "value.blood_pressure"
	case len(sensors.PlacesOf(key, extra)) == 0:
		plan.Keys = nil
	}
	return plan
}

// computedFrom are the keys of values that are not archived, with what they are
// computed from.
func computedFrom() map[string]string {
	return map[string]string{
		"bmi":                 keyWeight,
		"weight_trend_kg":     keyWeight,
		"weight_change_7d_kg": keyWeight,
		keyChange:             keyWeight,
		"weight_to_goal_kg":   keyWeight,
		"last_weighed":        keyWeight,
		"muscle_ratio_pct":    "muscle_mass_kg",
		"bone_ratio_pct":      "bone_mass_kg",
		"hydration_pct":       "hydration",
		"pulse_pressure_mmhg": keySystolic,
	}
}

// goals are the keys of goals by the key of the value.
func goals() map[string]string {
	return map[string]string{
		keyWeight:                      "weight_goal",
		"activity_steps_today":         "step_goal",
		"sleep_total_duration_seconds": "sleep_goal",
	}
}

// isText reports whether a row shows texts, dates or states instead of numbers.
func isText(row sensors.Sensor) bool {
	switch row.DeviceClass {
	case "enum", "timestamp", "date":
		return true
	}
	return row.Platform == "binary_sensor" || len(row.Options) > 0
}
