// SPDX-License-Identifier: MIT

package config

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// allKeys as a list of measurements stands for every key.
const allKeys = "all"

// decodeKeys decodes a list of measurement keys, one key alone, the word "all",
// or a map of keys as Home Assistant's oldest configurations have it.
func (d *decoder) decodeKeys(v value) ([]string, bool) {
	var items []scalar
	switch v.node.Kind {
	case yaml.SequenceNode:
		items = d.readItems(v, "a measurement key")
	case yaml.MappingNode:
		for _, p := range d.pairs(v) {
			if d.decodeEnabled(p.value) {
				name := p.key.node.Value
				items = append(items, scalar{place: p.key.place, text: name, unexpanded: name})
			}
		}
	default:
		s, ok := d.readOne(v, "[weight_kg, sleep_state]")
		if !ok {
			return nil, false
		}
		items = []scalar{s}
	}
	if len(items) == 0 {
		d.addProblem(v.place, CodeInvalid, "must not be empty: list at least one key, or remove it for the default")
	}
	if len(items) == 1 && items[0].text == allKeys {
		return slices.Clone(d.vocabulary.Keys), true
	}
	var keys []string
	for _, s := range items {
		key := d.vocabulary.canonical(s.text)
		switch {
		case !d.vocabulary.Known(s.text):
			meant, near := d.vocabulary.Nearest(s.text)
			if !near {
				meant = ""
			}
			text := "unknown measurement key " + s.quoted() + asciiHint(s.unexpanded)
			d.addParseError(s.place, &parseError{text, meant, CodeUnknownSensor})
		case slices.Contains(keys, key):
			d.addWarning(s.place, CodeDuplicate, "%s is listed twice", s.quoted())
		default:
			keys = append(keys, key)
		}
	}
	return keys, true
}

// decodeEnabled decodes the value of a key in a map of keys: nothing and true
// enable it, false does not. The oldest configurations have an empty section
// for nothing.
func (d *decoder) decodeEnabled(v value) bool {
	if v.node.Kind == yaml.MappingNode && len(v.node.Content) == 0 || v.node.Kind == yaml.ScalarNode && v.isNull() {
		return true
	}
	s, ok := d.readScalar(v)
	if !ok || s.text == "" {
		return ok
	}
	enabled, err := parseBool(s)
	if err != nil {
		d.addProblem(s.place, CodeInvalid, "must be empty, true or false, not %s", s.quoted())
	}
	return enabled != false
}

// decodeProfiles decodes the list of profiles: names, or sections with a name.
// A name alone is a list of one, as it was for Home Assistant.
func (d *decoder) decodeProfiles(c *Config, v value) ([]Profile, bool) {
	var profiles []Profile
	slugs := map[string]profileID{}
	switch v.node.Kind {
	case yaml.SequenceNode:
		for i, item := range v.node.Content {
			profiles = append(profiles, d.decodeProfile(c, v.child(item, indexPath(v.path, i)), slugs))
		}
	case yaml.MappingNode:
		d.addProblem(v.place, CodeWrongType, "must be a list: start each profile with a dash")
	default:
		if v.variable == "" && d.goesOn(v.node) {
			d.addProblem(v.place, CodeWrongType, "must be a list: start each profile with a dash")
			return nil, false
		}
		if text := v.node.Value; v.variable == "" && v.node.Style == 0 && strings.HasPrefix(text, "-") && len(text) > 1 {
			d.addProblem(v.place, CodeWrongType, "must be a list: missing space after the dash")
			return nil, false
		}
		if _, ok := d.readOne(v, "[Alice, Bob]"); !ok {
			return nil, false
		}
		profiles = []Profile{d.decodeProfile(c, v, slugs)}
	}
	return profiles, true
}

// profilePath is the list of profiles in the table.
const profilePath = "withings.profiles"

// profileFields are the places of a profile's values, by the names of their
// keys.
func profileFields(p *Profile) map[string]any {
	return map[string]any{
		"name": &p.Name, "slug": &p.Slug, "measurements": &p.Measurements, "schedule": &p.Schedule, "units": &p.Units,
	}
}

// decodePolicy decodes the map of attribution numbers to actions, nil when it
// is empty.
func (d *decoder) decodePolicy(v value) (sensors.Policy, bool) {
	if v.node.Kind != yaml.MappingNode {
		if !v.isNull() {
			d.addProblem(v.place, CodeWrongType,
				"must be a map of attribution numbers to actions such as {1: publish}, not %s", v.kind())
		}
		return nil, false
	}
	actions := Key{Choices: []string{string(sensors.Publish), string(sensors.Hold), string(sensors.Mark)}}
	var policy sensors.Policy
	for _, p := range d.pairs(v) {
		text := p.key.node.Value
		s, ok := d.readItem(v.child(p.value.node, v.path+"["+text+"]"), "publish, hold or mark")
		if !ok {
			continue
		}
		number, err := strconv.Atoi(text)
		if err != nil || number < 0 || strconv.Itoa(number) != text {
			d.addProblem(s.place, CodeInvalid, "invalid attribution number %q", text)
			continue
		}
		if _, err := actions.parseChoice(s); err != nil {
			d.addParseError(s.place, err)
			continue
		}
		if policy == nil {
			policy = sensors.Policy{}
		}
		policy[number] = sensors.Action(s.text)
	}
	return policy, true
}
