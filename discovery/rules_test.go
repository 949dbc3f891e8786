package discovery

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// validDocument returns a document without a fault whose every part is a plain decoded
// object, so that a test can spoil any of them.
func validDocument(t *testing.T) Document {
	t.Helper()
	var rows []sensors.Sensor
	for _, key := range []string{"weight_kg", "fat_ratio_pct", "sleep_state"} {
		row, ok := sensors.Lookup(key)
		if !ok {
			t.Fatalf("the catalogue has no %s", key)
		}
		rows = append(rows, row)
	}
	s := Site{
		Tree:     topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"},
		Identity: Identity{Instance: "7f3a", Version: "1.0.0", PageURL: "http://homeserver.lan:8099"},
		Views:    Views{Detail: true},
	}
	d := ProfileDocument(s, Profile{Slug: "alice", Name: "Alice", UserID: "12345678", Sensors: rows})
	root := decodeObject(d.JSON())
	components := map[string]object{}
	for key, value := range root.child("components") {
		components[key] = asObject(value)
	}
	delete(root, "components")
	return Document{id: d.id, prefix: d.prefix, root: root, components: components}
}

// spoilt maps each rule on the root to a change that breaks it and no other.
func rootViolations() map[string]func(d *Document) {
	set := func(part, key string, value any) func(*Document) {
		return func(d *Document) {
			if part == "" {
				d.root[key] = value
				return
			}
			d.root.child(part)[key] = value
		}
	}
	drop := func(part, key string) func(*Document) {
		return func(d *Document) {
			if part == "" {
				delete(d.root, key)
				return
			}
			delete(d.root.child(part), key)
		}
	}
	return map[string]func(d *Document){
		"id": func(d *Document) {
			d.id = "vitals2mqtt_a.b"
			d.root.child("device")["identifiers"] = []any{d.id}
		},
		"root-keys":               set("", "message_expiry_interval", 60),
		"root-mandatory":          drop("", "origin"),
		"root-kinds":              set("", "encoding", 5),
		"root-qos":                set("", "qos", 3),
		"root-topics":             set("", "state_topic", "a\x00b"),
		"root-topics-outside":     set("", "state_topic", "homeassistant/alice"),
		"root-availability-form":  set("", "availability_topic", "vitals2mqtt/bridge/state"),
		"root-availability-mode":  drop("", "availability_mode"),
		"root-availability-items": set("", "availability", []any{map[string]any{"topic": "a", "qos": 1}}),
		"device-keys":             set("device", "colour", "red"),
		"device-kinds":            set("device", "sw_version", 1.5),
		"device-name":             drop("device", "name"),
		"device-identifiers":      set("device", "identifiers", []any{"vitals2mqtt_12345678", "shared"}),
		"device-connections":      set("device", "connections", []any{[]any{"serial", "1"}}),
		"device-link":             set("device", "configuration_url", "homeserver.lan:8099"),
		"device-via":              set("device", "via_device", "vitals2mqtt_12345678"),
		"origin-keys":             set("origin", "home", "x"),
		"origin-kinds":            set("origin", "sw_version", 2),
		"origin-name":             set("origin", "name", "someone-else"),
		"origin-link":             set("origin", "support_url", "javascript:alert(1)"),
	}
}

// componentViolation is a change of one component that breaks one rule.
type componentViolation struct {
	component, key string
	value          any // nil deletes the key
}

