// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// expectation is what Home Assistant should show of one component of a document.
type expectation struct {
	key, device string // device is its name
	component   jsonMember
}

func (p expectation) text(name string) string {
	text, _ := p.component[name].(string)
	return text
}

// expectations are those of all documents on the broker, by unique id.
func expectations(t *testing.T, tree map[string]string) map[string]expectation {
	t.Helper()
	all := map[string]expectation{}
	for topic, payload := range tree {
		if !strings.HasPrefix(topic, "homeassistant/device/") {
			continue
		}
		var document struct {
			Device     struct{ Name string }
			Components map[string]jsonMember
		}
		if err := json.Unmarshal([]byte(payload), &document); err != nil {
			t.Fatal(err)
		}
		for key, component := range document.Components {
			p := expectation{key: key, device: document.Device.Name, component: component}
			if id := p.text("unique_id"); id != "" { // else the component is removed
				all[id] = p
			}
		}
	}
	return all
}

// catalogue is the program's list of sensors: columns by key.
func catalogue(t *testing.T) map[string]map[string]string {
	t.Helper()
	list := start(t, binary, "sensors", "--format", "csv")
	if code := list.wait(); code != 0 {
		t.Fatalf("sensors ended with %d", code)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.Join(list.output(), "\n"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]string{}
	for _, row := range rows[1:] {
		known[row[0]] = map[string]string{}
		for i, value := range row {
			known[row[0]][rows[0][i]] = value
		}
	}
	// The bridge's verdict has no value of its own and is not in the list.
	known["problem"] = map[string]string{
		"name":            "Problem",
		"platform":        "binary_sensor",
		"device_class":    "problem",
		"entity_category": "diagnostic",
		"enabled":         "yes",
	}
	return known
}

// compareRegistry compares the entity registry with what is expected; it
// returns the differences. Entity ids stay those of the first document.
func compareRegistry(
	expected map[string]expectation, kept map[string]entity, rows map[string]map[string]string,
) []string {
	var wrong []string
	report := func(id, format string, args ...any) { wrong = append(wrong, id+": "+fmt.Sprintf(format, args...)) }
	for id, p := range expected {
		e, ok := kept[id]
		if !ok {
			report(id, "no such entity")
			continue
		}
		row := rows[p.key]
		category := ""
		if e.Category != nil {
			category = *e.Category
		}
		for what, pair := range map[string][2]string{
			"name":     {e.Name, row["name"]},
			"entity":   {e.ID, p.text("default_entity_id")},
			"category": {category, row["entity_category"]},
			"platform": {strings.Split(e.ID, ".")[0], row["platform"]},
			"enabled":  {yesNo(e.Disabled == nil), row["enabled"]},
		} {
			if pair[0] != pair[1] {
				report(id, "%s is %q, want %q", what, pair[0], pair[1])
			}
		}
	}
	for id := range kept {
		if _, ok := expected[id]; !ok {
			report(id, "not in any document")
		}
	}
	slices.Sort(wrong)
	return wrong
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// compareStates compares enabled entities with what is expected, with the
// catalogue, and with what the broker retains; it returns the differences.
func compareStates(h *homeAssistant, tree map[string]string, rows map[string]map[string]string) []string {
	h.t.Helper()
	var wrong []string
	kept, states := h.entities(), h.states()
	for id, p := range expectations(h.t, tree) {
		e, ok := kept[id]
		if !ok {
			wrong = append(wrong, id+": no such entity")
			continue
		}
		if e.Disabled != nil {
			continue
		}
		s, ok := states[e.ID]
		if !ok {
			wrong = append(wrong, e.ID+": no state")
			continue
		}
		for _, text := range slices.Concat(compareAttributes(p, s, rows[p.key]), compareValue(p, s, tree)) {
			wrong = append(wrong, e.ID+": "+text)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// compareAttributes compares all but the value. The unit is that of the
// catalogue: these installations use the metric system.
func compareAttributes(p expectation, s state, row map[string]string) []string {
	want := jsonMember{"friendly_name": p.device + " " + row["name"]}
	for _, name := range []string{"device_class", "state_class", "icon"} {
		if row[name] != "" {
			want[name] = row[name]
		}
	}
	if row["unit"] != "" {
		want["unit_of_measurement"] = strings.ReplaceAll(row["unit"], "\u00b5", "\u03bc")
	}
	for _, name := range []string{"options", "event_types"} {
		if list, ok := p.component[name]; ok {
			want[name] = list
		}
	}
	var wrong []string
	for name, value := range want {
		if !equalJSON(s.Attributes[name], value) {
			wrong = append(wrong, fmt.Sprintf("%s is %v, want %v", name, s.Attributes[name], value))
		}
	}
	for _, name := range []string{"device_class", "state_class", "unit_of_measurement"} {
		if have, ok := s.Attributes[name]; ok && want[name] == nil {
			wrong = append(wrong, fmt.Sprintf("%s is %v, want none", name, have))
		}
	}
	return wrong
}

// compareValue compares state and attributes with the topics that plain
// subscribers read.
func compareValue(p expectation, s state, tree map[string]string) []string {
	switch topic := p.text("state_topic"); {
	case p.text("platform") == "button" || p.text("platform") == "event":
		if s.Value == "unavailable" {
			return []string{"is unavailable"}
		}
		return nil
	case p.key == "bridge_state":
		return diffText("state", s.Value, map[string]string{"online": "on", "offline": "off"}[tree[topic]])
	case p.key == "problem":
		var report struct{ Verdict struct{ Problem bool } }
		_ = json.Unmarshal([]byte(tree[topic]), &report)
		return diffText("state", s.Value, map[bool]string{true: "on", false: "off"}[report.Verdict.Problem])
	case p.key == "api_requests_minute":
		return nil // It changes every second.
	case !strings.HasSuffix(topic, "/detail"):
		return []string{"takes its state from " + topic}
	default:
		var detail jsonMember
		if err := json.Unmarshal([]byte(tree[topic]), &detail); err != nil {
			return []string{fmt.Sprintf("%s holds %q", topic, tree[topic])}
		}
		bare, ok := tree[strings.TrimSuffix(topic, "/detail")]
		if !ok { // entities of the bridge have no bare topic
			bare = fmt.Sprint(detail["value"])
		}
		if strings.HasPrefix(bare, "category_") || strings.HasPrefix(bare, "class_") {
			bare = "other" // a number without a name: the attributes have it
		}
		wrong := diffText("state", s.Value, formatState(p.text("platform"), p.text("device_class"), bare))
		for name, want := range detail {
			if have := s.Attributes[name]; !equalJSON(have, want) {
				wrong = append(wrong, fmt.Sprintf("attribute %s is %v, want %v", name, have, want))
			}
		}
		return wrong
	}
}

// formatState is how Home Assistant writes what a bare topic holds.
func formatState(platform, class, bare string) string {
	switch {
	case platform == "binary_sensor":
		return strings.ToLower(bare)
	case class == "timestamp":
		at, err := time.Parse(time.RFC3339, bare)
		if err != nil {
			return err.Error()
		}
		return at.UTC().Format("2006-01-02T15:04:05+00:00")
	}
	return bare
}

// diffText compares texts, or numbers as numbers.
func diffText(what, have, want string) []string {
	if have == want {
		return nil
	}
	a, errA := strconv.ParseFloat(have, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA == nil && errB == nil && a == b {
		return nil
	}
	return []string{fmt.Sprintf("%s is %q, want %q", what, have, want)}
}

// equalJSON compares what JSON gave; moments may be written in several ways.
func equalJSON(a, b any) bool {
	left, err := json.Marshal(a)
	if err != nil {
		return false
	}
	right, err := json.Marshal(b)
	if err != nil {
		return false
	}
	if bytes.Equal(left, right) {
		return true
	}
	first, errA := time.Parse(time.RFC3339, fmt.Sprint(a))
	second, errB := time.Parse(time.RFC3339, fmt.Sprint(b))
	return errA == nil && errB == nil && first.Equal(second)
}

// keys of a map in order, for messages.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
