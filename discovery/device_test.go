// SPDX-License-Identifier: MIT

package discovery_test

import (
	"slices"
	"testing"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// testScale is a device of two profiles.
func testScale() discovery.Device {
	t := discovery.Device{
		Device: sensors.Device{
			ID:          "0a1b2c3d4e5f",
			Model:       "Body Cardio",
			Type:        "Scale",
			Battery:     "low",
			LastSession: 1767337236,
		},
		Name: "Body Cardio (Alice, Bob)",
	}
	for _, key := range sensors.DeviceKeys() {
		row, _ := sensors.Lookup(key)
		t.Sensors = append(t.Sensors, row)
	}
	return t
}

func TestDeviceDocumentIsValidAndOwn(t *testing.T) {
	t.Parallel()
	document := discovery.DeviceDocument(testSite(), testScale())
	mustBeValid(t, testSite(), document)
	tree := testSite().Tree
	stale, ours := discovery.ParseOwn(testSite(), document.Topic(tree), document.JSON())
	if !ours || stale.ID != discovery.DeviceID("0a1b2c3d4e5f") {
		t.Fatalf("%+v, %t", stale, ours)
	}
	for _, key := range sensors.DeviceKeys() {
		for _, topic := range []string{tree.DeviceValue("0a1b2c3d4e5f", key), tree.DeviceDetail("0a1b2c3d4e5f", key)} {
			if !slices.Contains(stale.Topics(), topic) {
				t.Errorf("%s is not among the topics to clear", topic)
			}
		}
	}
}

func TestDeviceWithoutLatinNameHasEntityIDs(t *testing.T) {
	t.Parallel()
	scale := testScale()
	scale.Name, scale.Model = "体重计", "体重计"
	mustBeValid(t, testSite(), discovery.DeviceDocument(testSite(), scale))
}
