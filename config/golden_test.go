// SPDX-License-Identifier: MIT

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
)

// testSecret is in every secret of the test data, and so may be in no output.
const testSecret = "hunter2"

// vocabulary is the program's own.
func vocabulary() config.Vocabulary {
	return config.Vocabulary{
		Keys: sensors.Keys(), Nearest: sensors.Nearest,
		Known: func(key string) bool {
			row, ok := sensors.Lookup(key)
			return ok && row.Endpoint != ""
		},
	}
}

// Each file of testdata/bad has one mistake (or some that belong together); the
// file next to it has the exact message.
func TestGoldenProblems(t *testing.T) {
	t.Parallel()
	for _, path := range globFiles(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			c, warnings, err := load(t, path)
			if c != nil || err == nil {
				t.Fatal("the file was accepted")
			}
			var problems config.Errors
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("the error is a %T, not Errors", err)
			}
			compareGolden(t, path, formatWarnings(warnings)+err.Error()+"\n")
		})
	}
}

// Each file of testdata/good loads; the file next to it has the warnings and
// what of the effective configuration differs from the defaults.
func TestGoldenValidFiles(t *testing.T) {
	t.Parallel()
	defaults := flatten(t, masked(t, defaultConfig(t)))
	for _, path := range globFiles(t, "testdata/good/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			c, warnings, err := load(t, path)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, path, formatWarnings(warnings)+differences(defaults, flatten(t, masked(t, c))))
		})
	}
}

// testdata/defaults.txt has the whole configuration as it is printed.
func TestGoldenDefaults(t *testing.T) {
	t.Parallel()
	compareGolden(t, "testdata/defaults", abbreviateKeys(masked(t, defaultConfig(t))))
}

// defaultConfig has nothing but what must be set.
func defaultConfig(t *testing.T) *config.Config {
	t.Helper()
	c, _, err := config.Parse("", nil, slices.Replace(minimalEnv(), 2, 3, "V2M_WITHINGS_PROFILES=Alice"), vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// setting is one line of a configuration that is printed in one piece.
type setting struct{ path, value string }

// flatten returns the settings of a printed configuration by their whole paths.
func flatten(t *testing.T, text string) []setting {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	var settings []setting
	var walk func(path string, node *yaml.Node)
	walk = func(path string, node *yaml.Node) {
		switch {
		case node.Kind == yaml.MappingNode && node.Style != yaml.FlowStyle:
			for i := 0; i < len(node.Content); i += 2 {
				walk(strings.TrimPrefix(path+"."+node.Content[i].Value, "."), node.Content[i+1])
			}
		case node.Kind == yaml.SequenceNode && node.Style != yaml.FlowStyle:
			for i, item := range node.Content {
				walk(path+"["+strconv.Itoa(i)+"]", item)
			}
		default:
			value, err := yaml.Marshal(node)
			if err != nil {
				t.Fatal(err)
			}
			settings = append(settings, setting{path, abbreviateKeys(strings.TrimSpace(string(value)))})
		}
	}
	walk("", root.Content[0])
	return settings
}

// differences lists the settings that are not the defaults, of profiles those
// that are not taken from the section withings.
func differences(defaults, settings []setting) string {
	var lines strings.Builder
	for _, s := range settings {
		inherited := setting{regexp.MustCompile(`profiles\[\d+\]\.`).ReplaceAllString(s.path, ""), s.value}
		if !slices.Contains(defaults, s) && (inherited.path == s.path || !slices.Contains(settings, inherited)) {
			lines.WriteString(s.path + ": " + s.value + "\n")
		}
	}
	return lines.String()
}

// load parses a file as if it were called config.yaml.
func load(t *testing.T, path string) (*config.Config, []config.Warning, error) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return config.Source{
		Name: "config.yaml", Data: data, Env: []string{"TEST_SECRET=hunter2 hunter2", "TEST_TYPE=250", "TEST_PROXY=10.0.0.7"},
		Vocabulary: vocabulary(),
		Process:    &fileaccess.Process{UID: 65532, GID: 65532},
		Open:       func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), name)) },
	}.Parse()
}

// compareGolden compares with the .txt file next to path. No expected result
// may hold a secret, however it got there.
func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if strings.Contains(got, testSecret) {
		t.Errorf("a secret was printed:\n%s", got)
	}
	goldentest.Compare(t, strings.TrimSuffix(path, ".yaml")+".txt", []byte(got))
}

// abbreviateKeys replaces the list of all keys by "all", so that a new sensor
// does not change every expected result. The user's own keys follow it.
func abbreviateKeys(masked string) string {
	every := "[" + strings.Join(sensors.Keys(), ", ")
	return strings.NewReplacer(every+"]", "all", every+", ", "[all, ").Replace(masked)
}

func formatWarnings(warnings []config.Warning) string {
	var text strings.Builder
	for _, warning := range warnings {
		text.WriteString("warning: " + warning.String() + "\n")
	}
	return text.String()
}

func globFiles(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
	}
	return paths
}
