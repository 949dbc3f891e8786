package discovery

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// kind is what a key's value must be.
type kind int

const (
	kindText kind = iota
	kindFlag
	kindWhole
	kindTexts   // a list of texts
	kindObjects // a list of objects
	kindObject
	kindAny // has a rule of its own
)

// String names the kind for a problem's text.
func (k kind) String() string {
	return [...]string{"a text", "true or false", "a whole number", "a list of texts", "a list of objects", "an object", "anything"}[k]
}

func (k kind) fits(value any) bool {
	switch k {
	case kindText:
		_, ok := value.(string)
		return ok
	case kindFlag:
		_, ok := value.(bool)
		return ok
	case kindWhole:
		_, ok := whole(value)
		return ok
	case kindTexts:
		return listOf(value, kindText)
	case kindObjects:
		return listOf(value, kindObject)
	case kindObject:
		_, ok := value.(map[string]any)
		return ok
	case kindAny:
	}
	return true
}

func listOf(value any, element kind) bool {
	list, ok := value.([]any)
	return ok && !slices.ContainsFunc(list, func(v any) bool { return !element.fits(v) })
}

func whole(value any) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil
}

// sharedKinds are the keys of the root that every component inherits.
// message_expiry_interval is not among them: a Home Assistant before 2026.6
// refuses the document over it.
func sharedKinds() map[string]kind {
	return map[string]kind{
		"availability": kindObjects, "availability_mode": kindText, "availability_topic": kindText, "availability_template": kindText,
		"payload_available": kindText, "payload_not_available": kindText, "state_topic": kindText, "command_topic": kindText,
		"qos": kindWhole, "encoding": kindText,
	}
}

func rootKinds() map[string]kind {
	kinds := sharedKinds()
	kinds["device"], kinds["origin"], kinds["components"] = kindObject, kindObject, kindObject
	return kinds
}

func deviceKinds() map[string]kind {
	return map[string]kind{
		"identifiers": kindAny, "connections": kindAny, "name": kindText, "manufacturer": kindText, "model": kindText,
		"model_id": kindText, "hw_version": kindText, "sw_version": kindText, "serial_number": kindText, "suggested_area": kindText,
		"configuration_url": kindText, "via_device": kindText,
	}
}

func originKinds() map[string]kind {
	return map[string]kind{"name": kindText, "sw_version": kindText, "support_url": kindText}
}

func availabilityKinds() map[string]kind {
	return map[string]kind{"topic": kindText, "payload_available": kindText, "payload_not_available": kindText, "value_template": kindText}
}

func connectionTypes() []string { return []string{"mac", "bluetooth", "upnp", "zigbee"} }

// commonKinds are the keys of every entity's component. "name" may be null too.
func commonKinds() map[string]kind {
	return map[string]kind{
		"platform": kindText, "unique_id": kindText, "default_entity_id": kindText, "name": kindText, "icon": kindText,
		"entity_category": kindText, "entity_picture": kindText, "enabled_by_default": kindFlag, "visible_by_default": kindFlag,
		"group": kindTexts, "encoding": kindText, "qos": kindWhole, "message_expiry_interval": kindWhole,
		"json_attributes_topic": kindText, "json_attributes_template": kindText,
		"availability": kindObjects, "availability_mode": kindText, "availability_topic": kindText, "availability_template": kindText,
		"payload_available": kindText, "payload_not_available": kindText,
	}
}

// platformKinds are the keys of the platforms that we make, beside the common
// ones. They are of Home Assistant 2026.9; an older one drops what it does not know.
func platformKinds(platform string) map[string]kind {
	switch platform {
	case "sensor":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "expire_after": kindWhole,
			"force_update": kindFlag, "last_reset_value_template": kindText, "options": kindTexts, "state_class": kindText,
			"suggested_display_precision": kindWhole, "unit_of_measurement": kindText,
		}
	case "binary_sensor":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "expire_after": kindWhole,
			"force_update": kindFlag, "off_delay": kindWhole, "payload_on": kindText, "payload_off": kindText,
		}
	case "button":
		return map[string]kind{
			"command_topic": kindText, "command_template": kindText, "device_class": kindText, "payload_press": kindText,
			"retain": kindFlag,
		}
	case "event":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "event_types": kindTexts,
		}
	}
	return nil
}

// componentKinds returns all keys of a platform that we make.
func componentKinds(platform string) map[string]kind {
	kinds := commonKinds()
	maps.Copy(kinds, platformKinds(platform))
	return kinds
}

// mandatory lists the keys without which a platform's component is refused.
func mandatory(platform string) []string {
	return map[string][]string{
		"sensor": {"state_topic"}, "binary_sensor": {"state_topic"}, "button": {"command_topic"}, "event": {"state_topic", "event_types"},
	}[platform]
}

// platforms are all that Home Assistant 2026.9 discovers over MQTT.
var platforms = strings.Fields(`
	alarm_control_panel binary_sensor button camera climate cover date datetime device_automation device_tracker event
	fan humidifier image infrared lawn_mower light lock notify number scene siren select sensor switch tag text time
	update vacuum valve water_heater`)

func supported(platform string) bool { return slices.Contains(platforms, platform) }

// anonymous reports whether a platform's components have no unique id.
func anonymous(platform string) bool { return platform == "device_automation" || platform == "tag" }

// switchClasses are the device classes of platforms whose class has no unit.
func switchClasses(platform string) []string {
	switch platform {
	case "binary_sensor":
		return strings.Fields(`
			battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat light lock moisture motion
			moving occupancy opening plug power presence problem running safety smoke sound tamper update vibration window`)
	case "button":
		return []string{"identify", "restart", "update"}
	case "event":
		return []string{"button", "doorbell", "motion"}
	}
	return nil
}
