package sensors

// bodyRows are the measure types of scales, cuffs and thermometers.
func bodyRows() []Sensor {
	return []Sensor{
		{
			Key: "weight_kg", Name: "Weight", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 1", Original: true,
			Endpoint: EndpointMeasures, Measure: 1,
		},
		{
			Key: "fat_mass_kg", Name: "Fat mass", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 8", Original: true,
			Endpoint: EndpointMeasures, Measure: 8,
		},
		{
			Key: "fat_free_mass_kg", Name: "Fat free mass", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 5", Original: true,
			Endpoint: EndpointMeasures, Measure: 5,
		},
		{
			Key: "muscle_mass_kg", Name: "Muscle mass", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 76", Original: true,
			Endpoint: EndpointMeasures, Measure: 76,
		},
		{
			Key: "bone_mass_kg", Name: "Bone mass", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:bone", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 88", Original: true,
			Endpoint: EndpointMeasures, Measure: 88,
		},
		{
			Key: "hydration", Name: "Hydration", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2, Icon: "mdi:water", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 77", Original: true,
			Note:     "kg; the original gave no unit",
			Endpoint: EndpointMeasures, Measure: 77,
		},
		{
			Key: "fat_ratio_pct", Name: "Fat ratio", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 6", Original: true,
			Endpoint: EndpointMeasures, Measure: 6,
		},
		{
			Key: "height_m", Name: "Height", Platform: "sensor",
			Unit: "m", StateClass: "measurement", Precision: 2,
			Scope: ScopeProfile, Source: "getmeas 4", Original: true,
			Note:     "no class: US systems would show feet",
			Endpoint: EndpointMeasures, Measure: 4,
		},
		{
			Key: "temperature_c", Name: "Temperature", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 12", Original: true,
			Endpoint: EndpointMeasures, Measure: 12,
		},
		{
			Key: "body_temperature_c", Name: "Body temperature", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 71", Original: true,
			Endpoint: EndpointMeasures, Measure: 71,
		},
		{
			Key: "skin_temperature_c", Name: "Skin temperature", Platform: "sensor",
			DeviceClass: "temperature", Unit: "°C", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 73", Original: true,
			Endpoint: EndpointMeasures, Measure: 73,
		},
		{
			Key: "diastolic_blood_pressure_mmhg", Name: "Diastolic blood pressure", Platform: "sensor",
			Unit: "mmHg", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 9", Original: true,
			Note:     "no class: US systems would show inHg",
			Endpoint: EndpointMeasures, Measure: 9,
		},
		{
			Key: "systolic_blood_pressure_mmhg", Name: "Systolic blood pressure", Platform: "sensor",
			Unit: "mmHg", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 10", Original: true,
			Endpoint: EndpointMeasures, Measure: 10,
		},
		{
			Key: "heart_pulse_bpm", Name: "Heart pulse", Platform: "sensor",
			Unit: "bpm", StateClass: "measurement", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 11", Original: true,
			Endpoint: EndpointMeasures, Measure: 11,
		},
		{
			Key: "spo2_pct", Name: "SpO2", Platform: "sensor",
			Unit: "%", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 54", Original: true,
			Endpoint: EndpointMeasures, Measure: 54,
		},
		{
			Key: "pulse_wave_velocity", Name: "Pulse wave velocity", Platform: "sensor",
			Unit: "m/s", StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 91", Original: true,
			Note:     "no class: US systems would show mph",
			Endpoint: EndpointMeasures, Measure: 91,
		},
		{
			Key: "vo2_max", Name: "VO2 max", Platform: "sensor",
			Unit: "ml/min/kg", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 123",
			Endpoint: EndpointMeasures, Measure: 123,
		},
		{
			Key: "vascular_age", Name: "Vascular age", Platform: "sensor",
			Unit: "years", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 155",
			Endpoint: EndpointMeasures, Measure: 155,
		},
		{
			Key: "extracellular_water", Name: "Extracellular water", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2,
			Scope: ScopeProfile, Source: "getmeas 168",
			Endpoint: EndpointMeasures, Measure: 168,
		},
		{
			Key: "intracellular_water", Name: "Intracellular water", Platform: "sensor",
			DeviceClass: "weight", Unit: "kg", StateClass: "measurement", Precision: 2,
			Scope: ScopeProfile, Source: "getmeas 169",
			Endpoint: EndpointMeasures, Measure: 169,
		},
		{
			Key: "visceral_fat", Name: "Visceral fat index", Platform: "sensor",
			StateClass: "measurement", Precision: 1, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 170",
			Endpoint: EndpointMeasures, Measure: 170,
		},
		{
			Key: "basal_metabolic_rate_kcal", Name: "Basal metabolic rate", Platform: "sensor",
			Unit: "kcal/d", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 226",
			Endpoint: EndpointMeasures, Measure: 226,
		},
		{
			Key: "metabolic_age", Name: "Metabolic age", Platform: "sensor",
			Unit: "years", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 227",
			Endpoint: EndpointMeasures, Measure: 227,
		},
		{
			Key: "blood_glucose_mgdl", Name: "Blood glucose", Platform: "sensor",
			DeviceClass: "blood_glucose_concentration", Unit: "mg/dL", StateClass: "measurement", Precision: 0, Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 119",
			Note:     "class needs Home Assistant 2024.12",
			Endpoint: EndpointMeasures, Measure: 119,
		},
	}
}

