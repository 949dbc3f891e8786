// SPDX-License-Identifier: MIT

// The files in this folder are read by other programs. These tests compare them
// with the program: everything that they name must exist.
package deploy_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/addon"
	"vitals2mqtt/cli"
	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// section is a mapping in YAML.
type section = map[string]any

func read(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func parse(t *testing.T, parts ...string) section {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(read(t, parts...)))
	var tree section
	if err := decoder.Decode(&tree); err != nil {
		t.Fatalf("%s: %v", filepath.Join(parts...), err)
	}
	return tree
}

// lookup goes down a tree; the last step may be anything.
func lookup(t *testing.T, tree section, path ...string) any {
	t.Helper()
	var here any = tree
	for _, step := range path {
		below, ok := here.(section)
		if !ok || below[step] == nil {
			t.Fatalf("there is no %s", strings.Join(path, "."))
		}
		here = below[step]
	}
	return here
}

// stringList returns the strings of a list.
func stringList(t *testing.T, value any) []string {
	t.Helper()
	list, ok := value.([]any)
	if !ok {
		t.Fatalf("%v is no list", value)
	}
	var out []string
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			t.Fatalf("%v is no text", item)
		}
		out = append(out, text)
	}
	return out
}

// unknownVariables returns what the configuration says about variables that it
// does not know.
func unknownVariables(environ []string) []string {
	_, warnings, _ := config.Load("", environ, config.Vocabulary{Keys: sensors.Keys(), Nearest: sensors.Nearest})
	var out []string
	for _, warning := range warnings {
		out = append(out, warning.String())
	}
	return out
}

// expectCommand fails when the program has no such command.
func expectCommand(t *testing.T, name string) {
	t.Helper()
	var out bytes.Buffer
	program := cli.Program{Stdin: &out, Stdout: &out, Stderr: &out}
	if code := program.Run([]string{name, "--help"}); code != 0 {
		t.Errorf("the program has no command %q", name)
	}
}

func TestComposeDropsPrivileges(t *testing.T) {
	t.Parallel()
	for _, file := range composeFiles() {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			expectUnprivileged(t, parse(t, file))
		})
	}
}

// expectUnprivileged checks that the services of a compose file have no rights.
func expectUnprivileged(t *testing.T, tree section) {
	t.Helper()
	for _, service := range []string{"vitals2mqtt", "mosquitto"} {
		if lookup(t, tree, "services", service, "read_only") != true {
			t.Errorf("%s may write to its root", service)
		}
		if got := stringList(t, lookup(t, tree, "services", service, "cap_drop")); !slices.Equal(got, []string{"ALL"}) {
			t.Errorf("%s keeps capabilities: %v", service, got)
		}
		got := stringList(t, lookup(t, tree, "services", service, "security_opt"))
		if !slices.Contains(got, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges: %v", service, got)
		}
		if got := stringList(t, lookup(t, tree, "services", service, "tmpfs")); !strings.HasPrefix(got[0], "/tmp:") {
			t.Errorf("%s has no /tmp: %v", service, got)
		}
		below, _ := lookup(t, tree, "services", service).(section)
		for _, never := range []string{"privileged", "network_mode", "pid", "cap_add", "devices"} {
			if below[never] != nil {
				t.Errorf("%s has %s", service, never)
			}
		}
	}
	own, _ := lookup(t, tree, "services", "vitals2mqtt").(section)
	if own["user"] != nil {
		t.Error("the image's own user is not root: leave it")
	}
}

