// SPDX-License-Identifier: MIT

package homeassistant

// unitClass returns Home Assistant's class for a unit that it can convert, nil
// for others. Home Assistant refuses a class that does not have the unit.
func unitClass(unit string) *string {
	class, known := unitClasses()[unit]
	if !known {
		return nil
	}
	return &class
}

// unitClasses lists the units of measurements, by unit.
func unitClasses() map[string]string {
	return map[string]string{
		"kg":    "mass",
		"g":     "mass",
		"m":     "distance",
		"km":    "distance",
		"cm":    "distance",
		"ms":    "duration",
		"s":     "duration",
		"min":   "duration",
		"h":     "duration",
		"d":     "duration",
		"°C":    "temperature",
		"mmHg":  "pressure",
		"m/s":   "speed",
		"km/h":  "speed",
		"kcal":  "energy",
		"mg/dL": "blood_glucose_concentration",
		"%":     "unitless",
	}
}
