// SPDX-License-Identifier: MIT

package sensors

// bodyRows are the measure types of scales, cuffs and thermometers.
func bodyRows() []Sensor {
	return []Sensor{
		{
			Key: "weight_kg", Name: "Weight", Measure: 1, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_mass_kg", Name: "Fat mass", Measure: 8, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_free_mass_kg", Name: "Fat free mass", Measure: 5, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "muscle_mass_kg", Name: "Muscle mass", Measure: 76, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "bone_mass_kg", Name: "Bone mass", Measure: 88, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:bone", Enabled: true,
		},
		{
			Key: "hydration", Name: "Hydration", Measure: 77, Original: true,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:water", Enabled: true,
			Note: "kg; the original gave no unit",
		},
		{
			Key: "fat_ratio_pct", Name: "Fat ratio", Measure: 6, Original: true,
			Unit: "%", Precision: 1, Enabled: true,
		},
		{
			Key: "height_m", Name: "Height", Measure: 4, Original: true,
			Unit: "m", Precision: 2,
			Note: "no class: US systems would show feet",
		},
		{
			Key: "temperature_c", Name: "Temperature", Measure: 12, Original: true,
			DeviceClass: "temperature", Unit: "°C", Precision: 1, Enabled: true,
		},
		{
			Key: "body_temperature_c", Name: "Body temperature", Measure: 71, Original: true,
			DeviceClass: "temperature", Unit: "°C", Precision: 1, Enabled: true,
		},
		{
			Key: "skin_temperature_c", Name: "Skin temperature", Measure: 73, Original: true,
			DeviceClass: "temperature", Unit: "°C", Precision: 1, Enabled: true,
		},
		{
			Key: "diastolic_blood_pressure_mmhg", Name: "Diastolic blood pressure", Measure: 9, Original: true,
			Unit: "mmHg", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
			Note: "no class: US systems would show inHg",
		},
		{
			Key: "systolic_blood_pressure_mmhg", Name: "Systolic blood pressure", Measure: 10, Original: true,
			Unit: "mmHg", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
		},
		{
			Key: "heart_pulse_bpm", Name: "Heart pulse", Measure: 11, Original: true,
			Unit: "bpm", Precision: 0, Icon: "mdi:heart-pulse", Enabled: true,
		},
		{
			Key: "spo2_pct", Name: "SpO2", Measure: 54, Original: true,
			Unit: "%", Precision: 0, Enabled: true,
		},
		{
			Key: "pulse_wave_velocity", Name: "Pulse wave velocity", Measure: 91, Original: true,
			Unit: "m/s", Precision: 1, Enabled: true,
			Note: "no class: US systems would show mph",
		},
		{
			Key: "vo2_max", Name: "VO2 max", Measure: 123,
			Unit: "ml/min/kg", Precision: 0, Enabled: true,
		},
		{
			Key: "vascular_age", Name: "Vascular age", Measure: 155,
			Unit: "years", Precision: 0, Enabled: true,
		},
		{
			Key: "extracellular_water", Name: "Extracellular water", Measure: 168,
			DeviceClass: "weight", Unit: "kg", Precision: 2,
		},
		{
			Key: "intracellular_water", Name: "Intracellular water", Measure: 169,
			DeviceClass: "weight", Unit: "kg", Precision: 2,
		},
		{
			Key: "visceral_fat", Name: "Visceral fat index", Measure: 170,
			Precision: 1, Enabled: true,
		},
		{
			Key: "basal_metabolic_rate_kcal", Name: "Basal metabolic rate", Measure: 226,
			Unit: "kcal/d", Precision: 0, Enabled: true,
		},
		{
			Key: "metabolic_age", Name: "Metabolic age", Measure: 227,
			Unit: "years", Precision: 0, Enabled: true,
		},
		{
			Key: "blood_glucose_mgdl", Name: "Blood glucose", Measure: 119,
			DeviceClass: "blood_glucose_concentration", Unit: "mg/dL", Precision: 0, Enabled: true,
			Note: "class needs Home Assistant 2024.12",
		},
	}
}

// electricRows are what electrodes measure: the heart, the skin, the nerves.
func electricRows() []Sensor {
	return []Sensor{
		{
			Key: "ecg_qrs_ms", Name: "ECG QRS duration", Measure: 135, Shift: 3,
			DeviceClass: "duration", Unit: "ms", Precision: 0,
			Note: "seconds on the wire",
		},
		{
			Key: "ecg_pr_ms", Name: "ECG PR interval", Measure: 136, Shift: 3,
			DeviceClass: "duration", Unit: "ms", Precision: 0,
			Note: "seconds on the wire",
		},
		{
			Key: "ecg_qt_ms", Name: "ECG QT interval", Measure: 137, Shift: 3,
			DeviceClass: "duration", Unit: "ms", Precision: 0,
			Note: "seconds on the wire",
		},
		{
			Key: "ecg_qtc_ms", Name: "ECG corrected QT interval", Measure: 138, Shift: 3,
			DeviceClass: "duration", Unit: "ms", Precision: 0,
			Note: "seconds on the wire",
		},
		{
			Key: "ecg_afib", Name: "ECG result", Measure: 130, Options: rhythmClasses(), NumberPrefix: classPrefix,
			DeviceClass: "enum", Icon: "mdi:heart-flash", Enabled: true,
			Source: "getmeas 130; heart list ecg.afib",
			Note:   "options from reference 8.4; no state_class",
		},
		{
			Key: "ppg_afib", Name: "Optical AFib result",
			DeviceClass: "enum", Icon: "mdi:heart-flash", Enabled: true,
			Measure: 139, Options: rhythmClasses(), NumberPrefix: classPrefix,
			Note: "same options",
		},
		{
			Key: "electrodermal_activity_feet", Name: "Electrodermal activity feet", Measure: 196,
			Unit: "µS", Precision: 1,
			Note: "the rival labels it %",
		},
		{
			Key: "electrodermal_activity_left_foot", Name: "Electrodermal activity left foot", Measure: 197,
			Unit: "µS", Precision: 1,
			Note: "the rival labels it %",
		},
		{
			Key: "electrodermal_activity_right_foot", Name: "Electrodermal activity right foot", Measure: 198,
			Unit: "µS", Precision: 1,
			Note: "the rival labels it %",
		},
		{
			Key: "nerve_health_score_left_foot", Name: "Nerve health score left foot", Measure: 158,
			Precision: 0,
		},
		{
			Key: "nerve_health_score_right_foot", Name: "Nerve health score right foot", Measure: 159,
			Precision: 0,
		},
		{
			Key: "nerve_health_score_feet", Name: "Nerve health score feet", Measure: 167,
			Precision: 0,
		},
		{
			Key: "electrochemical_skin_conductance", Name: "Electrochemical skin conductance", Measure: 229,
			Unit: "µS", Precision: 1,
		},
	}
}
