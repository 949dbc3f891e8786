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

// TestGoldenDocuments compares whole documents with files. A changed
// unique_id, component key, unit or state_class in one of them is a BREAKING
// CHANGE: users lose history, statistics or entities by it. It must be meant,
// and must be listed in the changelog.
func TestGoldenDocuments(t *testing.T) {
	t.Parallel()
	bare, snapshot, none := testSite(), testSite(), testSite()
	bare.Views = discovery.Views{Bare: true}
	snapshot.Views = discovery.Views{Snapshot: true}
	none.Views = discovery.Views{}
	farewell, ok := discovery.RemovalDocument(discovery.ProfileDocument(none, alice()), discovery.StaleDocument{
		ID: "vitals2mqtt_12345678", Components: map[string]discovery.StaleComponent{"weight_kg": {Platform: "sensor"}},
	})
	if !ok {
		t.Fatal("no farewell")
	}
	few := alice("weight_kg", "sleep_state", "height_m", "body_temperature_c")
	for name, d := range map[string]discovery.Document{
		"bridge":                  discovery.BridgeDocument(testSite()),
		"person":                  discovery.ProfileDocument(testSite(), alice(sensors.Originals()...)),
		"person_bare":             discovery.ProfileDocument(bare, few),
		"person_snapshot":         discovery.ProfileDocument(snapshot, few),
		"person_numbers":          discovery.ProfileDocument(testSite(), alice("workout_type", "ecg_afib")),
		"person_numbers_bare":     discovery.ProfileDocument(bare, alice("ecg_afib")),
		"person_numbers_snapshot": discovery.ProfileDocument(snapshot, alice("ecg_afib")),
		"person_new":              discovery.ProfileDocument(testSite(), alice()),
		"farewell":                farewell,
		"device":                  discovery.DeviceDocument(testSite(), testScale()),
		"device_bare":             discovery.DeviceDocument(bare, testScale()),
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
