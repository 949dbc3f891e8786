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
				Description: "What the value is called in topics, entity ids and lists of measurements. It cannot be a key of the catalogue.",
			},
		}, {
			Key: Key{
				Path: in + "name", Type: TypeText, Example: "My value",
				Description: "What Home Assistant calls it; without it, the key in readable form.",
			},
		}, {
			Key: Key{
				Path: in + "unit", Type: TypeText, Example: "mg",
				Description: "Its unit.",
			},
		}, {
			Key: Key{
				Path: in + "precision", Type: TypeNumber, Min: 0, Max: 9, Example: "1",
				Description: "How many decimal places Home Assistant shows; without it, as many as come.",
			},
		}, {
			Key: Key{
				Path: in + "device_class", Type: TypeIdentifier, Example: "weight",
				Description: "Home Assistant's word for the kind of quantity. It must fit the unit, or there will be no entity.",
			},
		}, {
			Key: Key{
				Path: in + "icon", Type: TypeIcon, Example: "mdi:test-tube",
				Description: "The icon in Home Assistant.",
			},
		}, {
			Key: Key{
				Path: in + "enabled", Type: TypeBool, Default: "true", Example: "false",
				Description: "Whether Home Assistant shows the entity without being asked.",
			},
		},
	}
}
