// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func deviceOf(id, model, battery string, seen time.Time) withings.Device {
	return withings.Device{
		Type:        "Scale",
		Model:       withings.Text(model),
		Battery:     withings.Text(battery),
		DeviceID:    withings.Text(id),
		LastSession: withings.Int{N: seen.Unix(), OK: true},
	}
}

func devicesOf(devices ...withings.Device) func() (withings.Devices, error) {
	return func() (withings.Devices, error) { return withings.Devices{Devices: devices}, nil }
}

// TestSharedDeviceIsPublishedOnce has a scale of two profiles and a mat of one,
// until they are removed.
func TestSharedDeviceIsPublishedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		alice, bob := &fakeCloud{user: "1"}, &fakeCloud{user: "2"}
		older := deviceOf("s1", "Body", "high", start.Add(-2*time.Hour))
		newer := deviceOf("s1", "Body", "low", start.Add(-time.Hour))
		alice.devices = devicesOf(older, deviceOf("m1", "Aura Sensor V2", "", start))
		bob.devices = devicesOf(newer)
		keys := sensors.DeviceKeys()
		first, second := profile("Alice", alice), profile("Bob", bob)
		first.Keys, second.Keys = keys, keys
		b := h.bridge(t, first, second)
		_ = b.Once(t.Context(), "")

		scale, mat := sensors.DeviceID("s1"), sensors.DeviceID("m1")
		for topic, want := range map[string]string{
			h.tree.DeviceValue(scale, "battery"): "low", h.tree.DeviceValue(scale, "battery_level_pct"): "15",
			h.tree.DeviceValue(scale, "battery_low"): "ON", h.tree.DeviceValue(mat, "battery"): "",
			h.tree.DeviceValue(mat, "last_session"): start.UTC().Format(time.RFC3339),
		} {
			if got := h.publisher.get(topic); got != want {
				t.Errorf("%s is %q, want %q", topic, got, want)
			}
		}
		detail := h.publisher.get(h.tree.DeviceDetail(scale, "battery_level_pct"))
		if !strings.Contains(detail, `"estimated":true`) {
			t.Errorf("the battery level is not marked as estimated: %s", detail)
		}
		documents := 0
		for topic, payload := range h.publisher.all() {
			if strings.Contains(topic+payload, "s1\"") || strings.Contains(topic, "/s1") {
				t.Errorf("the Withings id is published on %s: %s", topic, payload)
			}
			if id, ok := h.tree.DocumentID(topic); ok && strings.HasPrefix(id, discovery.DeviceID("")) {
				documents++
			}
		}
		if documents != 2 {
			t.Errorf("%d documents of devices, want 2", documents)
		}

		// One profile loses the scale, the other keeps it.
		bob.devices = devicesOf()
		_ = b.Once(t.Context(), "")
		<-time.After(time.Hour) // two lists without it confirm the removal
		_ = b.Once(t.Context(), "")
		if got := h.publisher.get(h.tree.DeviceValue(scale, "battery")); got != "high" {
			t.Errorf("battery %q, want the value from Alice's list", got)
		}
		// When the other one loses it too, it is removed, even across a restart.
		alice.devices = devicesOf(deviceOf("m1", "Aura Sensor V2", "", start))
		b = h.bridge(t, first, second)
		if got := h.publisher.get(h.tree.DeviceValue(scale, "battery")); got != "high" {
			t.Errorf("battery %q after a restart", got)
		}
		_ = b.Once(t.Context(), "")
		<-time.After(time.Hour)
		_ = b.Once(t.Context(), "")
		for topic := range h.publisher.all() {
			if strings.Contains(topic, scale) {
				t.Errorf("%s is still retained", topic)
			}
		}

		// Without device keys there is no device.
		first.Keys = []string{"weight_kg"}
		h.bridge(t, first)
		for topic := range h.publisher.all() {
			if strings.Contains(topic, mat) {
				t.Errorf("%s is still retained", topic)
			}
		}
	})
}

func TestDevicesOfOneModelAreNamedAfterOwners(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice, bob := &fakeCloud{user: "1"}, &fakeCloud{user: "2"}
	alice.devices = devicesOf(deviceOf("m1", "Aura Sensor V2", "", time.Unix(1_500_000_000, 0)))
	bob.devices = devicesOf(deviceOf("m2", "Aura Sensor V2", "", time.Unix(1_500_000_000, 0)))
	first, second := profile("Alice", alice), profile("Bob", bob)
	first.Keys, second.Keys = sensors.DeviceKeys(), sensors.DeviceKeys()
	b := h.bridge(t, first, second)
	_ = b.Once(t.Context(), "")
	for id, name := range map[string]string{"m1": "Aura Sensor V2 (Alice)", "m2": "Aura Sensor V2 (Bob)"} {
		document := h.publisher.get(h.tree.Document(discovery.DeviceID(sensors.DeviceID(id))))
		if !strings.Contains(document, `"name":"`+name+`"`) {
			t.Errorf("no %s in %s", name, document)
		}
	}
}

// TestDevicesWaitForAllLists has two profiles with the same scale model, one of
// which is listed later: no document may be published before, because Home
// Assistant keeps the first entity id of an entity.
func TestDevicesWaitForAllLists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		scale := func(id string, after time.Duration) func() (withings.Devices, error) {
			return func() (withings.Devices, error) {
				<-time.After(after)
				devices, err := oneScale()
				devices.Devices[0].DeviceID = withings.Text(id)
				return devices, err
			}
		}
		keys := append(sensors.Originals(), sensors.DeviceKeys()...)
		alice := withKeys(profile("Alice", &fakeCloud{user: "1", devices: scale("d1", 40*time.Second)}), keys...)
		bob := withKeys(profile("Bob", &fakeCloud{user: "2", devices: scale("d2", 0)}), keys...)
		b := h.bridge(t, alice, bob)
		runFor(t, b, 0, func() {
			document := func(id string) string {
				return h.publisher.get(h.tree.Document(discovery.DeviceID(sensors.DeviceID(id))))
			}
			<-time.After(30 * time.Second)
			if got := document("d2"); got != "" {
				t.Errorf("Bob's scale is announced before Alice's list is known: %s", got)
			}
			<-time.After(30 * time.Second)
			for id, want := range map[string]string{
				"d1": "sensor.body_cardio_alice_battery",
				"d2": "sensor.body_cardio_bob_battery",
			} {
				if got := document(id); !strings.Contains(got, `"`+want+`"`) {
					t.Errorf("no %s in %s", want, got)
				}
			}
		})
	})
}
