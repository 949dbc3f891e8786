// SPDX-License-Identifier: MIT

package discovery_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/discovery"
	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
)

// everyDocument returns the documents of a bridge with everything it can have.
func everyDocument(language display.Language) []discovery.Document {
	site := testSite()
	site.Language, site.ReleaseCheck = language, true
	p := alice(append(sensors.Keys(), "type_122", "fat_mass_kg_position_8")...)
	p.Push, p.StatisticsButton, p.Images = true, true, discovery.ImageKeys()
	return []discovery.Document{
		discovery.BridgeDocument(site),
		discovery.ProfileDocument(site, p),
		discovery.DeviceDocument(site, testScale()),
	}
}

// texts returns every text of a document by its path.
func texts(t *testing.T, d discovery.Document) map[string]string {
	t.Helper()
	var decoded any
	if err := json.Unmarshal(d.JSON(), &decoded); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, inner := range value {
				walk(path+"/"+key, inner)
			}
		case []any:
			for i, inner := range value {
				walk(fmt.Sprint(path, "/", i), inner)
			}
		default:
			found[path] = fmt.Sprint(value)
		}
	}
	walk("", decoded)
	return found
}

// TestLanguageChangesNamesOnly protects entity ids, topics, units and options,
// which programs read.
func TestLanguageChangesNamesOnly(t *testing.T) {
	t.Parallel()
	english, german := everyDocument(display.English), everyDocument(display.German)
	// The same in both languages.
	same := []string{"/components/problem/name", "/device/name"}
	for i, d := range english {
		before, after := texts(t, d), texts(t, german[i])
		want := slices.Sorted(maps.Keys(before))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(after))); diff != "" {
			t.Errorf("%s: other members:\n%s", d.ID(), diff)
		}
		names := map[string]bool{}
		for _, key := range d.Components() {
			names["/components/"+key+"/name"] = true
		}
		for _, path := range want {
			switch changed := before[path] != after[path]; {
			case names[path]:
				if !changed && !slices.Contains(same, path) {
					t.Errorf("%s%s is %q in both languages", d.ID(), path, before[path])
				}
			case changed && path != "/device/model":
				t.Errorf("%s%s: %q became %q", d.ID(), path, before[path], after[path])
			}
		}
	}
}

func TestDeviceNameIsNoPrefixInAnyLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		language   display.Language
		name, want string
	}{
		{display.English, "Sleep", "Sleep (profile)"},
		{display.English, "Gewicht", "Gewicht"},
		{display.German, "Gewicht", "Gewicht (Profil)"},
		{display.German, "Weight", "Weight"},
	} {
		site, p := testSite(), alice("weight_kg", "sleep_score")
		site.Language, p.Name = row.language, row.name
		if got := decodeDocument(t, discovery.ProfileDocument(site, p)).Device["name"]; got != row.want {
			t.Errorf("%s in %q is called %q, want %q", row.name, row.language, got, row.want)
		}
	}
}
