// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// fetchOnce fetches every profile once.
func fetchOnce(t *testing.T, b *bridge.Bridge) {
	t.Helper()
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}

// withKeys returns a profile with other keys.
func withKeys(p bridge.Profile, keys ...string) bridge.Profile {
	p.Keys = keys
	return p
}

// oneScale is the device list of a profile with one device.
func oneScale() (withings.Devices, error) {
	return withings.Devices{Devices: withings.List[withings.Device]{{
		DeviceID: "d1",
		Type:     "Scale",
		Model:    "Body Cardio",
		Battery:  "high",
		ModelID:  withings.Int{N: 6, OK: true},
	}}}, nil
}

// weighInWithFat is a weigh-in of 70 kg with a body fat of 21.5 %.
func weighInWithFat() withings.Group {
	g := weighIn(1, 70000, testDay)
	g.Measures = append(g.Measures, withings.Measure{
		Type: withings.Int{N: 6, OK: true}, Unit: withings.Int{N: -1, OK: true}, Value: exact(215),
	})
	return g
}

func TestSwappedAccountsKeepBothDocuments(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice, bob := &fakeCloud{user: "1"}, &fakeCloud{user: "2"}
	b := h.bridge(t, profile("Alice", alice), profile("Bob", bob))
	fetchOnce(t, b)
	alice.signIn("2")
	bob.signIn("1")
	fetchOnce(t, b)
	for id, slug := range map[string]string{"vitals2mqtt_1": "bob", "vitals2mqtt_2": "alice"} {
		if got := h.publisher.get(h.tree.Document(id)); !strings.Contains(got, "vitals2mqtt/"+slug+"/status") {
			t.Errorf("the document %s is not %s's: %q", id, slug, got)
		}
	}
	// The same holds after a restart, whatever was cleared before.
	h.bridge(t, profile("Alice", &fakeCloud{user: "2"}), profile("Bob", &fakeCloud{user: "1"}))
	for _, id := range []string{"vitals2mqtt_1", "vitals2mqtt_2"} {
		if h.publisher.get(h.tree.Document(id)) == "" {
			t.Errorf("the document %s is missing after a restart", id)
		}
	}
}

// TestClearsSurviveRestart clears topics while the broker is unreachable, so
// that it still has them later.
func TestClearsSurviveRestart(t *testing.T) {
	t.Parallel()
	fat := []string{"vitals2mqtt/alice/fat_ratio_pct", "vitals2mqtt/alice/fat_ratio_pct/detail"}
	keys := append(sensors.Originals(), sensors.DeviceKeys()...)
	scale, tree := sensors.DeviceID("d1"), newHarness().tree
	for name, row := range map[string]struct {
		later func(alice *fakeCloud) bridge.Profile // the second run, without a broker
		gone  []string
	}{
		"removed key": {
			func(alice *fakeCloud) bridge.Profile {
				alice.measures = measuresOf(weighIn(2, 71000, testDay.Add(time.Hour))) // a change to store
				return withKeys(profile("Alice", alice), "weight_kg")
			}, fat,
		},
		"another account": {func(alice *fakeCloud) bridge.Profile {
			alice.signIn("7")
			alice.measures, alice.devices = measuresOf(), nil
			return withKeys(profile("Alice", alice), keys...)
		}, append([]string{
			tree.Document("vitals2mqtt_1"), tree.Document(discovery.DeviceID(scale)), tree.DeviceValue(scale, "battery"),
		}, fat...)},
		"removed profile": {
			func(*fakeCloud) bridge.Profile { return profile("Carol", &fakeCloud{user: "3"}) },
			append([]string{tree.Document("vitals2mqtt_1"), "vitals2mqtt/alice", "vitals2mqtt/alice/status"}, fat...),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness()
			alice := &fakeCloud{user: "1", measures: measuresOf(weighInWithFat()), devices: oneScale}
			fetchOnce(t, h.bridge(t, withKeys(profile("Alice", alice), keys...)))
			broker := h.publisher
			for _, topic := range row.gone {
				if broker.get(topic) == "" {
					t.Fatalf("%s was never published", topic)
				}
			}
			p := row.later(alice)
			for range 2 { // with an unreachable broker
				h.publisher = newFakePublisher()
				fetchOnce(t, h.bridge(t, p))
			}
			h.publisher = broker
			h.replayRetained(h.bridge(t, p))
			for _, topic := range row.gone {
				if got := broker.get(topic); got != "" {
					t.Errorf("%s is still %q", topic, got)
				}
			}
		})
	}
}

func TestReusedTopicIsNotCleared(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1", measures: measuresOf(weighInWithFat())}
	fetchOnce(t, h.bridge(t, profile("Alice", alice)))
	fetchOnce(t, h.bridge(t, withKeys(profile("Alice", alice), "weight_kg")))
	fetchOnce(t, h.bridge(t, profile("Alice", alice)))
	h.publisher.cleared = nil
	h.bridge(t, profile("Alice", alice))
	const topic = "vitals2mqtt/alice/fat_ratio_pct"
	if got := h.publisher.get(topic); got != "21.5" || slices.Contains(h.publisher.cleared, topic) {
		t.Errorf("%s is %q, cleared topics are %v", topic, got, h.publisher.cleared)
	}
}

