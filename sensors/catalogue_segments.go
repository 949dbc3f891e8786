package sensors

// segmentRows are the parts of the body that a scale with a handle tells apart.
func segmentRows() []Sensor {
	return []Sensor{
		{
			Key: "fat_free_mass_for_segments_torso", Name: "Fat free mass in torso", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 173 position 12",
			Endpoint: EndpointMeasures, Measure: 173, Position: 12,
		},
		{
			Key: "fat_free_mass_for_segments_left_arm", Name: "Fat free mass in left arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 173 position 3",
			Endpoint: EndpointMeasures, Measure: 173, Position: 3,
		},
		{
			Key: "fat_free_mass_for_segments_right_arm", Name: "Fat free mass in right arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 173 position 2",
			Endpoint: EndpointMeasures, Measure: 173, Position: 2,
		},
		{
			Key: "fat_free_mass_for_segments_left_leg", Name: "Fat free mass in left leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 173 position 10",
			Endpoint: EndpointMeasures, Measure: 173, Position: 10,
		},
		{
			Key: "fat_free_mass_for_segments_right_leg", Name: "Fat free mass in right leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 173 position 11",
			Endpoint: EndpointMeasures, Measure: 173, Position: 11,
		},
		{
			Key: "fat_mass_for_segments_torso", Name: "Fat mass in torso", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 174 position 12",
			Endpoint: EndpointMeasures, Measure: 174, Position: 12,
		},
		{
			Key: "fat_mass_for_segments_left_arm", Name: "Fat mass in left arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 174 position 3",
			Endpoint: EndpointMeasures, Measure: 174, Position: 3,
		},
		{
			Key: "fat_mass_for_segments_right_arm", Name: "Fat mass in right arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 174 position 2",
			Endpoint: EndpointMeasures, Measure: 174, Position: 2,
		},
		{
			Key: "fat_mass_for_segments_left_leg", Name: "Fat mass in left leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 174 position 10",
			Endpoint: EndpointMeasures, Measure: 174, Position: 10,
		},
		{
			Key: "fat_mass_for_segments_right_leg", Name: "Fat mass in right leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 174 position 11",
			Endpoint: EndpointMeasures, Measure: 174, Position: 11,
		},
		{
			Key: "muscle_mass_for_segments_torso", Name: "Muscle mass in torso", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 175 position 12",
			Endpoint: EndpointMeasures, Measure: 175, Position: 12,
		},
		{
			Key: "muscle_mass_for_segments_left_arm", Name: "Muscle mass in left arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 175 position 3",
			Endpoint: EndpointMeasures, Measure: 175, Position: 3,
		},
		{
			Key: "muscle_mass_for_segments_right_arm", Name: "Muscle mass in right arm", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 175 position 2",
			Endpoint: EndpointMeasures, Measure: 175, Position: 2,
		},
		{
			Key: "muscle_mass_for_segments_left_leg", Name: "Muscle mass in left leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 175 position 10",
			Endpoint: EndpointMeasures, Measure: 175, Position: 10,
		},
		{
			Key: "muscle_mass_for_segments_right_leg", Name: "Muscle mass in right leg", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 175 position 11",
			Endpoint: EndpointMeasures, Measure: 175, Position: 11,
		},
	}
}

// urineRows are the analytes of the urine station, and the row for every
// number without a name.
func urineRows() []Sensor {
	return []Sensor{
		{
			Key: "urine_ph", Name: "Urine pH", Platform: "sensor",
			StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 147",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 147,
		},
		{
			Key: "urine_specific_gravity", Name: "Urine specific gravity", Platform: "sensor",
			StateClass: "measurement", Precision: 3,
			Scope: ScopeProfile, Source: "getmeas 148",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 148,
		},
		{
			Key: "urine_nitrites", Name: "Urine nitrites", Platform: "sensor",
			Unit: "µmol/L", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 151",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 151,
		},
		{
			Key: "urine_ketones", Name: "Urine ketones", Platform: "sensor",
			Unit: "mmol/L", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 204",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 204,
		},
		{
			Key: "urine_vitamin_c", Name: "Urine vitamin C", Platform: "sensor",
			Unit: "mmol/L", StateClass: "measurement", Precision: 2,
			Scope: ScopeProfile, Source: "getmeas 205",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 205,
		},
		{
			Key: "urine_calcium", Name: "Urine calcium", Platform: "sensor",
			Unit: "mmol/L", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 248",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 248,
		},
		{
			Key: "urine_creatinine", Name: "Urine creatinine", Platform: "sensor",
			Unit: "mmol/L", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 249",
			Note:     "provisional unit",
			Endpoint: EndpointMeasures, Measure: 249,
		},
		{
			Key: "type_<n>", Name: "Measure type <n>", Platform: "sensor",
			StateClass: "measurement", Precision: NoPrecision, EntityCategory: "diagnostic",
			Scope: ScopeProfile, Source: "getmeas, any number not in this table",
			Note:     "one per unknown number; as delivered, no unit",
			Endpoint: EndpointMeasures,
		},
	}
}
