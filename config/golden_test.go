package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/config"
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

// Each file of testdata/good loads; the file next to it has the warnings and the
// effective configuration.
func TestGoldenConfigurations(t *testing.T) {
	t.Parallel()
	for _, path := range globFiles(t, "testdata/good/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			c, warnings, err := load(t, path)
			if err != nil {
				t.Fatal(err)
			}
			masked, err := c.Masked()
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, path, formatWarnings(warnings)+abbreviateKeys(string(masked)))
		})
	}
}

// load parses a file as if it were called config.yaml and stood in its folder.
func load(t *testing.T, path string) (*config.Config, []config.Warning, error) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return config.Source{
		Name: "config.yaml", Data: data, Env: []string{"TEST_SECRET=hunter2 hunter2", "TEST_TYPE=250", "TEST_PROXY=10.0.0.7"},
		Vocabulary: vocabulary(),
		Open:       func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), name)) },
	}.Parse()
}

// compareGolden compares with the .txt file next to path. No expected result may hold a
// secret, however it got there.
func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if strings.Contains(got, testSecret) {
		t.Errorf("a secret was printed:\n%s", got)
	}
	goldentest.Compare(t, strings.TrimSuffix(path, ".yaml")+".txt", []byte(got))
}

// abbreviateKeys puts the word all for the list of all keys, so that a new sensor does
// not change every expected result. Keys that the user adds stand behind them.
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
