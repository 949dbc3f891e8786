// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"slices"
	"strings"
	"syscall"
	"testing"
)

// homeAssistantTestbed is a testbed with two profiles signed in, a running
// daemon, and a Home Assistant that has received everything.
type homeAssistantTestbed struct {
	*testbed

	home           *homeAssistant
	mosquitto      *process
	daemon         *process
	subscriber     *process
	rows           map[string]map[string]string
	formerMessages []string // received by subscribers of former brokers
}

func newHomeAssistantTestbed(t *testing.T, setup homeSetup, edits ...string) *homeAssistantTestbed {
	t.Helper()
	l := &homeAssistantTestbed{testbed: newTestbed(t), rows: catalogue(t)}
	for i := 0; i+1 < len(edits); i += 2 {
		l.edit(edits[i], edits[i+1])
	}
	l.mosquitto = l.testbed.mosquitto()
	for _, name := range []string{"Alice", "Bob"} {
		if code := l.login(name).wait(); code != 0 {
			t.Fatalf("login %s ended with %d", name, code)
		}
	}
	l.subscriber = l.subscribe()
	l.home = newHome(t, setup)
	l.home.addMQTT(l.broker)
	l.daemon = l.program("run")
	l.awaitProfiles(l.subscriber, "alice", "bob")
	l.awaitHistories(l.subscriber)
	return l
}

// awaitProfiles waits for the weights. Other values depend on the hour: there is
// no sleep state long after waking.
func (h *testbed) awaitProfiles(subscriber *process, slugs ...string) {
	h.t.Helper()
	await(h.t, "the profiles' values", func() bool {
		tree := subscriber.messages()
		there := tree["vitals2mqtt/bridge/state"] == "online"
		for _, slug := range slugs {
			there = there && tree["vitals2mqtt/"+slug+"/weight_kg"] != "" && tree["vitals2mqtt/"+slug+"/status"] == "online"
		}
		return there
	})
}

// tree is what the broker retains.
func (l *homeAssistantTestbed) tree() map[string]string { return l.subscriber.messages() }

// awaitConsistent waits until Home Assistant shows everything that the broker
// retains, and nothing else. Each poll changes something: one comparison must fit
// between two.
func (l *homeAssistantTestbed) awaitConsistent(what string) {
	l.t.Helper()
	var wrong []string
	l.t.Cleanup(func() {
		if l.t.Failed() && len(wrong) > 0 {
			l.t.Logf("%s, at the last comparison:\n%s", what, strings.Join(wrong, "\n"))
		}
	})
	await(l.t, what, func() bool {
		tree := l.tree()
		expected := expectations(l.t, tree)
		kept := l.home.entities()
		l.addFormerIDs(expected, kept)
		if wrong = compareRegistry(expected, kept, l.rows); len(wrong) == 0 {
			wrong = compareStates(l.home, tree, l.rows)
		}
		return len(wrong) == 0
	})
}

// addFormerIDs adds the entity ids that older documents suggested: Home
// Assistant uses the first document that it receives, and users depend on that.
func (l *homeAssistantTestbed) addFormerIDs(expected map[string]expectation, kept map[string]entity) {
	l.t.Helper()
	for _, line := range slices.Concat(l.formerMessages, l.subscriber.output()) {
		topic, payload, _ := strings.Cut(line, " ")
		if payload == "(null)" {
			continue
		}
		for id, former := range expectations(l.t, map[string]string{topic: payload}) {
			if p, ok := expected[id]; ok && former.text("default_entity_id") == kept[id].ID {
				p.component["default_entity_id"] = kept[id].ID
			}
		}
	}
}

func (l *homeAssistantTestbed) expectNoComplaints(expected ...string) {
	l.t.Helper()
	if found := l.home.complaints(expected...); len(found) > 0 {
		l.t.Errorf("Home Assistant complains: %s", strings.Join(found, "; "))
	}
}

// TestHomeAssistantShowsEverything checks every entity of two profiles (id,
// name, unit, classes, state, attributes) and the log.
func TestHomeAssistantShowsEverything(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric"}, `schedule: "@every 2s"`, `schedule: "@every 20s"`)
	l.awaitConsistent("every entity as in the documents")

	expected := expectations(t, l.tree())
	for topic := range l.tree() {
		person, key, ok := strings.Cut(strings.TrimPrefix(topic, "vitals2mqtt/"), "/")
		if !ok || person != "alice" && person != "bob" || strings.Contains(key, "/") || key == "event" || key == "status" {
			continue
		}
		found := false
		for id, p := range expected {
			found = found || strings.HasSuffix(id, "_"+key) && strings.HasSuffix(p.text("default_entity_id"), "."+person+"_"+key)
		}
		if !found {
			t.Errorf("%s is published, and no entity shows it", topic)
		}
	}
	l.expectDevices()

	// Entities that are disabled by default must be right too.
	disabled := 0
	for _, e := range l.home.entities() {
		if e.Disabled != nil {
			disabled++
			l.home.socket.command("config/entity_registry/update",
				jsonMember{"entity_id": e.ID, "disabled_by": nil}, &jsonMember{})
		}
	}
	l.home.reloadMQTT()
	for id, row := range l.rows {
		row["enabled"] = "yes"
		l.rows[id] = row
	}
	l.awaitConsistent("the entities disabled by default too")
	t.Logf("%d entities of %d devices, %d of them disabled by default", len(expected), len(l.home.devices()), disabled)
	l.expectNoComplaints()
	if code := l.daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "cloud values unavailable, and the bridge off", func() bool {
		states := l.home.states()
		return states["sensor.alice_weight_kg"].Value == "unavailable" &&
			states["binary_sensor.vitals2mqtt_bridge_state"].Value == "off"
	})
	l.expectNoComplaints()
}

// expectDevices compares the device registry with the documents.
func (l *homeAssistantTestbed) expectDevices() {
	l.t.Helper()
	devices := l.home.devices()
	bridge := ""
	for id := range devices {
		if strings.HasPrefix(id, "vitals2mqtt_bridge_") {
			bridge = devices[id].ID
		}
	}
	profiles := 0
	for id, d := range devices {
		if _, ok := l.tree()["homeassistant/device/"+id+"/config"]; !ok {
			l.t.Errorf("device %s (%s) has no document", id, d.Name)
		}
		if d.ID != bridge && d.Via != bridge {
			l.t.Errorf("%s is connected via %q, want the bridge", d.Name, d.Via)
		}
		if d.Model == "Health account" {
			profiles++
			if d.Manufacturer != "vitals2mqtt" || d.Version == "" || d.Page != "http://"+l.page+"/" {
				l.t.Errorf("the device of %s is %+v", d.Name, d)
			}
		}
	}
	if bridge == "" || profiles != 2 {
		l.t.Errorf("want a bridge and two profiles among %v", keys(devices))
	}
}

// reloadMQTT makes Home Assistant reconnect and drop its state in memory.
func (h *homeAssistant) reloadMQTT() {
	h.t.Helper()
	var entries []struct {
		ID     string `json:"entry_id"`
		Domain string `json:"domain"`
	}
	h.socket.command("config_entries/get", jsonMember{"domain": "mqtt"}, &entries)
	if len(entries) != 1 {
		h.t.Fatalf("entries of MQTT: %+v", entries)
	}
	h.post("/api/config/config_entries/entry/"+entries[0].ID+"/reload", jsonMember{}, &jsonMember{})
}
