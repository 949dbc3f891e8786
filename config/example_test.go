// SPDX-License-Identifier: MIT

package config_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/units"
)

const examplePath = "../config.example.yaml"

const exampleHead = `# Configuration of vitals2mqtt. Copy this file to config.yaml, or let
# "vitals2mqtt init" do it, fill in what is empty, and check the result with
# "vitals2mqtt check", which reports every mistake with its line.
#
# Lines that begin with "# " are explanations. Lines such as "#key: value" are
# settings that are not set: they show the default, or an example where there is
# no default. Remove the # to use one.
#
#   ${NAME}   is replaced by the environment variable NAME; $$ is one dollar sign.
#   …_file    reads a secret from a file. Relative paths are resolved against the
#             directory of this file.
#   V2M_…     every setting has an environment variable, which overrides this file:
#             mqtt.url is V2M_MQTT_URL. Lists are separated by commas:
#             V2M_WITHINGS_PROFILES=Alice,Bob
#
# This file is generated from the table in config/.
`

// The example is the reference as a file to copy.
func TestGoldenExample(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, examplePath, []byte(exampleFile(t)))
}

func exampleFile(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(exampleHead)
	var section []string
	for _, key := range config.Reference() {
		if strings.Contains(key.Path, "[]") {
			continue
		}
		parts := strings.Split(key.Path, ".")
		parents, name := parts[:len(parts)-1], parts[len(parts)-1]
		opened := false
		for i, parent := range parents {
			if i >= len(section) || section[i] != parent {
				text.WriteString("\n" + strings.Repeat("  ", i) + parent + ":\n")
				opened = true
			}
		}
		section = parents
		indent := strings.Repeat("  ", len(parents))
		if !strings.HasSuffix(name, "_file") || key.Type != config.TypeFile || strings.HasPrefix(key.Path, "mqtt.tls") {
			if !opened {
				text.WriteString("\n")
			}
			text.WriteString(wrapComment(key.Description, indent))
		}
		text.WriteString(exampleLines(t, key, indent, name))
	}
	return text.String()
}

// exampleLines are the lines of one key.
func exampleLines(t *testing.T, key config.Key, indent, name string) string {
	t.Helper()
	switch {
	case key.Type == config.TypeProfiles:
		return indent + name + ":\n" + indent + "  - Alice\n" + exampleItem(t, key.Path, indent+"  #")
	case key.Type == config.TypeExtraTypes:
		return indent + "#" + name + ":\n" + exampleItem(t, key.Path, indent+"#  ")
	case key.Required:
		return indent + name + ": \"\"\n"
	case key.Default != "" && key.Type == config.TypeBroker:
		return indent + name + ": " + key.Default + "\n"
	case key.Default != "":
		return indent + "#" + name + ": " + yamlText(t, key.Type, key.Default) + "\n"
	}
	return indent + "#" + name + ": " + yamlText(t, key.Type, key.Example) + "\n"
}

// exampleItem is one section of a list, with the examples of its keys.
func exampleItem(t *testing.T, list, indent string) string {
	t.Helper()
	var text strings.Builder
	mark := "- "
	for _, key := range config.Reference() {
		if name, inside := strings.CutPrefix(key.Path, list+"[]."); inside {
			text.WriteString(indent + mark + name + ": " + yamlText(t, key.Type, key.Example) + "\n")
			mark = "  "
		}
	}
	return text.String()
}

func yamlText(t *testing.T, kind config.Type, value string) string {
	t.Helper()
	if strings.ContainsAny(value, "[{") || kind == config.TypeBool || kind == config.TypeNumber {
		return value
	}
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func wrapComment(text, indent string) string {
	const width = 80
	var out strings.Builder
	line := indent + "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width {
			out.WriteString(line + "\n")
			line = indent + "#"
		}
		line += " " + word
	}
	return out.String() + line + "\n"
}

func TestExampleLoads(t *testing.T) {
	t.Parallel()
	c, warnings, err := config.Source{
		Name:       "config.yaml",
		Data:       []byte(exampleFile(t)),
		Env:        []string{"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=hunter2"},
		Vocabulary: vocabulary(),
	}.Parse()
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if diff := cmp.Diff(masked(t, defaultConfig(t)), masked(t, c)); diff != "" {
		t.Errorf("without a change, the example is not the defaults: -defaults +example\n%s", diff)
	}
}

func TestExampleReportsMissingKeys(t *testing.T) {
	t.Parallel()
	_, _, err := config.Parse("config.yaml", []byte(exampleFile(t)), nil, vocabulary())
	if err == nil || strings.Count(err.Error(), "\n") != 1 ||
		!strings.Contains(err.Error(), "withings.client_id: missing") ||
		!strings.Contains(err.Error(), "withings.client_secret: missing") {
		t.Errorf("got %v", err)
	}
}

// With everything enabled it still loads, apart from the _file variants.
func TestExampleLoadsUncommented(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`(?m)^( *)#([a-z_]+:|(?: {2})*- |(?: {2})+[a-z_]+:)`).
		ReplaceAllString(exampleFile(t), "$1$2")
	text = regexp.MustCompile(`(?m)^ *(client_secret|password|token)_file:.*$`).ReplaceAllString(text, "")
	text = strings.NewReplacer(
		`client_id: ""`, "client_id: id", `client_secret: ""`, "client_secret: hunter2", "mqtt://", "mqtts://",
	).Replace(text)
	c, warnings, err := config.Source{
		Name:       "config.yaml",
		Data:       []byte(text),
		Open:       fakeFile,
		Vocabulary: vocabulary(),
	}.Parse()
	if err != nil {
		t.Fatal(err, text)
	}
	if len(warnings) != 3 || warnings[0].Path != "mqtt.listen" || warnings[1].Path != "history.mirror.username" ||
		warnings[2].Path != "web.auth" {
		t.Errorf("warnings %s", formatWarnings(warnings))
	}
	if len(c.Withings.Profiles) != 2 || c.Withings.Profiles[1].Units != units.UK || len(c.Withings.ExtraTypes) != 1 ||
		c.Withings.Profiles[1].Schedule.Spec != "@every 30m" || c.Web.Auth != config.AuthNone ||
		c.Notifications.PublicURL != "https://vitals.example.org" || len(c.Notifications.Sources) != 2 {
		t.Errorf("%+v", c)
	}
}
