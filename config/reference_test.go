// SPDX-License-Identifier: MIT

package config_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/goldentest"
)

func TestReferenceIsComplete(t *testing.T) {
	t.Parallel()
	paths, variables := map[string]bool{}, map[string]bool{}
	for _, key := range config.Reference() {
		if paths[key.Path] || key.Env != "" && variables[key.Env] {
			t.Errorf("%s or %s is there twice", key.Path, key.Env)
		}
		paths[key.Path], variables[key.Env] = true, true
		inside := strings.Contains(key.Path, "[]")
		if inside != (key.Env == "") || !strings.HasSuffix(key.Description, ".") || key.Example == "" || key.Type == "" {
			t.Errorf("%s lacks something: %+v", key.Path, key)
		}
		if (key.Type == config.TypeChoice) != (len(key.Choices) > 0) {
			t.Errorf("%s: choices %q", key.Path, key.Choices)
		}
		if key.Type == config.TypeSecret && (!slices.ContainsFunc(config.Reference(), func(other config.Key) bool {
			return other.Path == key.Path+"_file" && other.Type == config.TypeFile
		}) || key.Default != "") {
			t.Errorf("%s has no _file variant, or a default", key.Path)
		}
	}
}

// Every key takes its own default and its own example, from the environment.
func TestDefaultsAndExamplesAreValid(t *testing.T) {
	t.Parallel()
	for _, key := range config.Reference() {
		for _, value := range []string{key.Default, key.Example} {
			if key.Env == "" || key.Required || value == "" || strings.ContainsAny(value, "[{") {
				continue
			}
			env := minimalEnv("V2M_MQTT_USERNAME=me", "V2M_MQTT_TLS_CERT_FILE=x", "V2M_MQTT_TLS_KEY_FILE=x", "V2M_WEB_AUTH=none")
			env = append(env, "V2M_HISTORY_MIRROR_USERNAME=me", key.Env+"="+value)
			if path, ok := strings.CutSuffix(key.Env, "_FILE"); ok { // instead of the secret
				env = slices.DeleteFunc(env, func(entry string) bool { return strings.HasPrefix(entry, path+"=") })
			}
			if strings.HasPrefix(key.Path, "web.") || key.Path == "mqtt.listen" {
				env = append(env, "V2M_MQTT_PASSWORD=x")
			}
			_, _, err := config.Source{Env: env, Open: fakeFile, Vocabulary: vocabulary()}.Parse()
			if err != nil {
				t.Errorf("%s=%s: %v", key.Env, value, err)
			}
		}
	}
}

func TestBoundsOfValues(t *testing.T) {
	t.Parallel()
	for entry, valid := range map[string]bool{
		"V2M_MQTT_BASE_TOPIC=" + strings.Repeat("x", 1000):  true,
		"V2M_MQTT_BASE_TOPIC=" + strings.Repeat("x", 1001):  false,
		"V2M_WITHINGS_BASE_URL=http://a.lan:1":              true,
		"V2M_WITHINGS_BASE_URL=http://a.lan:65535":          true,
		"V2M_WITHINGS_BASE_URL=http://a.lan:0":              false,
		"V2M_WITHINGS_BASE_URL=http://a.lan:65536":          false,
		"V2M_WITHINGS_PROFILES=" + strings.Repeat("x", 100): true,
		"V2M_WITHINGS_PROFILES=" + strings.Repeat("x", 101): false,
		"V2M_WITHINGS_REQUESTS_PER_MINUTE=1":                true,
		"V2M_WITHINGS_REQUESTS_PER_MINUTE=0":                false,
		"V2M_MQTT_KEEPALIVE=5s":                             true,
		"V2M_MQTT_KEEPALIVE=4999ms":                         false,
		"V2M_MQTT_KEEPALIVE=65535":                          true,
		"V2M_MQTT_KEEPALIVE=65536":                          false,
	} {
		if _, _, err := config.Load("", minimalEnv(entry), vocabulary()); (err == nil) != valid {
			t.Errorf("%.60s: %v", entry, err)
		}
	}
}

func fakeFile(string) ([]byte, error) { return []byte("hunter2"), nil }

func TestGoldenSchema(t *testing.T) {
	t.Parallel()
	got := config.Schema(vocabulary())
	if !json.Valid(got) {
		t.Fatal("the schema is not valid JSON")
	}
	goldentest.Compare(t, "config.schema.json", got)
}

func TestSchemaHasEveryKey(t *testing.T) {
	t.Parallel()
	type node struct {
		Properties  map[string]*node `json:"properties"`
		Items       *node            `json:"items"`
		AnyOf       []*node          `json:"anyOf"`
		Description string           `json:"description"`
		Additional  any              `json:"additionalProperties"`
	}
	var root node
	if err := json.Unmarshal(config.Schema(vocabulary()), &root); err != nil {
		t.Fatal(err)
	}
	for _, key := range config.Reference() {
		at := &root
		for part := range strings.SplitSeq(key.Path, ".") {
			if at.Additional != false {
				t.Errorf("%s: an editor would not notice a wrong key next to it", key.Path)
			}
			name, list := strings.CutSuffix(part, "[]")
			if at = at.Properties[name]; at == nil {
				t.Fatalf("%s is not in the schema", key.Path)
			}
			if list {
				if at.Items == nil { // names are possible too
					at = at.AnyOf[0].Items.AnyOf[1]
				} else {
					at = at.Items
				}
			}
		}
		if !strings.HasSuffix(at.Description, key.Description) {
			t.Errorf("%s is described as %q", key.Path, at.Description)
		}
	}
}

func masked(t *testing.T, c *config.Config) string {
	t.Helper()
	text, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
