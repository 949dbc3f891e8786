// SPDX-License-Identifier: MIT

package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// readerEntities are the entities in the automations that the reader must
// replace, as the guide says.
func readerEntities() []string { return []string{"light.bedroom", "device_tracker.bathroom_scale"} }

// actions are the actions of the automations, as Home Assistant names them.
func actions() []string {
	return []string{"persistent_notification.create", "light.turn_on", "light.turn_off", "mqtt.publish"}
}

// cards are the kinds of cards that Home Assistant has and the guide uses.
func cards() []string {
	return []string{"tile", "statistics-graph", "history-graph", "entities", "gauge"}
}

// entities are all entity ids there can be, with the classes they have by
// state, from the program's own documents.
var entities = sync.OnceValues(func() (map[string]bool, error) {
	folder, err := os.MkdirTemp("", "vitals2mqtt-docs-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "config.yaml")
	settings := `withings: {client_id: a, client_secret: b, profiles: [Alice, Bob]}
notifications: {public_url: "https://vitals.example.org", listen: "127.0.0.1:8097"}
state_dir: ` + filepath.Join(folder, "state") + "\n"
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	run := exec.Command("vitals2mqtt", "--config", path, "discovery", "--all")
	run.Env = environ("EXAMPLE=" + filepath.Join("..", "config.example.yaml"))
	out, err := run.Output()
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for row := range strings.Lines(string(out)) {
		_, document, _ := strings.Cut(row, " ")
		var read struct {
			Components map[string]struct {
				ID string `json:"default_entity_id"`
			}
		}
		if err := json.Unmarshal([]byte(document), &read); err != nil {
			return nil, err
		}
		for _, component := range read.Components {
			known[component.ID] = true
		}
	}
	return known, nil
})

// entityID is what looks like an entity id of the kinds that matter here.
var entityID = regexp.MustCompile(`\b(?:sensor|binary_sensor|event|button|light|device_tracker)\.[a-z0-9_]+\b`)

// entityExists reports whether an entity exists.
func entityExists(t *testing.T, id string) bool {
	t.Helper()
	all, err := entities()
	must(t, err)
	if len(all) < 100 {
		t.Fatalf("only %d entities are known", len(all))
	}
	return all[id] || slices.Contains(readerEntities(), id)
}

// TestEntitiesInProse checks the entities in the text of a guide.
func TestEntitiesInProse(t *testing.T) {
	t.Parallel()
	for _, path := range guides() {
		for _, code := range read(t, path).inline {
			for _, id := range entityID.FindAllString(code.text, -1) {
				foreign := strings.Contains(id, ".withings_") || strings.Contains(code.text, "<")
				if !foreign && id != "sensor.alice_weight" && !entityExists(t, id) { // that one is an older Home Assistant's
					t.Errorf("%s:%d: there is no entity %s", path, code.line, id)
				}
			}
		}
	}
}

func checkDashboard(t *testing.T, _ *harness, b block) {
	t.Helper()
	var dashboard struct {
		Views []struct {
			Title, Path string
			Cards       []map[string]any
		}
	}
	strict := yaml.NewDecoder(strings.NewReader(b.text))
	strict.KnownFields(true)
	if err := strict.Decode(&dashboard); err != nil || len(dashboard.Views) == 0 {
		t.Errorf("%s:%d: %v", b.path, b.line, err)
	}
	for _, view := range dashboard.Views {
		for _, card := range view.Cards {
			if kind, _ := card["type"].(string); !slices.Contains(cards(), kind) {
				t.Errorf("%s:%d: there is no card %q", b.path, b.line, kind)
			}
		}
	}
	expectEntities(t, b)
}

func expectEntities(t *testing.T, b block) {
	t.Helper()
	found := entityID.FindAllString(b.text, -1)
	if len(found) == 0 {
		t.Errorf("%s:%d names no entity", b.path, b.line)
	}
	for _, id := range found {
		if !entityExists(t, id) && !slices.Contains(actions(), id) {
			t.Errorf("%s:%d: there is no entity %s", b.path, b.line, id)
		}
	}
}

// automation is an automation as Home Assistant writes it since 2024.10.
type automation struct {
	Alias, Mode string
	Triggers    []map[string]any
	Conditions  []map[string]any
	Actions     []map[string]any
}

func checkAutomation(t *testing.T, s *harness, b block) {
	t.Helper()
	var rules []automation
	strict := yaml.NewDecoder(strings.NewReader(b.text))
	strict.KnownFields(true)
	if err := strict.Decode(&rules); err != nil {
		t.Errorf("%s:%d: %v", b.path, b.line, err)
	}
	expectEntities(t, b)
	for _, rule := range rules {
		if rule.Alias == "" || len(rule.Triggers) == 0 || len(rule.Actions) == 0 {
			t.Errorf("%s:%d: name, triggers or actions are missing", b.path, b.line)
		}
		for _, trigger := range rule.Triggers {
			checkTrigger(t, b, trigger)
		}
		for _, condition := range rule.Conditions {
			if !slices.Contains([]any{"template", "sun", "state"}, condition["condition"]) {
				t.Errorf("%s:%d: condition %v", b.path, b.line, condition)
			}
		}
		for _, action := range rule.Actions {
			checkAction(t, s, b, action)
		}
	}
	checkTemplates(t, b)
}

// checkTrigger checks that the entity can have the states.
func checkTrigger(t *testing.T, b block, trigger map[string]any) {
	t.Helper()
	kind, id := trigger["trigger"], trigger["entity_id"]
	if kind == "time" {
		return
	}
	if kind != "state" || id == nil {
		t.Errorf("%s:%d: trigger %v", b.path, b.line, trigger)
	}
	for _, key := range []string{"from", "to"} {
		state, there := trigger[key]
		switch domain, _, _ := strings.Cut(fmt.Sprint(id), "."); {
		case !there:
		case domain == "binary_sensor" && !slices.Contains([]any{"on", "off"}, state),
			domain == "device_tracker" && !slices.Contains([]any{"home", "not_home"}, state):
			t.Errorf("%s:%d: %s is never %v", b.path, b.line, id, state)
		}
	}
}

func checkAction(t *testing.T, s *harness, b block, action map[string]any) {
	t.Helper()
	name, is := action["action"].(string)
	if waits, there := action["wait_for_trigger"].([]any); there {
		for _, trigger := range waits {
			as, _ := trigger.(map[string]any)
			checkTrigger(t, b, as)
		}
		return
	}
	if !is || !slices.Contains(actions(), name) {
		t.Errorf("%s:%d: action %v", b.path, b.line, action)
	}
	if name != "mqtt.publish" {
		return
	}
	data, _ := action["data"].(map[string]any)
	topic, _ := data["topic"].(string)
	payload, _ := data["payload"].(string)
	checkShell(t, s, block{
		path: b.path, line: b.line, text: "mosquitto_pub -h homeserver.lan -t " + topic + " -m '" + payload + "'",
	})
}

// checkTemplates checks that event types and values of events exist.
func checkTemplates(t *testing.T, b block) {
	t.Helper()
	event, _ := sensors.Lookup("measurement")
	for _, found := range regexp.MustCompile(`event_type == '([a-z_]+)'`).FindAllStringSubmatch(b.text, -1) {
		if !slices.Contains(event.Options, found[1]) {
			t.Errorf("%s:%d: there is no event %s", b.path, b.line, found[1])
		}
	}
	for _, found := range regexp.MustCompile(`\.get\('([a-z0-9_]+)'`).FindAllStringSubmatch(b.text, -1) {
		if _, there := sensors.Lookup(found[1]); !there {
			t.Errorf("%s:%d: there is no value %s", b.path, b.line, found[1])
		}
	}
}

// TestTopicsInProse compares what looks like a topic with the tree.
func TestTopicsInProse(t *testing.T) {
	t.Parallel()
	for _, path := range guides() {
		for _, code := range read(t, path).inline {
			topic, _, _ := strings.Cut(code.text, " ")
			if strings.HasPrefix(topic, "vitals2mqtt/") && !topicExists(topic) {
				t.Errorf("%s:%d: there is no topic %s", path, code.line, topic)
			}
		}
	}
}

// topicExists knows topics and filters; <id> is any device.
func topicExists(topic string) bool {
	tree := topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"}
	fixed := []string{
		tree.Base + "/", tree.Base + "/device/<id>", tree.AllFilter(), tree.BridgeState(), tree.BridgeInfo(),
		tree.BridgeHealth(),
	}
	for _, verb := range topics.Verbs() {
		fixed = append(fixed, tree.Request(verb), tree.Response(verb))
	}
	if slices.Contains(fixed, topic) {
		return true
	}
	name, ok := tree.Parse(strings.NewReplacer("+/detail", "weight_kg/detail", "+", "alice").Replace(topic))
	if !ok {
		return false
	}
	_, there := sensors.Lookup(name.Key)
	there = there || slices.Contains(discovery.ImageKeys(), name.Key)
	return name.Key == "" || there || strings.Contains(topic, "/+") || strings.Contains(topic, "<key>")
}
