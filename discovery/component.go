// SPDX-License-Identifier: MIT

package discovery

import (
	"strings"

	"vitals2mqtt/sensors"
)

// Payloads of on/off values.
const (
	payloadOn  = "ON"
	payloadOff = "OFF"
)

// newComponent returns a component without topics and templates. Its name is
// all that depends on the language.
func (s Site) newComponent(id, slug string, row sensors.Sensor) object {
	c := object{
		"platform":          row.Platform,
		"name":              s.Language.Name(row),
		"unique_id":         UniqueID(id, row.Key),
		"default_entity_id": EntityID(slug, row),
	}
	c.setText("device_class", row.DeviceClass)
	c.setText("icon", row.Icon)
	c.setText("entity_category", row.EntityCategory)
	if !row.Enabled {
		c["enabled_by_default"] = false
	}
	switch row.Platform {
	case "sensor":
		setSensorFields(c, row)
	case "binary_sensor":
		c["payload_on"], c["payload_off"] = payloadOn, payloadOff
	case "event":
		c["event_types"] = row.Options
	}
	return c
}

// EntityID is the entity id that Home Assistant gives to the value of a profile
// or device at first. Users can change it there.
func EntityID(slug string, row sensors.Sensor) string {
	return row.Platform + "." + entityStem(slug) + "_" + row.Key
}

func setSensorFields(c object, row sensors.Sensor) {
	c.setText("unit_of_measurement", Unit(row.Unit))
	c.setText("state_class", row.StateClass)
	if row.Precision != sensors.NoPrecision {
		c["suggested_display_precision"] = row.Precision
	}
	if len(row.Options) > 0 {
		c["options"] = row.Options
	}
}

// maxStemLength keeps entity ids below Home Assistant's limit of 255
// characters.
const maxStemLength = 100

func entityStem(slug string) string {
	if len(slug) > maxStemLength {
		slug = slug[:maxStemLength]
	}
	return strings.Trim(slug, "_")
}
