// SPDX-License-Identifier: MIT

package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// blueprint is what the tests read of a blueprint. See
// https://www.home-assistant.io/docs/blueprint/schema/.
type blueprint struct {
	Blueprint struct {
		Name, Description, Domain, Author string
		HomeAssistant                     struct {
			MinVersion string `yaml:"min_version"`
		}
		Input map[string]struct {
			Name, Description string
			Default           any
			Selector          map[string]any
		}
	}
	Mode       string
	Triggers   yaml.Node
	Variables  yaml.Node
	Conditions yaml.Node
	Actions    yaml.Node
}

// blueprintSelectors are those that the blueprints use.
func blueprintSelectors() []string {
	return []string{"entity", "number", "time", "action", "condition", "duration", "target"}
}

// blueprintKey is a key of the catalogue in a template.
var blueprintKey = regexp.MustCompile(`get\('([a-z0-9_]+)'`)

// TestBlueprints checks what does not need Home Assistant; the end-to-end tests
// run them there.
func TestBlueprints(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("blueprints", "automation", "vitals2mqtt", "*.yaml"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v", files, err)
	}
	guide, err := os.ReadFile(filepath.Join("..", "docs", "home-assistant.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var b blueprint
			strict := yaml.NewDecoder(strings.NewReader(string(text)))
			strict.KnownFields(true)
			if err := strict.Decode(&b); err != nil {
				t.Fatal(err)
			}
			checkBlueprint(t, b, string(text))
			if !strings.Contains(string(guide), filepath.Base(path)) {
				t.Error("docs/home-assistant.md does not mention it")
			}
		})
	}
}

func checkBlueprint(t *testing.T, b blueprint, text string) {
	t.Helper()
	about := b.Blueprint
	if about.Name == "" || about.Description == "" || about.Domain != "automation" || about.HomeAssistant.MinVersion == "" {
		t.Errorf("%+v", about)
	}
	if !slices.Contains([]string{"single", "restart", "queued"}, b.Mode) {
		t.Errorf("mode %q", b.Mode)
	}
	used := map[string]bool{}
	for _, node := range []yaml.Node{b.Triggers, b.Variables, b.Conditions, b.Actions} {
		collectInputs(&node, used)
	}
	for name := range used {
		if _, declared := about.Input[name]; !declared {
			t.Errorf("!input %s is not declared", name)
		}
	}
	for name, input := range about.Input {
		if !used[name] {
			t.Errorf("input %s is not used", name)
		}
		if input.Name == "" || len(input.Selector) != 1 {
			t.Errorf("input %s: %+v", name, input)
		}
		for kind := range input.Selector {
			if !slices.Contains(blueprintSelectors(), kind) {
				t.Errorf("input %s: selector %s", name, kind)
			}
			needed := kind == "entity" || kind == "target"
			if needed != (input.Default == nil) {
				t.Errorf("input %s: selector %s with default %v", name, kind, input.Default)
			}
		}
	}
	for _, found := range blueprintKey.FindAllStringSubmatch(text, -1) {
		if _, known := sensors.Lookup(found[1]); !known && found[1] != "event_type" {
			t.Errorf("no value is called %s", found[1])
		}
	}
}

// collectInputs adds the names after !input below a node.
func collectInputs(node *yaml.Node, into map[string]bool) {
	if node.Tag == "!input" {
		into[node.Value] = true
	}
	for _, inner := range node.Content {
		collectInputs(inner, into)
	}
}
