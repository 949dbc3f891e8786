// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo follows the README: starts the demo, runs the command that it
// prints, reads the page, and presses Ctrl-C.
//
// clock: context, not a claim
func TestDemo(t *testing.T) {
	t.Parallel()
	started := time.Now()
	demo := start(t, binary, "demo")
	command := strings.TrimSpace(demo.line("mosquitto_sub"))
	demo.line("page    http://")
	demo.line("broker  mqtt://")
	subscriber := start(t, "sh", "-c", "exec "+command)
	for _, profile := range []string{"alice", "bob"} {
		base := "vitals2mqtt/" + profile
		await(t, profile+"'s tree", func() bool {
			tree := subscriber.messages()
			return tree[base+"/weight_kg"] != "" && tree[base+"/weight_kg/detail"] != "" && tree[base] != "" &&
				tree[base+"/sleep_score"] != ""
		})
	}
	await(t, "the documents of the devices", func() bool { // those that both profiles know come last
		documents := 0
		for topic := range subscriber.messages() {
			if strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_device_") {
				documents++
			}
		}
		return documents >= 2
	})
	t.Logf("all there after %s (context, not a claim)", time.Since(started).Round(10*time.Millisecond))
	tree := subscriber.messages()

	weight, err := strconv.ParseFloat(tree["vitals2mqtt/alice/weight_kg"], 64)
	if err != nil || weight < 40 || weight > 150 {
		t.Errorf("weight_kg is %q", tree["vitals2mqtt/alice/weight_kg"])
	}
	var detail struct {
		Value      json.Number `json:"value"`
		Unit       string      `json:"unit"`
		MeasuredAt time.Time   `json:"measured_at"`
	}
	if err := json.Unmarshal([]byte(tree["vitals2mqtt/alice/weight_kg/detail"]), &detail); err != nil ||
		detail.Unit != "kg" ||
		detail.MeasuredAt.IsZero() || detail.Value.String() != tree["vitals2mqtt/alice/weight_kg"] {
		t.Errorf("detail is %s, %v", tree["vitals2mqtt/alice/weight_kg/detail"], err)
	}
	// A new daemon has no stage hours after a night.
	if !regexp.MustCompile(`^(awake|light|deep|rem|unknown|)$`).MatchString(tree["vitals2mqtt/alice/sleep_state"]) {
		t.Errorf("sleep_state is %q", tree["vitals2mqtt/alice/sleep_state"])
	}
	documents, devices := 0, 0
	for topic, payload := range tree {
		switch {
		case !json.Valid([]byte(payload)):
		case strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_device_"):
			devices++
		case strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_"):
			documents++
		}
	}
	if documents != 3 || devices < 2 {
		t.Errorf("%d discovery documents and %d of devices, want those of the bridge, two profiles, and their devices",
			documents, devices)
	}
	if code := demo.stop(syscall.SIGINT); code != 0 {
		t.Errorf("after Ctrl-C the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return subscriber.messages()["vitals2mqtt/bridge/state"] == "offline" })
}

// TestDemoCoversTheThirtyKeys shows a value for every key of the old
// integration.
func TestDemoCoversTheThirtyKeys(t *testing.T) {
	t.Parallel()
	demo := start(t, binary, "demo")
	subscriber := start(t, "sh", "-c", "exec "+strings.TrimSpace(demo.line("mosquitto_sub")))
	catalogue := start(t, binary, "sensors", "--format", "csv")
	if code := catalogue.wait(); code != 0 {
		t.Fatalf("sensors ended with %d", code)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.Join(catalogue.output(), "\n"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	original := slices.Index(rows[0], "original")
	var keys []string
	for _, row := range rows[1:] {
		if row[original] == "yes" {
			keys = append(keys, row[0])
		}
	}
	if len(keys) != 30 {
		t.Fatalf("%d original keys in the catalogue: %v", len(keys), keys)
	}
	var missing []string
	await(t, "all thirty keys", func() bool {
		tree := subscriber.messages()
		missing = nil
		for _, key := range keys {
			if tree["vitals2mqtt/alice/"+key] == "" && tree["vitals2mqtt/bob/"+key] == "" {
				missing = append(missing, key)
			}
		}
		return len(missing) == 0
	})
}
