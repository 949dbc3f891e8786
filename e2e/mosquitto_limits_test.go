// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// settings appends lines to the broker's configuration.
func (h *testbed) settings(lines string) {
	h.t.Helper()
	path := filepath.Join(h.folder, "mosquitto.conf")
	text, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write("mosquitto.conf", string(text)+lines)
}

func (h *testbed) bothSignIn() {
	h.t.Helper()
	for _, name := range []string{"Alice", "Bob"} {
		if code := h.login(name).wait(); code != 0 {
			h.t.Fatalf("login %s ended with %d", name, code)
		}
	}
}

// awaitProblem waits until the daemon reports a problem of the whole
// program, and returns its sentence and remedy.
func awaitProblem(t *testing.T, subscriber *process, code string) (text, remedy string) {
	t.Helper()
	await(t, "the problem "+code, func() bool {
		for _, p := range reportedProblems(subscriber) {
			if p.Code == code {
				text, remedy = p.Text, p.Remedy
				return true
			}
		}
		return false
	})
	return text, remedy
}

type reportedProblem struct{ Subject, Code, Text, Remedy string }

// reportedProblems are the daemon's findings about the broker.
func reportedProblems(subscriber *process) []reportedProblem {
	var report struct {
		Verdict struct{ Findings []reportedProblem }
	}
	_ = json.Unmarshal([]byte(subscriber.messages()["vitals2mqtt/bridge/health"]), &report)
	return slices.DeleteFunc(report.Verdict.Findings, func(p reportedProblem) bool { return p.Subject != "broker" })
}

// TestMosquittoWithASizeLimit uses a broker that closes the connection over
// large documents: only they are left out.
func TestMosquittoWithASizeLimit(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	h.settings("max_packet_size 20000\n")
	h.mosquitto()
	subscriber := h.subscribe()
	h.bothSignIn()
	daemon := h.program("run")
	h.awaitBoth(subscriber)
	text, remedy := awaitProblem(t, subscriber, "message_refused")
	if !strings.Contains(text, "homeassistant/device/vitals2mqtt_") || !strings.Contains(remedy, "max_packet_size") {
		t.Errorf("%s; %s", text, remedy)
	}
	lost := 0
	for _, line := range daemon.output() {
		if strings.Contains(line, "client id") {
			t.Errorf("the client id is blamed: %s", line)
		}
		if strings.Contains(line, "connected to broker") {
			lost++
		}
	}
	if lost > 12 {
		t.Errorf("%d connections", lost)
	}
	small := false // the document of the bridge
	for topic := range subscriber.messages() {
		small = small || strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_bridge_")
	}
	if !small {
		t.Error("the documents that fit are not there")
	}
	h.expectDoctorLine(t, "message size", "accepts messages of up to 19")
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}

// expectDoctorLine fails unless a line of the doctor about a check has a text.
func (h *testbed) expectDoctorLine(t *testing.T, check, text string) {
	t.Helper()
	doctor := h.program("doctor")
	doctor.wait()
	for _, line := range doctor.output() {
		if strings.Contains(line, check) && strings.Contains(line, text) {
			return
		}
	}
	t.Errorf("doctor does not say %q:\n%s", text, strings.Join(doctor.output(), "\n"))
}

// TestMosquittoThatDropsDocuments uses an access list without Home Assistant's
// topics: the broker confirms what it drops.
func TestMosquittoThatDropsDocuments(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	h.write("acl", "user vitals\ntopic readwrite vitals2mqtt/#\n")
	h.settings(fmt.Sprintf("acl_file %s\n", filepath.Join(h.folder, "acl")))
	mosquitto := h.mosquitto()
	subscriber := h.subscribe()
	h.bothSignIn()
	daemon := h.program("run")
	h.awaitBoth(subscriber)
	daemon.line("are not retained on the broker")
	text, remedy := awaitProblem(t, subscriber, "not_retained")
	if !strings.Contains(text, "homeassistant/device/") ||
		!strings.Contains(remedy, "topic readwrite homeassistant/device/+/config") {
		t.Errorf("%s; %s", text, remedy)
	}
	// The remedy is applied, and the broker restarted.
	mosquitto.stop(syscall.SIGTERM)
	h.write("acl", "user vitals\ntopic readwrite vitals2mqtt/#\ntopic readwrite homeassistant/device/+/config\n")
	h.mosquitto()
	again := h.subscribe()
	daemon.line("all published topics verified")
	await(t, "a report without problems", func() bool {
		return again.messages()["vitals2mqtt/bridge/health"] != "" && len(reportedProblems(again)) == 0
	})
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}

// TestTwoInstallationsOnOneMosquitto runs two installations with one base
// topic: one stops.
func TestTwoInstallationsOnOneMosquitto(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	h.mosquitto()
	subscriber := h.subscribe()
	h.bothSignIn()
	daemon := h.program("run")
	h.awaitBoth(subscriber)

	text, err := os.ReadFile(h.config)
	if err != nil {
		t.Fatal(err)
	}
	second := h.write("second.yaml", strings.NewReplacer(
		filepath.Join(h.folder, "state"), filepath.Join(h.folder, "second"), h.page, freePort(t)).Replace(string(text)))
	other := start(t, binary, "--config", second, "run")
	other.line("another installation publishes")
	daemon.line("another installation publishes")
	awaitProblem(t, subscriber, "second_installation")
	h.expectDoctorLine(t, "daemon", "installation publishes")
	if code := other.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code of the second one is %d", code)
	}
	await(t, "the first one online again", func() bool {
		states := []string{}
		for _, line := range subscriber.output() {
			if state, is := strings.CutPrefix(line, "vitals2mqtt/bridge/state "); is {
				states = append(states, state)
			}
		}
		n := len(states)
		return n >= 2 && states[n-2] == "offline" && states[n-1] == "online"
	})
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return subscriber.messages()["vitals2mqtt/bridge/state"] == "offline" })
}