func TestSecuredComposeMatchesProgram(t *testing.T) {
	t.Parallel()
	tree := parse(t, "compose.secured.yaml")
	check := stringList(t, lookup(t, tree, "services", "vitals2mqtt", "healthcheck", "test"))
	if !slices.Equal(check, []string{"CMD", "/vitals2mqtt", "healthcheck"}) {
		t.Errorf("the health check is %v", check)
	}
	expectCommand(t, check[2])
	environment, _ := lookup(t, tree, "services", "vitals2mqtt", "environment").(section)
	var environ []string
	wanted := regexp.MustCompile(`\$\{([A-Z_]+)[:?-]`)
	example := read(t, "compose.secured.env.example")
	for name, value := range environment {
		text, _ := value.(string)
		environ = append(environ, name+"="+text)
		if asked := wanted.FindStringSubmatch(text); len(asked) > 1 && !strings.Contains(example, "\n"+asked[1]+"=") {
			t.Errorf("compose.secured.env.example does not have %s", asked[1])
		}
		if secret, ok := strings.CutPrefix(text, "/run/secrets/"); ok {
			if lookup(t, tree, "secrets", secret, "file") != "./secrets/"+secret {
				t.Errorf("the secret %s is somewhere else", secret)
			}
			if !slices.Contains(stringList(t, lookup(t, tree, "services", "vitals2mqtt", "secrets")), secret) {
				t.Errorf("the secret %s does not get in", secret)
			}
		}
	}
	for _, warning := range unknownVariables(environ) {
		t.Error(warning)
	}
	dockerfile := read(t, "..", "Dockerfile")
	volumes := stringList(t, lookup(t, tree, "services", "vitals2mqtt", "volumes"))
	_, state, _ := strings.Cut(volumes[0], ":")
	if !strings.Contains(dockerfile, "\nVOLUME "+state+"\n") {
		t.Errorf("%s is not the image's volume", state)
	}
	for _, volume := range stringList(t, lookup(t, tree, "services", "mosquitto", "volumes")) {
		from, _, _ := strings.Cut(volume, ":")
		if _, err := os.Stat(from); strings.HasPrefix(from, "./") && !strings.HasPrefix(from, "./secrets/") && err != nil {
			t.Errorf("%s: %v", volume, err)
		}
	}
	if !strings.Contains(example, "\nCOMPOSE_FILE=compose.secured.yaml\n") {
		t.Error("docker compose would start the other file")
	}
	broker := read(t, "compose.secured.mosquitto.conf")
	for _, line := range []string{
		"allow_anonymous false", "password_file /mosquitto/config/passwords", "acl_file /mosquitto/config/acl",
	} {
		if !strings.Contains(broker, "\n"+line+"\n") {
			t.Errorf("compose.secured.mosquitto.conf has no line %q", line)
		}
	}
}

func TestMosquittoACLCoversDaemon(t *testing.T) {
	t.Parallel()
	lists := map[string][]string{}
	user := ""
	for line := range strings.Lines(read(t, "mosquitto", "acl")) {
		switch kind, rest, _ := strings.Cut(strings.TrimSpace(line), " "); kind {
		case "user":
			user = rest
		case "topic":
			lists[user] = append(lists[user], rest)
		}
	}
	tree := topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"}
	for _, want := range []string{"readwrite " + tree.Base + "/#", "readwrite " + tree.DocumentFilter()} {
		if !slices.Contains(lists["vitals2mqtt"], want) {
			t.Errorf("the daemon may not %s; it may %v", want, lists["vitals2mqtt"])
		}
	}
	compose := parse(t, "compose.secured.yaml")
	name, _ := lookup(t, compose, "services", "vitals2mqtt", "environment", "V2M_MQTT_USERNAME").(string)
	if lists[name] == nil {
		t.Errorf("the access list knows no %q", name)
	}
}

