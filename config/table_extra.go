// SPDX-License-Identifier: MIT

package config

// extraTypeRows describe the measure types that a user adds to the catalogue.
// extraTypeFields are the places of their values.
func extraTypeRows() []tableRow {
	const in = extraTypesPath + listInfix
	return []tableRow{
		row(extraTypesPath, TypeExtraTypes, func(c *Config) any { return &c.Withings.ExtraTypes }).
			example("[{type: 122, key: my_value}]").
			describe("Measure types that are not in the catalogue: each gets a key here, which can then be used in " +
				"measurements and is part of \"all\". Without it, the key is type_ and the number."),
		row(in+"type", TypeNumber, nil).
			required().bounds(1, 99999).example("122").
			describe("The number of the measure type in the Withings API."),
		row(in+"key", TypeIdentifier, nil).
			required().example("my_value").
			describe("The key in topics, entity ids and lists of measurements. It must not be in the catalogue."),
		row(in+"name", TypeText, nil).
			example("My value").
			describe("The entity name in Home Assistant; defaults to the key in readable form."),
		row(in+"unit", TypeText, nil).
			example("mg").
			describe("The unit."),
		row(in+"precision", TypeNumber, nil).
			bounds(0, 9).example("1").
			describe("Decimal places shown in Home Assistant; defaults to all."),
		row(in+"device_class", TypeIdentifier, nil).
			example("weight").
			describe("The Home Assistant device class. It must match the unit, or the entity is rejected."),
		row(in+"icon", TypeIcon, nil).
			example("mdi:test-tube").
			describe("The icon in Home Assistant."),
		row(in+"enabled", TypeBool, nil).
			defaults("true").example("false").
			describe("Whether the entity is enabled by default."),
	}
}
