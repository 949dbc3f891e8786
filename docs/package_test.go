// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// checkDebian installs nothing here: deploy/debian/check does, as part of
// .ci/run, and must have every command of the block.
func checkDebian(t *testing.T, _ *harness, b block) {
	t.Helper()
	check := readScript(t, "../deploy/debian/check")
	if !strings.Contains(readScript(t, "../.ci/run"), "deploy/debian/check") {
		t.Error(".ci/run does not check the package")
	}
	build := regexp.MustCompile(`^deploy/release --deb (\d+\.\d+\.\d+) dist$`)
	install := regexp.MustCompile(`^sudo apt-get install \./dist/vitals2mqtt_(\d+\.\d+\.\d+)_amd64\.deb$`)
	remove := regexp.MustCompile(`^sudo apt-get (remove|purge) vitals2mqtt$`)
	built := ""
	for line := range strings.Lines(b.text) {
		line = strings.TrimSpace(line)
		tried := ""
		if found := build.FindStringSubmatch(line); found != nil {
			built, tried = found[1], "deploy/release --deb "
		} else if found := install.FindStringSubmatch(line); len(found) > 1 && found[1] == built {
			tried = "apt-get install "
		} else if found := remove.FindStringSubmatch(line); found != nil {
			tried = "take_away " + found[1] + "\n"
		}
		if tried == "" || !strings.Contains(check, tried) {
			t.Errorf("%s:%d: deploy/debian/check does not run %s", b.path, b.line, line)
		}
	}
}

// checkService compares commands for the service with its unit, and lets the
// program take those that are for it.
func checkService(t *testing.T, s *harness, b block) {
	t.Helper()
	unit := readScript(t, "../deploy/systemd/vitals2mqtt.service")
	text := strings.ReplaceAll(b.text, "\\\n", "")
	plain := regexp.MustCompile(`^sudo (systemctl restart|journalctl --unit) vitals2mqtt$`)
	asUser := regexp.MustCompile(`^sudo systemd-run --pty --uid=(\S+) --working-directory=(\S+) +` +
		`-p (EnvironmentFile=\S+) vitals2mqtt (.+)$`)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if plain.MatchString(line) {
			continue
		}
		found := asUser.FindStringSubmatch(line)
		if found == nil {
			t.Errorf("%s:%d is not understood: %s", b.path, b.line, line)
			continue
		}
		for _, want := range []string{"User=" + found[1], "WorkingDirectory=" + found[2], found[3]} {
			if !strings.Contains(unit, "\n"+want+"\n") {
				t.Errorf("%s:%d: the unit does not have %s", b.path, b.line, want)
			}
		}
		s.expectAccepted(b, strings.Fields(found[4])...)
	}
}

func readScript(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}
