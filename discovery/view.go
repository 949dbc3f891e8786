// SPDX-License-Identifier: MIT

package discovery

import "vitals2mqtt/sensors"

// memberTemplate returns a template for one member of a JSON message. A null, a
// missing member and an empty message render as None, which makes the entity
// unknown; without the guards Home Assistant would log an error and keep the
// previous value.
func memberTemplate(name string) string {
	return "{{ (value_json | default({})).get('" + name + "') }}"
}

// bareTemplate is the template for a bare value: only the empty message means
// unknown.
const bareTemplate = "{{ value or None }}"

// memberTemplateFor is memberTemplate for a row. Home Assistant ignores a text
// that is not one of the options and keeps the previous one, so that a number
// without a text is mapped to the option "other".
func memberTemplateFor(row sensors.Sensor, name string) string {
	if row.NumberPrefix == "" {
		return memberTemplate(name)
	}
	return "{% set v = (value_json | default({})).get('" + name + "') %}" +
		"{{ '" + sensors.Other + "' if (v | string).startswith('" + row.NumberPrefix + "') else v }}"
}

// bareTemplateFor is bareTemplate for a row, see memberTemplateFor.
func bareTemplateFor(row sensors.Sensor) string {
	if row.NumberPrefix == "" {
		return bareTemplate
	}
	return "{{ '" + sensors.Other + "' if value.startswith('" + row.NumberPrefix + "') else value or None }}"
}

// lastResetTemplate renders nothing when there is none: Home Assistant logs
// None as an invalid time.
const lastResetTemplate = "{{ (value_json | default({})).get('last_reset', '') }}"

// attributesTemplate replaces the empty message of a removed value. Home
// Assistant would log it as invalid JSON and keep the previous attributes.
const attributesTemplate = "{{ value or '{}' }}"

// problemTemplate and topFindingTemplate show the verdict of the health report:
// whether there is a problem, and its most serious finding as attributes.
const (
	problemTemplate    = "{{ 'ON' if (value_json | default({})).get('verdict', {}).get('problem') else 'OFF' }}"
	topFindingTemplate = "{{ ((value_json | default({})).get('verdict', {}).get('findings') or [{}])[0] | tojson }}"
)

// updateTemplate makes the JSON that an update entity reads. Without an answer of
// the releases API, the latest version is unknown; a member that is none must be
// left out.
const updateTemplate = "{% set i = value_json | default({}) %}" +
	"{% set n = namespace(u={'installed_version': i.get('version', 'unknown')}) %}" +
	"{% if i.get('latest_version') %}{% set n.u = dict(n.u, latest_version=i.latest_version) %}{% endif %}" +
	"{% if i.get('release_url') %}{% set n.u = dict(n.u, release_url=i.release_url) %}{% endif %}" +
	"{{ n.u | tojson }}"

// setDetailTopics makes a component read value and attributes from the same
// topic, so that one message is one state change.
func setDetailTopics(c object, topic string) {
	c["state_topic"], c["json_attributes_topic"] = topic, topic
	c["value_template"], c["json_attributes_template"] = memberTemplate("value"), attributesTemplate
}

// setValueTopics makes a component read its value from the first enabled view.
// It returns false when all views are disabled.
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
		// Without the time of the reset, "total" counts the drop to 0 at midnight
		// as a decrease; total_increasing takes it for a reset.
		c["state_class"] = "total_increasing"
	}
	return true
}
