package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/config"
	"vitals2mqtt/units"
)

const examplePath = "../config.example.yaml"

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
		if key.Type == config.TypeSecret && (!slices.ContainsFunc(config.Reference(), func(twin config.Key) bool {
			return twin.Path == key.Path+"_file" && twin.Type == config.TypeFile
		}) || key.Default != "") {
			t.Errorf("%s has no file twin, or a default", key.Path)
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
			env = append(env, key.Env+"="+value)
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

func fakeFile(string) ([]byte, error) { return []byte("hunter2"), nil }

func TestExampleLoads(t *testing.T) {
	t.Parallel()
	c, warnings, err := config.Source{
		Name: "config.yaml", Data: example(t), Env: []string{"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=hunter2"},
		Vocabulary: vocabulary(),
	}.Parse()
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	bare, _, err := config.Load("", slices.Replace(minimalEnv(), 2, 3, "V2M_WITHINGS_PROFILES=Alice"), vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(masked(t, bare), masked(t, c)); diff != "" {
		t.Errorf("without a change, the example is not the defaults: -defaults +example\n%s", diff)
	}
}

// As it comes it says what is to be filled in.
func TestExampleReportsMissingKeys(t *testing.T) {
	t.Parallel()
	_, _, err := config.Parse("config.yaml", example(t), nil, vocabulary())
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "withings.client_id: missing") ||
		!strings.Contains(err.Error(), "withings.client_secret: missing") {
		t.Errorf("got %v", err)
	}
}

// With everything switched on it still loads, apart from the file twins.
func TestExampleLoadsUncommented(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`(?m)^( *)#([a-z_]+:|(?: {2})*- |(?: {2})+[a-z_]+:)`).ReplaceAllString(string(example(t)), "$1$2")
	text = regexp.MustCompile(`(?m)^ *(client_secret|password)_file:.*$`).ReplaceAllString(text, "")
	text = strings.NewReplacer(
		`client_id: ""`, "client_id: id", `client_secret: ""`, "client_secret: hunter2", "mqtt://", "mqtts://",
	).Replace(text)
	c, warnings, err := config.Source{Name: "config.yaml", Data: []byte(text), Open: fakeFile, Vocabulary: vocabulary()}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 || warnings[0].Path != "mqtt.listen" {
		t.Errorf("warnings %s", formatWarnings(warnings))
	}
	if len(c.Withings.Profiles) != 2 || c.Withings.Profiles[1].Units != units.Imperial || len(c.Withings.ExtraTypes) != 1 ||
		c.Withings.Profiles[1].Schedule.Spec != "*/15 * * * *" || c.Web.Auth != config.AuthPassword ||
		c.Notifications.PublicURL != "https://vitals.example.org" || len(c.Notifications.Sources) != 2 {
		t.Errorf("%+v", c)
	}
}

func TestExampleListsEveryKeyWithDefault(t *testing.T) {
	t.Parallel()
	text := string(example(t))
	if !strings.HasPrefix(text, "# yaml-language-server: $schema=config/config.schema.json\n") {
		t.Error("no editor finds the schema")
	}
	for _, key := range config.Reference() {
		if key.Unimplemented {
			continue
		}
		name := key.Path[strings.LastIndexByte(key.Path, '.')+1:]
		want := name + ":"
		if key.Default != "" && !strings.Contains(key.Path, "[]") {
			want += ` "?` + regexp.QuoteMeta(key.Default) + `"?$`
		}
		if !regexp.MustCompile(`(?m)^ *#?(?:  )*(?:- )?` + want).MatchString(text) {
			t.Errorf("no line for %s with default %q", key.Path, key.Default)
		}
	}
}

func TestSchemaIsUpToDate(t *testing.T) {
	t.Parallel()
	const path = "config.schema.json"
	got := config.Schema(vocabulary())
	if !json.Valid(got) {
		t.Fatal("no JSON")
	}
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("%v; run go test ./config/ -update\n%s", err, cmp.Diff(string(want), string(got)))
	}
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

func example(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func masked(t *testing.T, c *config.Config) string {
	t.Helper()
	text, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
