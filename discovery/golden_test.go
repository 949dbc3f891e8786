package discovery_test

import (
	"bytes"
	"encoding/json"
	"flag" //nolint:depguard // "go test -update" is how goldens are written; the program never sees it
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDocumentsAreAsEver compares whole documents with files. A changed
// unique_id, component key, unit or state_class in one of them is a BREAKING
// CHANGE: users lose history, statistics or entities by it. It must be meant,
// and must be listed in the changelog.
func TestDocumentsAreAsEver(t *testing.T) {
	t.Parallel()
	bare, snapshot, none := site(), site(), site()
	bare.Views = discovery.Views{Bare: true}
	snapshot.Views = discovery.Views{Snapshot: true}
	none.Views = discovery.Views{}
	farewell, ok := discovery.Farewell(discovery.Person(none, alice()), discovery.Foreign{
		ID: "vitals2mqtt_12345678", Components: map[string]discovery.Remnant{"weight_kg": {Platform: "sensor"}},
	})
	if !ok {
		t.Fatal("no farewell")
	}
	few := alice("weight_kg", "sleep_state", "height_m", "body_temperature_c")
	for name, d := range map[string]discovery.Document{
		"bridge":                  discovery.Bridge(site()),
		"person":                  discovery.Person(site(), alice(sensors.Originals()...)),
		"person_bare":             discovery.Person(bare, few),
		"person_snapshot":         discovery.Person(snapshot, few),
		"person_numbers":          discovery.Person(site(), alice("workout_type", "ecg_afib")),
		"person_numbers_bare":     discovery.Person(bare, alice("ecg_afib")),
		"person_numbers_snapshot": discovery.Person(snapshot, alice("ecg_afib")),
		"person_new":              discovery.Person(site(), alice()),
		"farewell":                farewell,
		"device":                  discovery.Device(site(), scale()),
		"device_bare":             discovery.Device(bare, scale()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text bytes.Buffer
			if err := json.Indent(&text, d.JSON(), "", "  "); err != nil {
				t.Fatal(err)
			}
			text.WriteByte('\n')
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), text.String()); diff != "" {
				t.Errorf("changed (-golden +now):\n%s", diff)
			}
		})
	}
}
