package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

// TestComposeWithConfigFile enables the line that mounts a configuration, and
// leaves PROFILES empty: the file must be where the program looks, and its
// profiles used.
func TestComposeWithConfigFile(t *testing.T) {
	t.Parallel()
	text := read(t, "compose.yaml")
	spare := regexp.MustCompile(`(?m)^( *)#(- \./config\.yaml:\S+)`)
	if n := len(spare.FindAllString(text, -1)); n != 1 {
		t.Fatalf("there are %d lines for a configuration file", n)
	}
	var tree section // a key that is there twice is an error
	if err := yaml.Unmarshal([]byte(spare.ReplaceAllString(text, "$1$2")), &tree); err != nil {
		t.Fatal(err)
	}
	volumes := stringList(t, lookup(t, tree, "services", "vitals2mqtt", "volumes"))
	if !slices.Contains(volumes, "./config.yaml:"+defaultConfigPath(t)+":ro") || len(volumes) != 2 {
		t.Errorf("the volumes are %v", volumes)
	}

	environment, _ := lookup(t, tree, "services", "vitals2mqtt", "environment").(section)
	var environ []string
	for name, value := range environment {
		value, _ := value.(string)
		switch {
		case strings.HasSuffix(name, "_FILE"):
			name, value = strings.TrimSuffix(name, "_FILE"), "secret"
		case strings.HasPrefix(value, "${PROFILES"):
			if strings.HasPrefix(value, "${PROFILES:") {
				t.Errorf("compose does not take an empty one: %s", value)
			}
			value = ""
		case strings.HasPrefix(value, "${CALLBACK_URL"):
			value = "" // as in a .env of before it was there
		case strings.HasPrefix(value, "${BASE_URL"):
			value = "https://vitals.example.org"
		}
		environ = append(environ, name+"="+value)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	people := "withings: {profiles: [{name: Alice, measurements: [weight_kg]}, Bob]}\n"
	if err := os.WriteFile(path, []byte(people), 0o600); err != nil {
		t.Fatal(err)
	}
	c, warnings, err := config.Load(path, environ, config.Vocabulary{Keys: sensors.Keys(), Nearest: sensors.Nearest})
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if len(c.Withings.Profiles) != 2 || !slices.Equal(c.Withings.Profiles[0].Measurements, []string{"weight_kg"}) {
		t.Errorf("the profiles of the file are not used: %+v", c.Withings.Profiles)
	}
}

// TestComposeCommandStartsNoBroker checks that the command for an existing
// broker does not start another one.
func TestComposeCommandStartsNoBroker(t *testing.T) {
	t.Parallel()
	service, _ := lookup(t, parse(t, "compose.yaml"), "services", "vitals2mqtt").(section)
	alone := strings.Contains(read(t, "compose.yaml"), "docker compose up -d --no-deps vitals2mqtt\n")
	if service["depends_on"] != nil && !alone {
		t.Error("the service vitals2mqtt starts a broker as well")
	}
}

// defaultConfigPath is where the program looks for a configuration by default
// if the working folder has none.
func defaultConfigPath(t *testing.T) string {
	t.Helper()
	var paths []string
	for _, path := range config.DefaultPaths() {
		if filepath.IsAbs(path) {
			paths = append(paths, path)
		}
	}
	if len(paths) != 1 {
		t.Fatalf("a file is looked for in %v", paths)
	}
	return paths[0]
}
