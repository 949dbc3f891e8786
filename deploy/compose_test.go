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

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

// TestComposeWithConfigFile enables the line that mounts a configuration, and
// leaves PROFILES empty: the file must be where the program looks, and its
// profiles used.
func TestComposeWithConfigFile(t *testing.T) {
	t.Parallel()
	text := read(t, "compose.secured.yaml")
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

// TestComposeNeedsNothing: no file beside it, no variable, and nothing to edit
// is needed before the first start. What is kept is in one volume.
func TestComposeNeedsNothing(t *testing.T) {
	t.Parallel()
	if text := read(t, "compose.yaml"); strings.Contains(text, "$") {
		t.Error("it needs a variable")
	}
	tree := parse(t, "compose.yaml")
	for _, part := range []string{"secrets", "configs"} {
		if tree[part] != nil {
			t.Errorf("it has %s: files that somebody must write, or that a read-only root refuses", part)
		}
	}
	declared, _ := lookup(t, tree, "volumes").(section)
	if len(declared) != 1 {
		t.Errorf("there are %d volumes: %v", len(declared), declared)
	}
	services, _ := lookup(t, tree, "services").(section)
	for name := range services {
		service, _ := lookup(t, services, name).(section)
		for _, part := range []string{"env_file", "secrets", "configs"} {
			if service[part] != nil {
				t.Errorf("%s has %s", name, part)
			}
		}
		if service["volumes"] == nil {
			continue
		}
		for _, volume := range stringList(t, service["volumes"]) {
			from, _, _ := strings.Cut(volume, ":")
			if _, known := declared[from]; !known {
				t.Errorf("%s mounts %s, which is not the volume", name, volume)
			}
		}
	}
	volumes := stringList(t, lookup(t, services, "vitals2mqtt", "volumes"))
	if _, state, _ := strings.Cut(volumes[0], ":"); !strings.Contains(read(t, "..", "Dockerfile"), "\nVOLUME "+state+"\n") {
		t.Errorf("%s is not the image's volume", state)
	}
}

// TestComposeServesTheSetUp checks that the configuration of the file is none,
// so that the program asks for one on the page, which can be reached.
func TestComposeServesTheSetUp(t *testing.T) {
	t.Parallel()
	tree := parse(t, "compose.yaml")
	environment, _ := lookup(t, tree, "services", "vitals2mqtt", "environment").(section)
	var environ []string
	for name, value := range environment {
		environ = append(environ, name+"="+value.(string)) //nolint:errcheck // a panic says it too
	}
	if want := []string{"V2M_WEB_LISTEN=0.0.0.0:8099"}; !slices.Equal(environ, want) {
		t.Errorf("the environment is %v: a setting in it cannot be changed on the page", environ)
	}
	for _, warning := range unknownVariables(environ) {
		t.Error(warning)
	}
	if got := lookup(t, tree, "services", "vitals2mqtt", "ports"); !slices.Equal(stringList(t, got), []string{"8099:8099"}) {
		t.Errorf("it publishes %v", got)
	}
}

// TestComposeBrokerIsNotPublished: a broker without passwords is for the other
// container alone.
func TestComposeBrokerIsNotPublished(t *testing.T) {
	t.Parallel()
	broker, _ := lookup(t, parse(t, "compose.yaml"), "services", "mosquitto").(section)
	for _, part := range []string{"ports", "expose", "networks"} {
		if broker[part] != nil {
			t.Errorf("the broker has %s", part)
		}
	}
	tmpfs := strings.Join(stringList(t, broker["tmpfs"]), "\n")
	// Otherwise the engine makes a volume for each that the image declares.
	for _, folder := range []string{"/mosquitto/data:", "/mosquitto/log:"} {
		if !strings.Contains(tmpfs, "\n"+folder) {
			t.Errorf("%s becomes a volume without a name", folder)
		}
	}
	secured, _ := lookup(t, parse(t, "compose.secured.yaml"), "services", "mosquitto").(section)
	if !slices.Equal(stringList(t, secured["ports"]), []string{"1883:1883"}) {
		t.Errorf("the secured broker is published at %v", secured["ports"])
	}
}

// TestComposeCommandStartsNoBroker checks that the command for an existing
// broker does not start another one.
func TestComposeCommandStartsNoBroker(t *testing.T) {
	t.Parallel()
	for _, file := range composeFiles() {
		service, _ := lookup(t, parse(t, file), "services", "vitals2mqtt").(section)
		alone := strings.Contains(read(t, file), "docker compose up -d --no-deps vitals2mqtt\n")
		if service["depends_on"] != nil && !alone {
			t.Errorf("%s: the service vitals2mqtt starts a broker as well", file)
		}
	}
}

// composeFiles are the files that start a broker and the daemon.
func composeFiles() []string { return []string{"compose.yaml", "compose.secured.yaml"} }

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
