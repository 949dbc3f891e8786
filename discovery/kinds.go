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
	kindBool
	kindInt
	kindTextList   // a list of texts
	kindObjectList // a list of objects
	kindObject
	kindAny // has a rule of its own
)

// String names the kind for a problem's text.
func (k kind) String() string {
	return [...]string{"a text", "true or false", "a whole number", "a list of texts", "a list of objects", "an object", "anything"}[k]
}

func (k kind) accepts(value any) bool {
	switch k {
	case kindText:
		_, ok := value.(string)
		return ok
	case kindBool:
		_, ok := value.(bool)
		return ok
	case kindInt:
		_, ok := toInt(value)
		return ok
	case kindTextList:
		return isListOf(value, kindText)
	case kindObjectList:
		return isListOf(value, kindObject)
	case kindObject:
		_, ok := value.(map[string]any)
		return ok
	case kindAny:
	}
	return true
}

func isListOf(value any, element kind) bool {
	list, ok := value.([]any)
	return ok && !slices.ContainsFunc(list, func(v any) bool { return !element.accepts(v) })
}

func toInt(value any) (int64, bool) {
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
		"availability": kindObjectList, "availability_mode": kindText, "availability_topic": kindText, "availability_template": kindText,
		"payload_available": kindText, "payload_not_available": kindText, "state_topic": kindText, "command_topic": kindText,
		"qos": kindInt, "encoding": kindText,
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
		"entity_category": kindText, "entity_picture": kindText, "enabled_by_default": kindBool, "visible_by_default": kindBool,
		"group": kindTextList, "encoding": kindText, "qos": kindInt, "message_expiry_interval": kindInt,
		"json_attributes_topic": kindText, "json_attributes_template": kindText,
		"availability": kindObjectList, "availability_mode": kindText, "availability_topic": kindText, "availability_template": kindText,
		"payload_available": kindText, "payload_not_available": kindText,
	}
}

// platformKinds are the keys of the platforms that we make, beside the common
// ones. They are of Home Assistant 2026.9; an older one drops what it does not know.
func platformKinds(platform string) map[string]kind {
	switch platform {
	case "sensor":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "expire_after": kindInt,
			"force_update": kindBool, "last_reset_value_template": kindText, "options": kindTextList, "state_class": kindText,
			"suggested_display_precision": kindInt, "unit_of_measurement": kindText,
		}
	case "binary_sensor":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "expire_after": kindInt,
			"force_update": kindBool, "off_delay": kindInt, "payload_on": kindText, "payload_off": kindText,
		}
	case "button":
		return map[string]kind{
			"command_topic": kindText, "command_template": kindText, "device_class": kindText, "payload_press": kindText,
			"retain": kindBool,
		}
	case "event":
		return map[string]kind{
			"state_topic": kindText, "value_template": kindText, "device_class": kindText, "event_types": kindTextList,
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

// requiredKeys lists the keys without which a platform's component is refused.
func requiredKeys(platform string) []string {
	return map[string][]string{
		"sensor": {"state_topic"}, "binary_sensor": {"state_topic"}, "button": {"command_topic"}, "event": {"state_topic", "event_types"},
	}[platform]
}

// platforms are all that Home Assistant 2026.9 discovers over MQTT.
var platforms = strings.Fields(`
	alarm_control_panel binary_sensor button camera climate cover date datetime device_automation device_tracker event
	fan humidifier image infrared lawn_mower light lock notify number scene siren select sensor switch tag text time
	update vacuum valve water_heater`)

func isSupportedPlatform(platform string) bool { return slices.Contains(platforms, platform) }

// isAnonymousPlatform reports whether a platform's components have no unique id.
func isAnonymousPlatform(platform string) bool {
	return platform == "device_automation" || platform == "tag"
}

// unitlessClasses are the device classes of platforms whose class has no unit.
func unitlessClasses(platform string) []string {
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
