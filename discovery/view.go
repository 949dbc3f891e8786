package discovery

import "vitals2mqtt/sensors"

// member is a template that picks one member of a JSON message. A null, a
// missing member and an empty message all print as None, which Home Assistant
// shows as unknown; without the guards it would log an error and go on showing
// a value that is gone.
func member(name string) string {
	return "{{ (value_json | default({})).get('" + name + "') }}"
}

// bare is the template for a bare value: only the empty message means unknown.
const bare = "{{ value or None }}"

// memberOf and bareOf are these for a sensor. Home Assistant ignores a text that is
// not among the options and would go on showing the one before: a number without a
// word is shown as the option that stands for all of them.
func memberOf(row sensors.Sensor, name string) string {
	if row.NumberPrefix == "" {
		return member(name)
	}
	return "{% set v = (value_json | default({})).get('" + name + "') %}" +
		"{{ '" + sensors.Other + "' if (v | string).startswith('" + row.NumberPrefix + "') else v }}"
}

func bareOf(row sensors.Sensor) string {
	if row.NumberPrefix == "" {
		return bare
	}
	return "{{ '" + sensors.Other + "' if value.startswith('" + row.NumberPrefix + "') else value or None }}"
}

// lastReset prints nothing where there is none: None would be logged as a bad time.
const lastReset = "{{ (value_json | default({})).get('last_reset', '') }}"

// attributes is the template for them. Home Assistant would log the empty message
// of a value that is gone as erroneous JSON, and go on showing its attributes.
const attributes = "{{ value or '{}' }}"

// readDetail lets a component take value and attributes from the same topic, so
// that one message is one state write.
func readDetail(c object, topic string) {
	c["state_topic"], c["json_attributes_topic"] = topic, topic
	c["value_template"], c["json_attributes_template"] = member("value"), attributes
}

// readValue lets a component take its value from the best view there is. It
// returns false when all views are switched off.
func readValue(c object, s Site, slug string, row sensors.Sensor) bool {
	switch {
	case s.Views.Detail:
		readDetail(c, s.Tree.Detail(slug, row.Key))
		c["value_template"] = memberOf(row, "value")
	case s.Views.Bare:
		c["state_topic"], c["value_template"] = s.Tree.Value(slug, row.Key), bareOf(row)
	case s.Views.Snapshot:
		c["state_topic"], c["value_template"] = s.Tree.Snapshot(slug), memberOf(row, row.Key)
	default:
		return false
	}
	if row.StateClass != "total" {
		return true
	}
	if s.Views.Detail {
		c["last_reset_value_template"] = lastReset
	} else {
		// Without the moment of the reset, "total" books midnight's fall to 0 as
		// a loss; the other class takes it for a new day.
		c["state_class"] = "total_increasing"
	}
	return true
}