func TestUnitMatchesProgram(t *testing.T) {
	t.Parallel()
	unit := read(t, "systemd", "vitals2mqtt.service")
	command := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/vitals2mqtt (\w+)$`).FindStringSubmatch(unit)
	if command == nil {
		t.Fatal("ExecStart is not understood")
	}
	expectCommand(t, command[1])
	if want := "# else " + defaultConfigPath(t) + "."; !strings.Contains(unit, want) {
		t.Errorf("the unit does not say %q, where the program looks", want)
	}
	for _, line := range []string{
		"Type=notify", "WatchdogSec=2min", "Restart=on-failure", "RestartPreventExitStatus=2 3", "User=vitals2mqtt",
		"StateDirectory=vitals2mqtt", "StateDirectoryMode=0700", "NoNewPrivileges=yes", "ProtectSystem=strict",
		"CapabilityBoundingSet=",
	} {
		if !strings.Contains(unit, "\n"+line+"\n") {
			t.Errorf("the unit has no line %s", line)
		}
	}
	if !strings.Contains(read(t, "systemd", "vitals2mqtt.sysusers"), "\nu vitals2mqtt ") {
		t.Error("the user is not created")
	}
}

func TestAddOnMatchesProgram(t *testing.T) {
	t.Parallel()
	tree := parse(t, "addon", "vitals2mqtt", "config.yaml")
	schema, _ := lookup(t, tree, "schema").(section)
	if got := slices.Sorted(maps.Keys(schema)); !slices.Equal(got, addon.OptionNames()) {
		t.Errorf("the form has %v, the program knows %v", got, addon.OptionNames())
	}
	options, _ := lookup(t, tree, "options").(section)
	// As the Supervisor reads it: a kind, perhaps its bounds, perhaps a question
	// mark.
	kinds := regexp.MustCompile(`^(str|bool|url|password|int|port|list\(.+\))\??$`)
	for name, kind := range schema {
		text, listed := kind.(string)
		if !listed {
			text = stringList(t, kind)[0]
		}
		if !kinds.MatchString(text) {
			t.Errorf("the Supervisor does not know %s: %s", name, text)
		}
		if _, given := options[name]; given == strings.HasSuffix(text, "?") {
			t.Errorf("%s: what must be given has a default, null or not, and the rest has none", name)
		}
	}
	for _, option := range addon.Options() {
		if _, list := schema[option.Name].([]any); list != option.List {
			t.Errorf("the program and the form differ on whether %s is a list", option.Name)
		}
	}
	for name, kind := range schema {
		text, _ := kind.(string)
		if text != "" && !strings.HasSuffix(text, "?") {
			t.Errorf("%s must be filled in, though the page sets the program up", name)
		}
	}
	for option, want := range map[string][]string{
		"units": {"metric", "imperial", "uk"}, "log_level": {"trace", "debug", "info", "warn", "error"},
	} {
		if got, _ := schema[option].(string); got != "list("+strings.Join(want, "|")+")?" {
			t.Errorf("%s is %s, want %v", option, got, want)
		}
	}
	if !slices.Contains(stringList(t, lookup(t, tree, "services")), "mqtt:want") {
		t.Error("the Supervisor does not provide the broker")
	}
	for place, want := range map[string]any{
		"watchdog": "http://[HOST]:[PORT:" + addon.PagePort + "]/healthz", "ingress": true,
		"ingress_stream": true, "ingress_port": addon.IngressPort, "panel_title": "Vitals", "panel_icon": "mdi:heart-pulse",
	} {
		if fmt.Sprint(lookup(t, tree, place)) != fmt.Sprint(want) {
			t.Errorf("%s is %v", place, lookup(t, tree, place))
		}
	}
	docs := read(t, "addon", "vitals2mqtt", "DOCS.md")
	for _, name := range addon.OptionNames() {
		if !strings.Contains(docs, "`"+name+"`") {
			t.Errorf("DOCS.md does not explain %s", name)
		}
	}
}

func TestAddOnIsTranslated(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("addon", "vitals2mqtt", "translations", "*.yaml"))
	if err != nil || len(paths) < 2 {
		t.Fatal(paths, err)
	}
	ports, _ := lookup(t, parse(t, "addon", "vitals2mqtt", "config.yaml"), "ports").(section)
	for _, path := range paths {
		tree := parse(t, path)
		translated, _ := lookup(t, tree, "configuration").(section)
		if got := slices.Sorted(maps.Keys(translated)); !slices.Equal(got, addon.OptionNames()) {
			t.Errorf("%s has %v, want %v", path, got, addon.OptionNames())
		}
		for name := range translated {
			for _, part := range []string{"name", "description"} {
				if text, _ := lookup(t, tree, "configuration", name, part).(string); text == "" || strings.Contains(text, "\n") {
					t.Errorf("%s: %s of %s is %q", path, part, name, text)
				}
			}
		}
		network, _ := lookup(t, tree, "network").(section)
		if !slices.Equal(slices.Sorted(maps.Keys(network)), slices.Sorted(maps.Keys(ports))) {
			t.Errorf("%s names other ports", path)
		}
	}
}

// The vendor's terms forbid its name in the names of applications.
func TestVendorNameIsNotUsed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		lookup(t, parse(t, "addon", "vitals2mqtt", "config.yaml"), "name").(string), //nolint:errcheck // a panic says it too
		lookup(t, parse(t, "addon", "vitals2mqtt", "config.yaml"), "slug").(string), //nolint:errcheck // a panic says it too
		lookup(t, parse(t, "..", "repository.yaml"), "name").(string),               //nolint:errcheck // a panic says it too
		lookup(t, parse(t, "compose.yaml"), "name").(string),                        //nolint:errcheck // a panic says it too
	} {
		if strings.Contains(strings.ToLower(name), "withings") {
			t.Errorf("%q contains the vendor's name", name)
		}
	}
}

func TestDockerfilesUseExistingCommands(t *testing.T) {
	t.Parallel()
	for _, path := range []string{filepath.Join("..", "Dockerfile"), filepath.Join("addon", "vitals2mqtt", "Dockerfile")} {
		text := read(t, path)
		for _, line := range []string{`CMD ["/vitals2mqtt", "healthcheck"]`, `ENTRYPOINT ["/vitals2mqtt"]`, `CMD ["run"]`} {
			if !strings.Contains(text, line) {
				t.Errorf("%s has no %s", path, line)
			}
		}
	}
	expectCommand(t, "run")
	expectCommand(t, "healthcheck")
}
