// SPDX-License-Identifier: MIT

package discovery_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"vitals2mqtt/discovery"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
)

// TestDocumentsMatchGolden compares whole documents with files. Changing a
// unique_id, component key, unit or state_class is a BREAKING CHANGE that costs
// users history, statistics or entities. It needs an entry in the changelog.
func TestDocumentsMatchGolden(t *testing.T) {
	t.Parallel()
	bare, snapshot, none := testSite(), testSite(), testSite()
	bare.Views = discovery.Views{Bare: true}
	snapshot.Views = discovery.Views{Snapshot: true}
	none.Views = discovery.Views{}
	checking := testSite()
	checking.ReleaseCheck = true
	removal, ok := discovery.RemovalDocument(discovery.ProfileDocument(none, alice()), discovery.StaleDocument{
		ID: "vitals2mqtt_12345678", Components: map[string]discovery.StaleComponent{"weight_kg": {Platform: "sensor"}},
	})
	if !ok {
		t.Fatal("no removal document")
	}
	pictured := alice()
	pictured.Images = discovery.ImageKeys()
	few := alice("weight_kg", "sleep_state", "height_m", "body_temperature_c")
	for name, d := range map[string]discovery.Document{
		"bridge":                   discovery.BridgeDocument(testSite()),
		"bridge_release_check":     discovery.BridgeDocument(checking),
		"profile":                  discovery.ProfileDocument(testSite(), alice(sensors.Originals()...)),
		"profile_bare":             discovery.ProfileDocument(bare, few),
		"profile_snapshot":         discovery.ProfileDocument(snapshot, few),
		"profile_numbers":          discovery.ProfileDocument(testSite(), alice("workout_type", "ecg_afib")),
		"profile_numbers_bare":     discovery.ProfileDocument(bare, alice("ecg_afib")),
		"profile_numbers_snapshot": discovery.ProfileDocument(snapshot, alice("ecg_afib")),
		"profile_images":           discovery.ProfileDocument(testSite(), pictured),
		"profile_new":              discovery.ProfileDocument(testSite(), alice()),
		"removal":                  removal,
		"device":                   discovery.DeviceDocument(testSite(), testScale()),
		"device_bare":              discovery.DeviceDocument(bare, testScale()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text bytes.Buffer
			if err := json.Indent(&text, d.JSON(), "", "  "); err != nil {
				t.Fatal(err)
			}
			text.WriteByte('\n')
			goldentest.Compare(t, filepath.Join("testdata", name+".json"), text.Bytes())
		})
	}
}
