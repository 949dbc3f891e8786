package config

// extraRows describe the measure types that a user adds to the catalogue. Their
// values have their places in extraFields.
func extraRows() []row {
	const in = extraPath + inList
	return []row{
		{
			Key: Key{
				Path: extraPath, Type: TypeExtras, Example: "[{type: 122, key: my_value}]",
				Text: "Measure types that the catalogue has no row for yet: each gets a key here, which can then stand in measurements " +
					"and is part of \"all\". Without it, such a value is called type_ and its number.",
			},
		}, {
			Key: Key{
				Path: in + "type", Type: TypeNumber, Required: true, Low: 1, High: 99999, Example: "122",
				Text: "The number of the measure type in the vendor's interface.",
			},
		}, {
			Key: Key{
				Path: in + "key", Type: TypeWord, Required: true, Example: "my_value",
				Text: "What the value is called in topics, entity ids and lists of measurements. It cannot be a key of the catalogue.",
			},
		}, {
			Key: Key{
				Path: in + "name", Type: TypeText, Example: "My value",
				Text: "What Home Assistant calls it; without it, the key in readable form.",
			},
		}, {
			Key: Key{
				Path: in + "unit", Type: TypeText, Example: "mg",
				Text: "Its unit.",
			},
		}, {
			Key: Key{
				Path: in + "precision", Type: TypeNumber, Low: 0, High: 9, Example: "1",
				Text: "How many decimal places Home Assistant shows; without it, as many as come.",
			},
		}, {
			Key: Key{
				Path: in + "device_class", Type: TypeWord, Example: "weight",
				Text: "Home Assistant's word for the kind of quantity. It must fit the unit, or there will be no entity.",
			},
		}, {
			Key: Key{
				Path: in + "icon", Type: TypeIcon, Example: "mdi:test-tube",
				Text: "The icon in Home Assistant.",
			},
		}, {
			Key: Key{
				Path: in + "enabled", Type: TypeSwitch, Default: "true", Example: "false",
				Text: "Whether Home Assistant shows the entity without being asked.",
			},
		},
	}
}