func TestLostStateRemovesNoDevice(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1", measures: measuresOf(weighInWithFat())}
	alice.devices = oneScale
	p := withKeys(profile("Alice", alice), append(sensors.Originals(), sensors.DeviceKeys()...)...)
	fetchOnce(t, h.bridge(t, p))
	before := h.publisher.all()
	var documents []string
	for topic := range before {
		if _, ok := h.tree.DocumentID(topic); ok {
			documents = append(documents, topic)
		}
	}
	if len(documents) != 3 {
		t.Fatalf("documents %v, want those of the bridge, of Alice and of her scale", documents)
	}
	h.store.files["alice"] = []byte("damaged")
	b := h.bridge(t, p)
	for _, topic := range documents {
		b.HandleRetained(topic, []byte(before[topic]))
	}
	for _, topic := range append(documents, "vitals2mqtt/alice/weight_kg") {
		if h.publisher.get(topic) == "" {
			t.Errorf("%s was cleared before its owner was known", topic)
		}
	}
	// Only the weight is known again: Home Assistant must keep the fat ratio.
	alice.measures = measuresOf(weighIn(1, 70000, testDay))
	fetchOnce(t, b)
	b.HandleRetained(h.tree.Document("vitals2mqtt_1"), []byte(before[h.tree.Document("vitals2mqtt_1")]))
	if got := h.publisher.messages(h.tree.Document("vitals2mqtt_1")); len(got) != 0 {
		t.Errorf("configured components were removed: %v", got)
	}
	// Now it is known: the document of an account without a profile is removed.
	stale := strings.ReplaceAll(before[h.tree.Document("vitals2mqtt_1")], "vitals2mqtt_1", "vitals2mqtt_9")
	h.publisher.Set(h.tree.Document("vitals2mqtt_9"), []byte(stale))
	b.HandleRetained(h.tree.Document("vitals2mqtt_9"), []byte(stale))
	if h.publisher.get(h.tree.Document("vitals2mqtt_9")) != "" {
		t.Error("the document of an unknown account was not removed")
	}
}

func TestRemovedProfileIsPurged(t *testing.T) {
	t.Parallel()
	h := newHarness()
	bob := &fakeCloud{user: "2", measures: measuresOf(weighIn(3, 91234, testDay))}
	fetchOnce(t, h.bridge(t, profile("Alice", &fakeCloud{user: "1"}), profile("Bob", bob)))
	h.bridge(t, profile("Alice", &fakeCloud{user: "1"}))
	if kept := string(h.store.files["bob"]); !strings.Contains(kept, "vitals2mqtt/bob/weight_kg") {
		t.Errorf("stored state of the removed profile: %s", kept)
	}
	if h.publisher.get("vitals2mqtt/bob/weight_kg") != "" {
		t.Error("the weight of the removed profile is still published")
	}
	// Configured again, Bob has what the archive kept.
	fetchOnce(t, h.bridge(t, profile("Alice", &fakeCloud{user: "1"}), profile("Bob", bob)))
	if h.publisher.get("vitals2mqtt/bob/weight_kg") != "91.234" || !json.Valid(h.store.files["bob"]) {
		t.Errorf("the weight is %q after the profile came back", h.publisher.get("vitals2mqtt/bob/weight_kg"))
	}
}

func TestSnapshotFollowsKeys(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, testDay))}
	fetchOnce(t, h.bridge(t, profile("Alice", alice)))
	h.bridge(t, withKeys(profile("Alice", alice), "fat_ratio_pct"))
	if got := h.publisher.get("vitals2mqtt/alice"); got != "" {
		t.Errorf("the snapshot is still %s", got)
	}
}

func TestFormerPrefixesAreCleared(t *testing.T) {
	t.Parallel()
	treeOf := func(base, prefix string) topics.Tree { return topics.Tree{Base: base, Discovery: prefix} }
	for name, row := range map[string]struct {
		tree      topics.Tree
		discovery bool
		gone      func(topic string) bool
	}{
		"discovery off":    {treeOf("vitals2mqtt", "homeassistant"), false, below("homeassistant")},
		"discovery prefix": {treeOf("vitals2mqtt", "elsewhere"), true, below("homeassistant")},
		"base topic":       {treeOf("health", "homeassistant"), true, below("vitals2mqtt")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness()
			alice := &fakeCloud{user: "1", measures: measuresOf(weighInWithFat()), devices: oneScale}
			p := withKeys(profile("Alice", alice), append(sensors.Originals(), sensors.DeviceKeys()...)...)
			fetchOnce(t, h.bridge(t, p))
			h.publisher.Set(h.tree.BridgeState(), []byte("offline")) // as the connection does
			h.tree = row.tree
			o := h.options(p)
			o.Discovery = row.discovery
			newBridge(t, o)
			for topic := range h.publisher.all() {
				if row.gone(topic) {
					t.Errorf("%s is still there", topic)
				}
			}
			for _, topic := range []string{row.tree.Document("vitals2mqtt_1"), row.tree.Document(h.site().BridgeID())} {
				if got := h.publisher.get(topic); (got != "") != row.discovery {
					t.Errorf("%s is %q", topic, got)
				}
			}
		})
	}
}

func below(prefix string) func(string) bool {
	return func(topic string) bool { return strings.HasPrefix(topic, prefix+"/") }
}
