// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

func devicesNamed(name string, ids ...string) profileDevices {
	own := profileDevices{name: name, keys: []string{"battery"}}
	for _, id := range ids {
		own.devices = append(own.devices, sensors.Device{ID: id, Model: "Body"})
	}
	return own
}

func TestRegistryReportsDevicesToPublish(t *testing.T) {
	t.Parallel()
	r := newDeviceRegistry()
	for _, step := range []struct {
		what, slug string
		devices    profileDevices
		want       []string
	}{
		{"the first", "alice", devicesNamed("Alice", "a"), []string{"a"}},
		{"another of the model", "bob", devicesNamed("Bob", "b"), []string{"a", "b"}}, // both get another title
		{"a shared one", "carol", devicesNamed("Carol", "b"), []string{"b"}},
		{"no longer shared", "carol", devicesNamed("Carol"), []string{"b"}},
		{"the only one again", "bob", devicesNamed("Bob"), []string{"a", "b"}},
	} {
		if got := slices.Sorted(slices.Values(r.set(step.slug, step.devices))); !slices.Equal(got, step.want) {
			t.Errorf("%s: %v, want %v", step.what, got, step.want)
		}
	}
}

func TestRegistryNamesOwnersWhereModelsAreShared(t *testing.T) {
	t.Parallel()
	r := newDeviceRegistry()
	r.set("bob", devicesNamed("Bob", "a"))
	r.set("alice", devicesNamed("Alice", "a"))
	device, names, _ := r.find("a")
	if !slices.Equal(names, []string{"Alice", "Bob"}) || r.title(device, names) != "Body" {
		t.Errorf("owners %v, title %q", names, r.title(device, names))
	}
	r.set("carol", devicesNamed("Carol", "c"))
	if got := r.title(device, names); got != "Body (Alice, Bob)" {
		t.Errorf("title %q next to another device of the model", got)
	}
	// A profile without device keys.
	r.set("dave", profileDevices{name: "Dave", devices: []sensors.Device{{ID: "d", Model: "Scale"}}})
	if _, names, keys := r.find("d"); len(names)+len(keys) != 0 {
		t.Errorf("a device without keys has the owners %v", names)
	}
}

func TestRegistryTakesNewestReport(t *testing.T) {
	t.Parallel()
	r := newDeviceRegistry()
	older, newer := devicesNamed("Alice", "a"), devicesNamed("Bob", "a")
	older.devices[0].Battery, newer.devices[0].Battery = "low", "high"
	older.devices[0].LastSession, newer.devices[0].LastSession = 1, 2
	r.set("zoe", older)
	r.set("bob", newer)
	if device, _, _ := r.find("a"); device.Battery != "high" {
		t.Errorf("the older report was used: %+v", device)
	}
}

func TestRegistryTakesNewestBedEvent(t *testing.T) {
	t.Parallel()
	r := newDeviceRegistry()
	mat := sensors.Device{ID: "m", Model: "Aura Sensor V2", Type: "Sleep Monitor"}
	keys := []string{sensors.KeyOccupied}
	own := profileDevices{name: "Alice", keys: keys, devices: []sensors.Device{mat}}
	r.set("alice", own)
	if _, announced, _, known := r.bed(mat, keys); announced || known {
		t.Error("a mat has a presence without notifications")
	}
	own.beds = map[string]sensors.Reading{}
	r.set("alice", own)
	if _, announced, _, known := r.bed(mat, keys); !announced || known {
		t.Error("a mat is not announced before its first event")
	}
	for slug, at := range map[string]time.Time{"alice": epoch(), "bob": epoch().Add(time.Minute)} {
		own.beds = map[string]sensors.Reading{"m": {MeasuredAt: at}}
		r.set(slug, own)
	}
	if _, _, newest, known := r.bed(mat, keys); !known || newest.MeasuredAt != epoch().Add(time.Minute) {
		t.Errorf("the newest event is from %v", newest.MeasuredAt)
	}
}