func componentViolations() map[string]componentViolation {
	return map[string]componentViolation{
		"unique-id":              {"weight_kg", "unique_id", nil},
		"component-keys":         {"weight_kg", "suggested_unit_of_measurement", "lb"},
		"component-kinds":        {"authorization", "payload_on", true},
		"mandatory-keys":         {"refresh", "command_topic", nil},
		"object-id":              {"weight_kg", "object_id", "alice_weight"},
		"default-entity-id":      {"weight_kg", "default_entity_id", "alice_weight"},
		"name":                   {"weight_kg", "name", nil},
		"name-repeats-device":    {"weight_kg", "name", "ALICE weight"},
		"entity-category":        {"weight_kg", "entity_category", "config"},
		"icon":                   {"weight_kg", "icon", "scale"},
		"qos":                    {"weight_kg", "qos", 7},
		"topics":                 {"refresh", "command_topic", "vitals2mqtt/+"},
		"topics-outside":         {"weight_kg", "state_topic", "homeassistant/alice"},
		"availability-form":      {"weight_kg", "availability_topic", "vitals2mqtt/alice/status"},
		"availability-mode":      {"refresh", "availability_mode", "latest"},
		"availability-items":     {"refresh", "availability", []any{}},
		"sensor-device-class":    {"weight_kg", "device_class", "mass"},
		"sensor-state-class":     {"weight_kg", "state_class", "measured"},
		"sensor-unit":            {"weight_kg", "unit_of_measurement", "stone"},
		"sensor-unit-blank":      {"fat_ratio_pct", "unit_of_measurement", " "},
		"sensor-unit-spelling":   {"fat_ratio_pct", "unit_of_measurement", "\u00b5S"},
		"sensor-state-for-class": {"sleep_state", "state_class", "measurement"},
		"sensor-angle":           {"fat_ratio_pct", "state_class", "measurement_angle"},
		"sensor-last-reset":      {"weight_kg", "last_reset_value_template", "{{ 1 }}"},
		"sensor-options-class":   {"fat_ratio_pct", "options", []any{"a"}},
		"sensor-options-empty":   {"sleep_state", "options", []any{}},
		"sensor-precision":       {"sleep_state", "suggested_display_precision", 1},
		"switch-device-class":    {"authorization", "device_class", "trouble"},
		"binary-payloads":        {"authorization", "payload_on", "OFF"},
		"event-types":            {"measurement", "event_types", []any{"sleep", "sleep"}},
		"button-retain":          {"refresh", "retain", true},
	}
}

func TestRootViolationRefusesDocument(t *testing.T) {
	t.Parallel()
	for rule, spoil := range rootViolations() {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			d := validDocument(t)
			spoil(&d)
			clean, problems := Validate(d)
			if len(problems) != 1 || problems[0].Rule != rule || problems[0].Component != "" || problems[0].Text == "" {
				t.Errorf("problems %v, want %s alone", problems, rule)
			}
			if !clean.IsZero() || clean.JSON() != nil {
				t.Error("the document was not refused")
			}
		})
	}
}

func TestComponentViolationDropsComponent(t *testing.T) {
	t.Parallel()
	for rule, spoilt := range componentViolations() {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			d := validDocument(t)
			if spoilt.value == nil {
				delete(d.components[spoilt.component], spoilt.key)
			} else {
				d.components[spoilt.component][spoilt.key] = spoilt.value
			}
			clean, problems := Validate(d)
			wantOneProblem(t, problems, spoilt.component, rule)
			want := slices.DeleteFunc(d.Components(), func(key string) bool { return key == spoilt.component })
			if !slices.Equal(clean.Components(), want) {
				t.Errorf("left %v, want %v", clean.Components(), want)
			}
		})
	}
}

func wantOneProblem(t *testing.T, problems []Problem, component, rule string) {
	t.Helper()
	if len(problems) != 1 || problems[0].Rule != rule || problems[0].Component != component || problems[0].Text == "" {
		t.Errorf("problems %v, want %s of %s alone", problems, rule, component)
	}
}

func TestInvalidComponentKeyIsDropped(t *testing.T) {
	t.Parallel()
	d := validDocument(t)
	d = d.withComponent("weight kg", d.components["weight_kg"])
	d.components["weight kg"]["unique_id"] = d.id + "_weight kg"
	delete(d.components, "weight_kg")
	_, problems := Validate(d)
	wantOneProblem(t, problems, "weight kg", "component-key")
}

func TestUnknownPlatformIsDropped(t *testing.T) {
	t.Parallel()
	for name, component := range map[string]object{
		"calendar": {"platform": "calendar", "unique_id": "vitals2mqtt_12345678_x", "name": "X"},
		"none":     {"unique_id": "vitals2mqtt_12345678_x", "name": "X"},
		"null":     nil,
		"marker":   {"platform": "calendar"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := Validate(validDocument(t).withComponent("x", component))
			wantOneProblem(t, problems, "x", "platform")
		})
	}
}

