// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"strings"
	"syscall"
	"testing"
)

// TestHomeAssistantRemovesEntities removes a sensor, renames a profile, and
// removes a profile in every supported way. Nothing may be left over.
func TestHomeAssistantRemovesEntities(t *testing.T) {
	t.Parallel()
	// Polling more often would leave no request for purge.
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric"}, `schedule: "@every 2s"`, `schedule: "@every 20s"`)
	l.awaitConsistent("at first")
	alice, bob := "vitals2mqtt_28158930", "vitals2mqtt_79092861"
	if devices := l.home.devices(); devices[alice].Name != "Alice" || devices[bob].Name != "Bob" {
		t.Fatalf("the devices are %v", keys(devices))
	}

	l.edit("profiles: [Alice, Bob]", "profiles: [{name: Alice, measurements: [weight_kg, fat_ratio_pct]}, Bob]")
	await(t, "alice's sleep is removed, and her fat ratio is not", func() bool {
		kept := l.home.entities()
		_, weight := kept[alice+"_weight_kg"]
		_, fat := kept[alice+"_fat_ratio_pct"]
		_, sleep := kept[alice+"_sleep_score"]
		_, bobs := kept[bob+"_sleep_score"]
		return weight && fat && !sleep && bobs
	})
	l.awaitConsistent("after keys were removed")
	l.edit("measurements: [weight_kg, fat_ratio_pct]", "measurements: [weight_kg, fat_ratio_pct, sleep_score]")
	await(t, "her sleep score is back", func() bool {
		return l.home.states()["sensor.alice_sleep_score"].Value == l.tree()["vitals2mqtt/alice/sleep_score"]
	})

	// The account is the same, so the entities are: only names and topics
	// change.
	before := l.home.entities()
	l.edit("name: Alice", "name: Alicia")
	l.daemon.line("profile renamed")
	await(t, "the renamed profile", func() bool { return l.home.devices()[alice].Name == "Alicia" })
	l.awaitProfiles(l.subscriber, "alicia", "bob")
	l.awaitConsistent("after the renaming")
	for topic := range l.tree() {
		if strings.HasPrefix(topic, "vitals2mqtt/alice") {
			t.Errorf("%s is left of the old name", topic)
		}
	}
	after := l.home.entities()
	for unique, e := range before {
		if strings.HasPrefix(unique, alice+"_") && after[unique].ID != e.ID {
			t.Errorf("the entity of %s has the id %q, want %q", unique, after[unique].ID, e.ID)
		}
	}
	for _, line := range l.subscriber.output() {
		if strings.HasPrefix(line, "homeassistant/device/"+alice+"/config (null)") {
			t.Error("the device was removed")
		}
	}

	// Removed from the configuration.
	l.edit(", Bob]", "]")
	await(t, "bob is removed", func() bool { _, there := l.home.devices()[bob]; return !there })
	l.awaitConsistent("after bob was removed")
	l.expectNothingOf(bob, "vitals2mqtt/bob")

	// A dry run of purge changes nothing, the real one removes everything.
	if code := l.daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the daemon ended with %d", code)
	}
	purge := l.program("purge", "Alicia", "--dry-run")
	code := purge.wait()
	if code != 0 || !strings.Contains(strings.Join(purge.output(), "\n"), "homeassistant/device/"+alice+"/config") {
		t.Errorf("purge --dry-run ended with %d: %v", code, purge.output())
	}
	if _, there := l.home.devices()[alice]; !there {
		t.Error("a dry run removed the device")
	}
	if code := l.program("purge", "Alicia", "--yes").wait(); code != 0 {
		t.Errorf("purge ended with %d", code)
	}
	await(t, "alicia is removed", func() bool { _, there := l.home.devices()[alice]; return !there })
	l.expectNothingOf(alice, "vitals2mqtt/alic")
	l.home.reloadMQTT()
	l.expectNothingOf(alice, "vitals2mqtt/alic")
	// It receives the removal of a device twice: from the bridge, and from
	// itself.
	l.expectNoComplaints("No device components to cleanup for vitals2mqtt_")
}

// expectNothingOf fails for each retained topic, entity and device of a
// profile.
func (l *homeAssistantTestbed) expectNothingOf(id, topics string) {
	l.t.Helper()
	for topic := range l.tree() {
		if strings.HasPrefix(topic, topics) || strings.Contains(topic, id) {
			l.t.Errorf("%s is left on the broker", topic)
		}
	}
	for unique, e := range l.home.entities() {
		if strings.HasPrefix(unique, id+"_") {
			l.t.Errorf("%s is left in Home Assistant", e.ID)
		}
	}
	for _, s := range l.home.states() {
		if l.home.entities()[id].ID == s.ID {
			l.t.Errorf("%s still has a state", s.ID)
		}
	}
}
