package discovery

import "vitals2mqtt/sensors"

// memberTemplate is a template that picks one memberTemplate of a JSON message. A null, a
// missing memberTemplate and an empty message all print as None, which Home Assistant
// shows as unknown; without the guards it would log an error and go on showing
// a value that is gone.
func memberTemplate(name string) string {
	return "{{ (value_json | default({})).get('" + name + "') }}"
}

// bareTemplate is the template for a bareTemplate value: only the empty message means unknown.
const bareTemplate = "{{ value or None }}"

// memberTemplateFor and bareOf are these for a sensor. Home Assistant ignores a text that is
// not among the options and would go on showing the one before: a number without a
// word is shown as the option that stands for all of them.
func memberTemplateFor(row sensors.Sensor, name string) string {
	if row.NumberPrefix == "" {
		return memberTemplate(name)
	}
	return "{% set v = (value_json | default({})).get('" + name + "') %}" +
		"{{ '" + sensors.Other + "' if (v | string).startswith('" + row.NumberPrefix + "') else v }}"
}

func bareTemplateFor(row sensors.Sensor) string {
	if row.NumberPrefix == "" {
		return bareTemplate
	}
	return "{{ '" + sensors.Other + "' if value.startswith('" + row.NumberPrefix + "') else value or None }}"
}

// lastResetTemplate prints nothing where there is none: None would be logged as a bad time.
const lastResetTemplate = "{{ (value_json | default({})).get('last_reset', '') }}"

// attributesTemplate is the template for them. Home Assistant would log the empty message
// of a value that is gone as erroneous JSON, and go on showing its attributesTemplate.
const attributesTemplate = "{{ value or '{}' }}"

// setDetailTopics lets a component take value and attributes from the same topic, so
// that one message is one state write.
func setDetailTopics(c object, topic string) {
	c["state_topic"], c["json_attributes_topic"] = topic, topic
	c["value_template"], c["json_attributes_template"] = memberTemplate("value"), attributesTemplate
}

// setValueTopics lets a component take its value from the best view there is. It
// returns false when all views are switched off.
func setValueTopics(c object, s Site, slug string, row sensors.Sensor) bool {
	switch {
	case s.Views.Detail:
		setDetailTopics(c, s.Tree.Detail(slug, row.Key))
		c["value_template"] = memberTemplateFor(row, "value")
	case s.Views.Bare:
		c["state_topic"], c["value_template"] = s.Tree.Value(slug, row.Key), bareTemplateFor(row)
	case s.Views.Snapshot:
		c["state_topic"], c["value_template"] = s.Tree.Snapshot(slug), memberTemplateFor(row, row.Key)
	default:
		return false
	}
	if row.StateClass != "total" {
		return true
	}
	if s.Views.Detail {
		c["last_reset_value_template"] = lastResetTemplate
	} else {
		// Without the moment of the reset, "total" books midnight's fall to 0 as
		// a loss; the other class takes it for a new day.
		c["state_class"] = "total_increasing"
	}
	return true
}