// electricRows are what electrodes measure: the heart, the skin, the nerves.
func electricRows() []Sensor {
	return []Sensor{
		{
			Key: "ecg_qrs_ms", Name: "ECG QRS duration", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 135",
			Note:     "seconds on the wire",
			Endpoint: EndpointMeasures, Measure: 135, Shift: 3,
		},
		{
			Key: "ecg_pr_ms", Name: "ECG PR interval", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 136",
			Note:     "seconds on the wire",
			Endpoint: EndpointMeasures, Measure: 136, Shift: 3,
		},
		{
			Key: "ecg_qt_ms", Name: "ECG QT interval", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 137",
			Note:     "seconds on the wire",
			Endpoint: EndpointMeasures, Measure: 137, Shift: 3,
		},
		{
			Key: "ecg_qtc_ms", Name: "ECG corrected QT interval", Platform: "sensor",
			DeviceClass: "duration", Unit: "ms", StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 138",
			Note:     "seconds on the wire",
			Endpoint: EndpointMeasures, Measure: 138, Shift: 3,
		},
		{
			Key: "ecg_afib", Name: "ECG result", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision, Icon: "mdi:heart-flash", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 130; heart list ecg.afib",
			Note:     "options from reference 8.4; no state_class",
			Endpoint: EndpointMeasures, Measure: 130, Options: rhythmClasses(), NumberPrefix: classPrefix,
		},
		{
			Key: "ppg_afib", Name: "Optical AFib result", Platform: "sensor",
			DeviceClass: "enum", Precision: NoPrecision, Icon: "mdi:heart-flash", Enabled: true,
			Scope: ScopeProfile, Source: "getmeas 139",
			Note:     "same options",
			Endpoint: EndpointMeasures, Measure: 139, Options: rhythmClasses(), NumberPrefix: classPrefix,
		},
		{
			Key: "electrodermal_activity_feet", Name: "Electrodermal activity feet", Platform: "sensor",
			Unit: "µS", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 196",
			Note:     "the rival labels it %",
			Endpoint: EndpointMeasures, Measure: 196,
		},
		{
			Key: "electrodermal_activity_left_foot", Name: "Electrodermal activity left foot", Platform: "sensor",
			Unit: "µS", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 197",
			Note:     "the rival labels it %",
			Endpoint: EndpointMeasures, Measure: 197,
		},
		{
			Key: "electrodermal_activity_right_foot", Name: "Electrodermal activity right foot", Platform: "sensor",
			Unit: "µS", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 198",
			Note:     "the rival labels it %",
			Endpoint: EndpointMeasures, Measure: 198,
		},
		{
			Key: "nerve_health_score_left_foot", Name: "Nerve health score left foot", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 158",
			Endpoint: EndpointMeasures, Measure: 158,
		},
		{
			Key: "nerve_health_score_right_foot", Name: "Nerve health score right foot", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 159",
			Endpoint: EndpointMeasures, Measure: 159,
		},
		{
			Key: "nerve_health_score_feet", Name: "Nerve health score feet", Platform: "sensor",
			StateClass: "measurement", Precision: 0,
			Scope: ScopeProfile, Source: "getmeas 167",
			Endpoint: EndpointMeasures, Measure: 167,
		},
		{
			Key: "electrochemical_skin_conductance", Name: "Electrochemical skin conductance", Platform: "sensor",
			Unit: "µS", StateClass: "measurement", Precision: 1,
			Scope: ScopeProfile, Source: "getmeas 229",
			Endpoint: EndpointMeasures, Measure: 229,
		},
	}
}
