// SPDX-License-Identifier: MIT

package sensors

// segmentRows are the body segments of a scale with a handle.
func segmentRows() []Sensor {
	return []Sensor{
		{
			Key: "fat_free_mass_for_segments_torso", Name: "Fat free mass in torso", Measure: 173, Position: 12,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_free_mass_for_segments_left_arm", Name: "Fat free mass in left arm", Measure: 173, Position: 3,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "fat_free_mass_for_segments_right_arm", Name: "Fat free mass in right arm", Measure: 173, Position: 2,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "fat_free_mass_for_segments_left_leg", Name: "Fat free mass in left leg", Measure: 173, Position: 10,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_free_mass_for_segments_right_leg", Name: "Fat free mass in right leg", Measure: 173, Position: 11,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_mass_for_segments_torso", Name: "Fat mass in torso", Measure: 174, Position: 12,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_mass_for_segments_left_arm", Name: "Fat mass in left arm", Measure: 174, Position: 3,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "fat_mass_for_segments_right_arm", Name: "Fat mass in right arm", Measure: 174, Position: 2,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "fat_mass_for_segments_left_leg", Name: "Fat mass in left leg", Measure: 174, Position: 10,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "fat_mass_for_segments_right_leg", Name: "Fat mass in right leg", Measure: 174, Position: 11,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "muscle_mass_for_segments_torso", Name: "Muscle mass in torso", Measure: 175, Position: 12,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "muscle_mass_for_segments_left_arm", Name: "Muscle mass in left arm", Measure: 175, Position: 3,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "muscle_mass_for_segments_right_arm", Name: "Muscle mass in right arm", Measure: 175, Position: 2,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Icon: "mdi:arm-flex", Enabled: true,
		},
		{
			Key: "muscle_mass_for_segments_left_leg", Name: "Muscle mass in left leg", Measure: 175, Position: 10,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
		{
			Key: "muscle_mass_for_segments_right_leg", Name: "Muscle mass in right leg", Measure: 175, Position: 11,
			DeviceClass: "weight", Unit: "kg", Precision: 2, Enabled: true,
		},
	}
}

// urineRows are the analytes of the urine station, and the row for every
// number without a name.
func urineRows() []Sensor {
	return []Sensor{
		{
			Key: "urine_ph", Name: "Urine pH", Measure: 147,
			Precision: 1,
			Note:      "provisional unit",
		},
		{
			Key: "urine_specific_gravity", Name: "Urine specific gravity", Measure: 148,
			Precision: 3,
			Note:      "provisional unit",
		},
		{
			Key: "urine_nitrites", Name: "Urine nitrites", Measure: 151,
			Unit: "µmol/L", Precision: 0,
			Note: "provisional unit",
		},
		{
			Key: "urine_ketones", Name: "Urine ketones", Measure: 204,
			Unit: "mmol/L", Precision: 1,
			Note: "provisional unit",
		},
		{
			Key: "urine_vitamin_c", Name: "Urine vitamin C", Measure: 205,
			Unit: "mmol/L", Precision: 2,
			Note: "provisional unit",
		},
		{
			Key: "urine_calcium", Name: "Urine calcium", Measure: 248,
			Unit: "mmol/L", Precision: 1,
			Note: "provisional unit",
		},
		{
			Key: "urine_creatinine", Name: "Urine creatinine", Measure: 249,
			Unit: "mmol/L", Precision: 1,
			Note: "provisional unit",
		},
		{
			Key: "type_<n>", Name: "Measure type <n>", Endpoint: EndpointMeasures,
			Precision: NoPrecision, EntityCategory: "diagnostic",
			Source: "getmeas, any number not in this table",
			Note:   "one per unknown number; as delivered, no unit",
		},
	}
}
