package sensors

// derivedRows are computed here; derived.go and trend.go say how.
func derivedRows() []Sensor {
	return []Sensor{
		{
			Key: "bmi", Name: "Body mass index", Platform: "sensor",
			Unit: "kg/m²", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "derived: weight_kg / height_m²",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "muscle_ratio_pct", Name: "Muscle ratio", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "derived: muscle_mass_kg / weight_kg of one group",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "bone_ratio_pct", Name: "Bone ratio", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "derived",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "hydration_pct", Name: "Water ratio", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "derived",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "weight_trend_kg", Name: "Weight trend", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "derived: exponentially smoothed, factor 0.1 a day",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "weight_change_7d_kg", Name: "Weight change, 7 days", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "derived from the trend",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "weight_change_30d_kg", Name: "Weight change, 30 days", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "derived from the trend",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "weight_to_goal_kg", Name: "Weight to goal", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "derived: weight_kg − weight_goal",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "pulse_pressure_mmhg", Name: "Pulse pressure", Platform: "sensor",
			Unit: "mmHg", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "derived: systolic − diastolic of one group",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "last_weighed", Name: "Last weigh-in", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "derived: measured_at of weight_kg",
			Endpoint: EndpointMeasures,
		},
		{
			Key: "last_measured", Name: "Last measurement", Platform: "sensor",
			DeviceClass: "timestamp", Precision: NoPrecision, Enabled: true,
			Scope: ScopeProfile, Source: "derived: newest measured_at of the profile",
			Endpoint: EndpointMeasures,
		},
	}
}
