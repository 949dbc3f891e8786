package config

// extraTypeRows describe the measure types that a user adds to the catalogue. Their
// values have their places in extraFields.
func extraTypeRows() []tableRow {
	const in = extraTypesPath + listInfix
	return []tableRow{
		{
			Key: Key{
				Path: extraTypesPath, Type: TypeExtraTypes, Example: "[{type: 122, key: my_value}]",
				Description: "Measure types that the catalogue has no row for yet: each gets a key here, which can then stand in measurements " +
					"and is part of \"all\". Without it, such a value is called type_ and its number.",
			},
		}, {
			Key: Key{
				Path: in + "type", Type: TypeNumber, Required: true, Min: 1, Max: 99999, Example: "122",
				Description: "The number of the measure type in the vendor's interface.",
			},
		}, {
			Key: Key{
				Path: in + "key", Type: TypeIdentifier, Required: true, Example: "my_value",
				Description: "The key in topics, entity ids and lists of measurements. It must not be in the catalogue.",
			},
		}, {
			Key: Key{
				Path: in + "name", Type: TypeText, Example: "My value",
				Description: "The entity name in Home Assistant; defaults to the key in readable form.",
			},
		}, {
			Key: Key{
				Path: in + "unit", Type: TypeText, Example: "mg",
				Description: "Its unit.",
			},
		}, {
			Key: Key{
				Path: in + "precision", Type: TypeNumber, Min: 0, Max: 9, Example: "1",
				Description: "Decimal places shown in Home Assistant; defaults to all.",
			},
		}, {
			Key: Key{
				Path: in + "device_class", Type: TypeIdentifier, Example: "weight",
				Description: "The Home Assistant device class. It must match the unit, or the entity is rejected.",
			},
		}, {
			Key: Key{
				Path: in + "icon", Type: TypeIcon, Example: "mdi:test-tube",
				Description: "The icon in Home Assistant.",
			},
		}, {
			Key: Key{
				Path: in + "enabled", Type: TypeBool, Default: "true", Example: "false",
				Description: "Whether the entity is enabled by default.",
			},
		},
	}
}