func TestDuplicateUniqueIDIsDropped(t *testing.T) {
	t.Parallel()
	d := validDocument(t)
	other := Document{id: "vitals2mqtt_1", components: map[string]object{
		"a": {"platform": "sensor", "unique_id": d.id + "_weight_kg"},
		"b": {"platform": "button", "unique_id": d.id + "_fat_ratio_pct"}, // ids are unique by platform only
		"c": {"platform": "sensor"},
	}}
	clean, problems := Validate(d, other)
	wantOneProblem(t, problems, "weight_kg", "unique-id-twice")
	if slices.Contains(clean.Components(), "weight_kg") {
		t.Error("it was kept")
	}
}

func TestOversizedDocumentIsRefused(t *testing.T) {
	t.Parallel()
	d := validDocument(t)
	d.components["weight_kg"]["name"] = strings.Repeat("x", maxDocumentSize)
	clean, problems := Validate(d)
	wantOneProblem(t, problems, "", "size")
	if !clean.IsZero() {
		t.Error("the document was not refused")
	}
	// What is left out does not count.
	d.components["weight_kg"]["icon"] = "scale"
	if clean, problems = Validate(d); clean.IsZero() {
		t.Errorf("refused: %v", problems)
	}
}

func TestEveryRuleIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{"component-key": true, "platform": true, "unique-id-twice": true}
	for name := range rootViolations() {
		tested[name] = true
	}
	for name := range componentViolations() {
		tested[name] = true
	}
	seen := map[string]bool{}
	check := func(name, section string) {
		if !tested[name] || seen[name] || section == "" {
			t.Errorf("rule %q: tested %v, named before %v, section %q", name, tested[name], seen[name], section)
		}
		seen[name] = true
	}
	for _, r := range rootRules() {
		check(r.name, r.section)
	}
	for _, r := range componentRules() {
		check(r.name, r.section)
	}
	if len(seen) != len(tested) {
		t.Errorf("%d rules, %d tests", len(seen), len(tested))
	}
}

func TestValidDocumentHasNoProblem(t *testing.T) {
	t.Parallel()
	d := validDocument(t)
	clean, problems := Validate(d)
	if len(problems) > 0 || !slices.Equal(clean.Components(), d.Components()) || !bytes.Equal(clean.JSON(), d.JSON()) {
		t.Errorf("problems %v", problems)
	}
	if _, problems := Validate(Document{}); problems != nil {
		t.Errorf("no document at all has problems: %v", problems)
	}
}

