// SPDX-License-Identifier: MIT

package sensors

// derivedRows are computed here; see derived.go and trend.go.
func derivedRows() []Sensor {
	return []Sensor{
		{
			Key: "bmi", Name: "Body mass index",
			Unit: "kg/m²", Precision: 1, Enabled: true,
			Source: "derived: weight_kg / height_m²",
		},
		{
			Key: "muscle_ratio_pct", Name: "Muscle ratio",
			Unit: "%", Precision: 1,
			Source: "derived: muscle_mass_kg / weight_kg of one group",
		},
		{
			Key: "bone_ratio_pct", Name: "Bone ratio",
			Unit: "%", Precision: 1,
			Source: "derived",
		},
		{
			Key: "hydration_pct", Name: "Water ratio",
			Unit: "%", Precision: 1,
			Source: "derived",
		},
		{
			Key: "weight_trend_kg", Name: "Weight trend",
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
			Source: "derived: exponentially smoothed, factor 0.1 a day",
		},
		{
			Key: "weight_change_7d_kg", Name: "Weight change, 7 days",
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
			Source: "derived from the trend",
		},
		{
			Key: "weight_change_30d_kg", Name: "Weight change, 30 days",
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
			Source: "derived from the trend",
		},
		{
			Key: "weight_to_goal_kg", Name: "Weight to goal",
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
			Source: "derived: weight_kg − weight_goal",
		},
		{
			Key: "pulse_pressure_mmhg", Name: "Pulse pressure",
			Unit: "mmHg", Precision: 0,
			Source: "derived: systolic − diastolic of one group",
		},
		{
			Key: "last_weighed", Name: "Last weigh-in",
			DeviceClass: "timestamp", Enabled: true,
			Source: "derived: measured_at of weight_kg",
		},
		{
			Key: "last_measured", Name: "Last measurement",
			DeviceClass: "timestamp", Enabled: true,
			Source: "derived: newest measured_at of the profile",
		},
	}
}
