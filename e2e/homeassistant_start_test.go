// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// homeAssistant is a real Home Assistant with a minimal configuration, signed
// in, and connected to the testbed's broker.
type homeAssistant struct {
	t       *testing.T
	part    string // where it is installed
	config  string // its configuration folder, inside the chroot
	host    string
	port    string
	environ []string
	faked   []string // the environment of its clock
	ahead   time.Duration

	process *process
	token   string
	refresh string
	socket  *socket
	logs    []string // output of its former processes
	excused []string // complaints about what was tried again
}

// homeSetup configures a Home Assistant.
type homeSetup struct {
	units string // metric, us_customary
	zone  string // "" = Europe/Berlin
	// beforeHour makes its clock show this much before a full hour.
	beforeHour time.Duration
	// extra are more sections of its configuration, and files the files that they
	// include.
	extra string
	files map[string]string
	// cloud is where its own integration for the cloud finds it; "" = that
	// integration is not used.
	cloud string
}

// newHome installs Home Assistant where it is missing, starts it, and creates a
// user.
func newHome(t *testing.T, setup homeSetup) *homeAssistant {
	t.Helper()
	lines := installPart(t, "homeassistant")
	h := &homeAssistant{t: t, part: lines[1]}
	t.Log(lines[0])
	//nolint:usetesting // it runs in a chroot
	folder, err := os.MkdirTemp(filepath.Join(h.part, "root", "tmp"), "e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	h.config = strings.TrimPrefix(folder, filepath.Join(h.part, "root"))
	if h.host, h.port, err = net.SplitHostPort(freePort(t)); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`homeassistant: {name: Home, time_zone: %s, unit_system: %s, country: DE, language: en}
api:
application_credentials:
config:
onboarding:
history:
recorder: {commit_interval: 1}
logger: {default: warning, logs: {homeassistant.components.mqtt: info}}
`, cmp.Or(setup.zone, "Europe/Berlin"), setup.units)
	h.write("configuration.yaml", text+setup.extra)
	for name, content := range setup.files {
		h.write(name, content)
	}
	// A section http of the file is only tried, and dropped after five minutes
	// without a user who confirms it.
	h.write(".storage/http", fmt.Sprintf(`{"version": 2, "minor_version": 1, "key": "http", "data": {
	"stable": {"server_host": [%q], "server_port": %s, "cors_allowed_origins": [], "ip_ban_enabled": true,
		"login_attempts_threshold": -1, "ssl_profile": "modern", "use_x_frame_options": true,
		"created_at": "2026-01-01T00:00:00+00:00", "error": null, "error_message": null},
	"pending": null, "yaml_migration_done": true}}`, h.host, h.port))
	if setup.cloud != "" {
		h.useOwnIntegration(setup.cloud)
	}
	if setup.beforeHour > 0 {
		h.faked = h.clock(setup.beforeHour)
	}
	h.start()
	h.onboard()
	return h
}

// write writes a file of its configuration folder.
func (h *homeAssistant) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.part, "root", h.config, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// useOwnIntegration makes it find a cloud where its own integration looks for
// one.
func (h *homeAssistant) useOwnIntegration(cloud string) {
	h.t.Helper()
	patch, err := os.ReadFile("homeassistant/sitecustomize.py")
	if err != nil {
		h.t.Fatal(err)
	}
	h.write("site/sitecustomize.py", string(patch))
	h.environ = []string{"PYTHONPATH=" + filepath.Join(h.config, "site"), "V2M_CLOUD=" + cloud}
}

// installPart runs the script that installs another program, and returns its
// output: version and folder.
func installPart(t *testing.T, name string) []string {
	t.Helper()
	script := exec.CommandContext(t.Context(), "parts/"+name)
	script.Stderr = os.Stderr
	out, err := script.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 2 {
		t.Fatalf("parts/%s: %v, %q", name, err, out)
	}
	return lines
}

// clock is the environment of a process whose clock starts that much before a
// full hour.
func (h *homeAssistant) clock(before time.Duration) []string {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.part, "root", "usr", "lib", "*", "faketime", "libfaketimeMT.so.1"))
	if err != nil || len(found) != 1 {
		h.t.Fatalf("no libfaketime beside Home Assistant: %v, %v", found, err)
	}
	now := time.Now() // clock: Home Assistant uses the real time
	ahead := now.Truncate(time.Hour).Add(time.Hour - before).Sub(now)
	h.ahead = ahead
	return []string{
		"LD_PRELOAD=" + strings.TrimPrefix(found[0], filepath.Join(h.part, "root")),
		fmt.Sprintf("FAKETIME=%+d", int(ahead.Seconds())), "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1",
	}
}

// start runs it until its API answers; stop ends it as a restart does.
func (h *homeAssistant) start() {
	h.t.Helper()
	// The preloaded library exists only inside the chroot.
	args := slices.Concat([]string{filepath.Join(h.part, "root"), "/usr/bin/env"}, h.environ, h.faked,
		[]string{"/opt/ha/bin/hass", "--skip-pip", "--config", h.config, "--log-no-color"})
	h.process = start(h.t, "chroot", args...)
	await(h.t, "Home Assistant's API", func() bool {
		reply, err := browser().Get(h.address("/api/onboarding")) //nolint:noctx // bounded by the test
		if err == nil {
			_ = reply.Body.Close()
		}
		return err == nil
	})
	if h.token != "" {
		h.token = "" // it may have expired
		h.signIn(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {h.refresh}})
		h.connect()
	}
}

func (h *homeAssistant) stop() {
	h.t.Helper()
	h.socket.close()
	if code := h.process.stop(syscall.SIGTERM); code != 0 {
		h.t.Fatalf("Home Assistant ended with %d", code)
	}
	h.logs = append(h.logs, h.process.output()...)
}

func (h *homeAssistant) address(path string) string {
	return "http://" + net.JoinHostPort(h.host, h.port) + path
}

// foreignComplaints are complaints at its start about other components: it has a
// minimal configuration and no network.
var foreignComplaints = regexp.MustCompile(
	`\[(homeassistant\.bootstrap|aiohttp_fast_zlib|haffmpeg\.\w+)\]` +
		`|\[homeassistant\.components\.(camera|hassio|brands|analytics|marketplace)[.\w]*\]` +
		`|\[homeassistant\.setup\] .*\bassist_\w+'|\[homeassistant\.helpers\.entity\] .*\bbackup_`)

// slownessComplaints say that the machine is busy. What was not acknowledged in
// time is either answered later or missing from what the tests compare.
var slownessComplaints = regexp.MustCompile(
	`(?i)\b(Setup|Update) of .* is taking (over|longer than) |took longer than the scheduled update interval` +
		`|Updating state for .* took [\d.]+ seconds|No ACK from MQTT server in \d+ seconds`)

// complaints are its warnings and errors, except those about other components,
// about how slow it is, and those that a test expects.
func (h *homeAssistant) complaints(expected ...string) []string {
	var found []string
	for _, line := range slices.Concat(h.logs, h.process.output()) {
		isComplaint := regexp.MustCompile(`^\S+ \S+ (WARNING|ERROR|CRITICAL) `).MatchString(line)
		if !isComplaint || foreignComplaints.MatchString(line) || slownessComplaints.MatchString(line) {
			continue
		}
		known := func(text string) bool { return strings.Contains(line, text) }
		if !slices.ContainsFunc(expected, known) && !slices.ContainsFunc(h.excused, known) {
			found = append(found, line)
		}
	}
	return found
}
