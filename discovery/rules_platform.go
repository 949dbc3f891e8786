package discovery

import (
	"fmt"
	"slices"
	"strings"
)

// platformRules are the rules of single platforms: what a value, a switch
// state, an event and a button may say about themselves.
func platformRules() []rule[decodedComponent] {
	return []rule[decodedComponent]{
		{"sensor-device-class", "7.1", forPlatform("sensor", checkSensorClass)},
		{"sensor-state-class", "7.1", forPlatform("sensor", checkStateClass)},
		{"sensor-unit", "7.1, 8", forPlatform("sensor", checkUnit)},
		{"sensor-unit-blank", "7.1", forPlatform("sensor", checkUnitNotBlank)},
		{"sensor-unit-spelling", "7.1", forPlatform("sensor", checkUnitSpelling)},
		{"sensor-state-for-class", "7.1, 8", forPlatform("sensor", checkStateClassForDeviceClass)},
		{"sensor-angle", "7.1", forPlatform("sensor", checkAngle)},
		{"sensor-last-reset", "7.1", forPlatform("sensor", checkLastReset)},
		{"sensor-options-class", "7.1", forPlatform("sensor", checkOptionsClass)},
		{"sensor-options-empty", "7.1", forPlatform("sensor", checkOptionsNotEmpty)},
		{"sensor-precision", "7.2", forPlatform("sensor", checkPrecision)},
		{"switch-device-class", "7, 7.5", skipRemovals(checkUnitlessClass)},
		{"binary-payloads", "7.5", forPlatform("binary_sensor", checkBinaryPayloads)},
		{"event-types", "7.6", forPlatform("event", checkEventTypes)},
		{"button-retain", "7.8", forPlatform("button", checkNotRetained)},
	}
}

func checkSensorClass(p decodedComponent) string {
	class := p.own.text("device_class")
	if _, ok := sensorClasses[class]; p.own.has("device_class") && !ok {
		return fmt.Sprintf("%q is no device_class of a sensor", class)
	}
	return ""
}

func checkStateClass(p decodedComponent) string {
	if state := p.own.text("state_class"); p.own.has("state_class") && !slices.Contains(stateClasses(), state) {
		return fmt.Sprintf("%q is no state_class", state)
	}
	return ""
}

// checkUnit wants a unit of the device class's list; Home Assistant refuses
// the entity since 2025.7. The other spellings have a rule of their own.
func checkUnit(p decodedComponent) string {
	class, ok := sensorClasses[p.own.text("device_class")]
	unit := unitNormalizer.Replace(p.own.text("unit_of_measurement"))
	if ok && !class.acceptsUnit(unit) {
		return fmt.Sprintf("device_class %s has no unit %q", p.own.text("device_class"), unit)
	}
	return ""
}

func checkUnitNotBlank(p decodedComponent) string {
	if unit, ok := p.own["unit_of_measurement"].(string); ok && strings.TrimSpace(unit) == "" {
		return "the unit is blank; leave it out"
	}
	return ""
}

func checkUnitSpelling(p decodedComponent) string {
	unit := p.own.text("unit_of_measurement")
	if written := unitNormalizer.Replace(unit); written != unit {
		return fmt.Sprintf("the unit %q is shown as %q", unit, written)
	}
	return ""
}

func checkStateClassForDeviceClass(p decodedComponent) string {
	name, state := p.own.text("device_class"), p.own.text("state_class")
	class, known := sensorClasses[name]
	if known && slices.Contains(stateClasses(), state) && !slices.Contains(class.states, state) {
		return fmt.Sprintf("device_class %s has no state_class %s", name, state)
	}
	return ""
}

func checkAngle(p decodedComponent) string {
	if p.own.text("state_class") == "measurement_angle" && p.own.text("unit_of_measurement") != "°" {
		return "state_class measurement_angle needs the unit °"
	}
	return ""
}

func checkLastReset(p decodedComponent) string {
	if p.own.has("last_reset_value_template") && p.own.text("state_class") != "total" {
		return "last_reset_value_template needs state_class total"
	}
	return ""
}

// checkOptionsClass wants the one class that has options. That such a sensor
// has neither unit nor state class is what the table of classes says.
func checkOptionsClass(p decodedComponent) string {
	if p.own.has("options") && p.own.text("device_class") != "enum" {
		return "options need device_class enum"
	}
	return ""
}

func checkOptionsNotEmpty(p decodedComponent) string {
	if list, ok := p.own["options"].([]any); ok && (len(list) == 0 || slices.Contains(list, any(""))) {
		return "options must not be empty"
	}
	return ""
}

// checkPrecision finds what makes Home Assistant expect a number where words
// or times come.
func checkPrecision(p decodedComponent) string {
	places, ok := toInt(p.own["suggested_display_precision"])
	switch {
	case ok && hasTextState(p.own.text("device_class")):
		return "suggested_display_precision is for numbers"
	case ok && places < 0:
		return "suggested_display_precision must not be negative"
	}
	return ""
}

func checkBinaryPayloads(p decodedComponent) string {
	on, off := payloadOrDefault(p.own, "payload_on", payloadOn), payloadOrDefault(p.own, "payload_off", payloadOff)
	if on != nil && off != nil && (*on == *off || *on == "" || *off == "") {
		return "payload_on and payload_off must differ and not be empty"
	}
	return ""
}

// payloadOrDefault returns a payloadOrDefault or Home Assistant's default for it, nil for what is
// no text.
func payloadOrDefault(o object, key, fallback string) *string {
	if !o.has(key) {
		return &fallback
	}
	text, ok := o[key].(string)
	if !ok {
		return nil
	}
	return &text
}

func checkEventTypes(p decodedComponent) string {
	list, ok := p.own["event_types"].([]any)
	if !ok {
		return "" // another rule says so
	}
	seen := map[any]bool{"": true}
	for _, value := range list {
		if text, ok := value.(string); ok && seen[text] {
			return "event_types must be texts that differ"
		}
		seen[fmt.Sprint(value)] = true
	}
	if len(list) == 0 {
		return "event_types must not be empty"
	}
	return ""
}

// checkNotRetained finds a retained command: it would fire again at every reconnect
// of the bridge. Events need no such rule, retain is not even a key of theirs.
func checkNotRetained(p decodedComponent) string {
	if p.own["retain"] == any(true) {
		return "retain must be off"
	}
	return ""
}
