// SPDX-License-Identifier: MIT

package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

// TestUnitCommentsMatchUnit checks the comments of the unit: they install what
// the unit reads, and the commands run as the same user, with the same file and
// variables.
func TestUnitCommentsMatchUnit(t *testing.T) {
	t.Parallel()
	unit := read(t, "systemd", "vitals2mqtt.service")
	set := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + `=(.+)$`).FindStringSubmatch(unit)
		if found == nil {
			t.Fatalf("the unit has no %s", name)
		}
		return found[1]
	}
	program := strings.Fields(set("ExecStart"))
	if len(program) != 2 {
		t.Fatalf("the unit starts %v", program)
	}
	file := defaultConfigPath(t)
	comments := strings.ReplaceAll(unit, "\\\n#", "")
	for what, want := range map[string]string{
		"installs the file": "install -D -m 640 -o root -g " + set("Group") + " config.yaml " + file + " ",
		// What init has written belongs to the admin, and a command in that folder
		// would take it.
		"takes the first one away": "&& rm config.yaml\n",
		"runs a command": "sudo systemd-run --pty --uid=" + set("User") + " -p EnvironmentFile=" +
			set("EnvironmentFile") + "      " + program[0] + " -c " + file + " login alice\n",
	} {
		if !strings.Contains(comments, want) {
			t.Errorf("nothing %s: %q is missing", what, want)
		}
	}
	expectCommand(t, "login")
	if strings.Contains(unit, "sudo -u") {
		t.Error("sudo -u knows nothing of the service's variables")
	}
}

// TestUnitWorksWithVariablesOnly has all settings in variables, as the unit's
// comments allow.
func TestUnitWorksWithVariablesOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=s", "V2M_WITHINGS_PROFILES=Alice,Bob"}
	c, _, err := config.Load(path, environ, config.Vocabulary{Keys: sensors.Keys(), Nearest: sensors.Nearest})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range c.Withings.Profiles {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"Alice", "Bob"}) {
		t.Errorf("the profiles are %v", names)
	}
}