// TestViolationVariants feeds the rules that have several ways to be broken.
func TestViolationVariants(t *testing.T) {
	t.Parallel()
	for _, spoilt := range []struct {
		rule string
		componentViolation
	}{
		{"topics", componentViolation{"weight_kg", "state_topic", ""}},
		{"topics", componentViolation{"weight_kg", "state_topic", "a/#/b"}},
		{"topics", componentViolation{"weight_kg", "state_topic", "a/b+"}},
		{"topics", componentViolation{"weight_kg", "state_topic", "a/\u0085"}},
		{"topics", componentViolation{"weight_kg", "state_topic", "a/\ufdd0"}},
		{"topics", componentViolation{"weight_kg", "state_topic", "a/\U0001ffff"}},
		{"topics", componentViolation{"weight_kg", "state_topic", strings.Repeat("a", maxTopicLength+1)}},
		{"topics", componentViolation{"weight_kg", "json_attributes_topic", "a/\n"}},
		{"topics-outside", componentViolation{"refresh", "availability", []any{map[string]any{"topic": "homeassistant"}}}},
		{"availability-items", componentViolation{"refresh", "availability", []any{map[string]any{"topic": ""}}}},
		{"availability-items", componentViolation{"refresh", "availability", []any{map[string]any{}}}},
		{"availability-items", componentViolation{"refresh", "availability", []any{map[string]any{"topic": 1}}}},
		{"component-kinds", componentViolation{"refresh", "availability", []any{"a"}}},
		{"component-kinds", componentViolation{"sleep_state", "options", []any{"a", 1}}},
		{"component-kinds", componentViolation{"weight_kg", "enabled_by_default", "no"}},
		{"component-kinds", componentViolation{"weight_kg", "suggested_display_precision", 1.5}},
		{"component-kinds", componentViolation{"authorization", "payload_off", []any{"OFF"}}},
		{"component-keys", componentViolation{"measurement", "retain", true}},
		{"component-keys", componentViolation{"weight_kg", "stat_t", "a"}},
		{"component-keys", componentViolation{"weight_kg", "device", map[string]any{}}},
		{"sensor-options-empty", componentViolation{"sleep_state", "options", []any{"a", ""}}},
		{"sensor-precision", componentViolation{"weight_kg", "suggested_display_precision", -1}},
		{"sensor-unit", componentViolation{"sleep_state", "unit_of_measurement", "h"}},
		{"sensor-unit", componentViolation{"weight_kg", "unit_of_measurement", nil}},
		{"sensor-unit-spelling", componentViolation{"fat_ratio_pct", "unit_of_measurement", "kVArh"}},
		{"sensor-unit-spelling", componentViolation{"weight_kg", "unit_of_measurement", "\u00b5g"}},
		{"default-entity-id", componentViolation{"weight_kg", "default_entity_id", "sensor.Alice"}},
		{"default-entity-id", componentViolation{"weight_kg", "default_entity_id", "sensor." + strings.Repeat("a", 250)}},
		{"name-repeats-device", componentViolation{"weight_kg", "name", "Alice"}},
		{"entity-category", componentViolation{"refresh", "entity_category", "internal"}},
		{"event-types", componentViolation{"measurement", "event_types", []any{}}},
		{"event-types", componentViolation{"measurement", "event_types", []any{""}}},
		{"binary-payloads", componentViolation{"authorization", "payload_off", ""}},
		{"switch-device-class", componentViolation{"refresh", "device_class", "reload"}},
		{"qos", componentViolation{"weight_kg", "qos", -1}},
	} {
		d := validDocument(t)
		if spoilt.value == nil {
			delete(d.components[spoilt.component], spoilt.key)
		} else {
			d.components[spoilt.component][spoilt.key] = spoilt.value
		}
		_, problems := Validate(d)
		if len(problems) != 1 || problems[0].Rule != spoilt.rule {
			t.Errorf("%s with %s %.40v: %v, want %s alone", spoilt.component, spoilt.key, spoilt.value, problems, spoilt.rule)
		}
	}
}

// TestAcceptedVariants holds that the rules are not stricter than that.
func TestAcceptedVariants(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(d Document){
		"a marker":         func(d Document) { d.components["old"] = object{"platform": "tag"} },
		"the main entity":  func(d Document) { d.components["weight_kg"]["name"] = []any(nil) },
		"a word in a word": func(d Document) { d.components["weight_kg"]["name"] = "Alicea" },
		"enum, any text":   func(d Document) { delete(d.components["sleep_state"], "options") },
		"default payloads": func(d Document) {
			delete(d.components["authorization"], "payload_on")
			delete(d.components["authorization"], "payload_off")
		},
		"a button that configures":  func(d Document) { d.components["refresh"]["entity_category"] = "config" },
		"wildcards":                 func(d Document) { d.components["weight_kg"]["state_topic"] = "a/+/#" },
		"a neighbour of the prefix": func(d Document) { d.components["weight_kg"]["state_topic"] = "homeassistant2/a" },
		"one identifier as text":    func(d Document) { d.root.child("device")["identifiers"] = d.id },
		"a network address": func(d Document) {
			d.root.child("device")["connections"] = []any{[]any{"mac", "00:24:e4:00:00:01"}}
		},
		"a link into Home Assistant": func(d Document) {
			d.root.child("device")["configuration_url"] = "homeassistant://hassio/ingress/x"
		},
		"a state for all": func(d Document) { delete(d.components["weight_kg"], "state_topic"); d.root["state_topic"] = "a" },
		"a trigger":       func(d Document) { d.components["t"] = object{"platform": "device_automation", "name": "T"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := validDocument(t)
			spoil(d)
			if _, problems := Validate(d); len(problems) > 0 {
				t.Errorf("refused: %v", problems)
			}
		})
	}
}

func TestProblemString(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Problem{
		"weight_kg: retain must be off (r)": {Component: "weight_kg", Rule: "r", Text: "retain must be off"},
		"the device has no name (r)":        {Rule: "r", Text: "the device has no name"},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
