// SPDX-License-Identifier: MIT

package discovery_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

func testSite() discovery.Site {
	return discovery.Site{
		Tree: topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"},
		Identity: discovery.Identity{
			Instance: "7f3a", Version: "1.4.0", PageURL: "http://homeserver.lan:8099",
			SupportURL: "https://example.org/vitals2mqtt",
		},
		Views: discovery.Views{Bare: true, Detail: true, Snapshot: true},
	}
}

func alice(keys ...string) discovery.Profile {
	p := discovery.Profile{Slug: "alice", Name: "Alice", UserID: "12345678"}
	for _, key := range keys {
		if row, ok := sensors.Lookup(key); ok {
			p.Sensors = append(p.Sensors, row)
		}
	}
	return p
}

// entity is what the tests read of a component.
type entity struct {
	Platform          string              `json:"platform"`
	Name              string              `json:"name"`
	UniqueID          string              `json:"unique_id"`
	EntityID          string              `json:"default_entity_id"`
	Unit              string              `json:"unit_of_measurement"`
	StateClass        string              `json:"state_class"`
	StateTopic        string              `json:"state_topic"`
	AttributesTopic   string              `json:"json_attributes_topic"`
	CommandTopic      string              `json:"command_topic"`
	PayloadPress      string              `json:"payload_press"`
	ValueTemplate     string              `json:"value_template"`
	LastResetTemplate string              `json:"last_reset_value_template"`
	Availability      []map[string]string `json:"availability"`
}

// document is what the tests read of a document.
type document struct {
	Device       map[string]any      `json:"device"`
	Availability []map[string]string `json:"availability"`
	Components   map[string]entity   `json:"components"`
}

func decodeDocument(t *testing.T, d discovery.Document) document {
	t.Helper()
	var got document
	if err := json.Unmarshal(d.JSON(), &got); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	return got
}

// TestDocumentsOfCatalogueAreValid checks every document this program can write
// of its own rows, in every combination of views.
func TestDocumentsOfCatalogueAreValid(t *testing.T) {
	t.Parallel()
	for i := range 8 {
		s := testSite()
		s.Views = discovery.Views{Bare: i&1 > 0, Detail: i&2 > 0, Snapshot: i&4 > 0}
		t.Run(fmt.Sprintf("%+v", s.Views), func(t *testing.T) {
			t.Parallel()
			p := alice(append(sensors.Keys(), "type_90001")...)
			p.Push, p.Images = true, discovery.ImageKeys()
			ids := map[string]bool{}
			collect := func(d discovery.Document) document {
				doc := mustBeValid(t, s, d)
				for _, c := range doc.Components {
					if ids[c.Platform+c.UniqueID] {
						t.Errorf("%s: the unique id %s is taken", d.ID(), c.UniqueID)
					}
					ids[c.Platform+c.UniqueID] = true
				}
				return doc
			}
			s.ReleaseCheck = true
			collect(discovery.BridgeDocument(s))
			collect(discovery.DeviceDocument(s, testScale()))
			profile := collect(discovery.ProfileDocument(s, p))
			for _, row := range p.Sensors {
				if got := profile.Components[row.Key].StateTopic; (got != "") != (i > 0) {
					t.Errorf("%s has the state topic %q", row.Key, got)
				}
			}
		})
	}
}

// TestIDsSurviveARename: users would lose the history of their entities.
func TestIDsSurviveARename(t *testing.T) {
	t.Parallel()
	ids := func(s discovery.Site, p discovery.Profile) map[string]any {
		found := map[string]any{}
		for _, d := range []discovery.Document{discovery.ProfileDocument(s, p), discovery.BridgeDocument(s)} {
			doc := decodeDocument(t, d)
			found[d.ID()] = fmt.Sprint(doc.Device["identifiers"])
			for key, c := range doc.Components {
				found[c.Platform+" "+key] = c.UniqueID
			}
		}
		return found
	}
	before := ids(testSite(), alice(sensors.Originals()...))
	s, p := testSite(), alice(sensors.Originals()...)
	s.Tree, s.Identity.Version, s.Identity.PageURL = topics.Tree{Base: "home/health", Discovery: "ha"}, "2.0.0", ""
	s.Views = discovery.Views{Bare: true}
	p.Name, p.Slug = "Alicia", "alicia"
	if after := ids(s, p); !maps.Equal(after, before) {
		t.Errorf("ids changed:\n%v\n%v", before, after)
	}
	p.UserID = "2"
	if after := ids(s, p); after["sensor weight_kg"] == before["sensor weight_kg"] {
		t.Error("two accounts share an id")
	}
	if len(before) != len(sensors.Originals())+6+4+2 {
		t.Errorf("%d ids", len(before))
	}
}

func TestProfileNamesAreSanitized(t *testing.T) {
	t.Parallel()
	whole := decodeDocument(t, discovery.ProfileDocument(testSite(), alice(sensors.Originals()...))).Components
	for _, name := range []string{
		`Alice "the cat" \ O'Hara`, "Ali\u0000ce\n\tB", "🦊🦊", strings.Repeat("long ", 60), "<script>alert(1)</script>",
		"{{ 1 / 0 }}", "", "   ", "\xff\xfe", "Weight", "sleep", "HEART", "Weight kg", "\u2028", "../../x", "\u202e", "+/#",
	} {
		p := alice(sensors.Originals()...)
		p.Name = name
		doc := mustBeValid(t, testSite(), discovery.ProfileDocument(testSite(), p))
		if !slices.Equal(slices.Sorted(maps.Keys(doc.Components)), slices.Sorted(maps.Keys(whole))) {
			t.Errorf("%q changes the components", name)
		}
		shown, _ := doc.Device["name"].(string)
		if shown == "" || len([]rune(shown)) > 110 || strings.ContainsAny(shown, "\x00\n\t") {
			t.Errorf("%q is shown as %q", name, shown)
		}
	}
	for name, want := range map[string]string{
		"Alice": "Alice", "\tZoë  Ann\n": "Zoë Ann", "": "alice", "Sleep": "Sleep (profile)", "Sleepy": "Sleepy",
		"weight": "weight (profile)", strings.Repeat("ä", 101): strings.Repeat("ä", 99) + "…",
	} {
		p := alice("weight_kg", "sleep_deep_duration_seconds", "sleep_score", "sleep_state")
		p.Sensors = append(p.Sensors, sensors.Sensor{
			Key:       "x",
			Name:      "Sleep score",
			Platform:  "sensor",
			Precision: sensors.NoPrecision,
		})
		p.Name = name
		if got := decodeDocument(t, discovery.ProfileDocument(testSite(), p)).Device["name"]; got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
}

func TestLongSlugKeepsEntityIDValid(t *testing.T) {
	t.Parallel()
	p := alice("weight_kg")
	p.Slug = strings.Repeat("a", 99) + "_" + strings.Repeat("b", 200)
	want := "sensor." + strings.Repeat("a", 99) + "_weight_kg"
	got := mustBeValid(t, testSite(), discovery.ProfileDocument(testSite(), p)).Components["weight_kg"].EntityID
	if got != want {
		t.Error(got)
	}
}

func TestInvalidUserIDRefusesDocument(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a/b", "a b", "+", "ä"} {
		p := alice("weight_kg")
		p.UserID = id
		clean, problems := discovery.Validate(discovery.ProfileDocument(testSite(), p))
		if !clean.IsZero() || len(problems) == 0 {
			t.Errorf("%q was accepted", id)
		}
	}
}

func TestPageURLIsLinkedOnlyWhenSafe(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]bool{
		"http://homeserver.lan:8099": true, "https://vitals.example.org/x?y": true, "HTTPS://vitals.example.org": true,
		"http://[::1]:8099": true,
		"":                  false, "homeserver.lan:8099": false, "http://": false, "http://:8099": false, "ftp://x": false,
		"javascript:alert(1)":             false,
		"http://user:pass@homeserver.lan": false, "http://a b": false, "/signin": false, "homeassistant://x": false,
	} {
		s := testSite()
		s.Identity.PageURL, s.Identity.SupportURL = page, page
		for _, d := range []discovery.Document{discovery.ProfileDocument(s, alice()), discovery.BridgeDocument(s)} {
			if _, ok := mustBeValid(t, s, d).Device["configuration_url"]; ok != want {
				t.Errorf("%q is linked: %v", page, ok)
			}
		}
	}
}

func TestEmptyVersionIsOmitted(t *testing.T) {
	t.Parallel()
	s := testSite()
	s.Identity.Version, s.Identity.SupportURL = "", ""
	text := string(discovery.ProfileDocument(s, alice()).JSON())
	if strings.Contains(text, "sw_version") || strings.Contains(text, "support_url") {
		t.Error(text)
	}
}

// TestAvailabilityTopics: with a topic that is never published, all entities
// would stay unavailable.
func TestAvailabilityTopics(t *testing.T) {
	t.Parallel()
	s := testSite()
	profile := decodeDocument(t, discovery.ProfileDocument(s, alice(sensors.Originals()...)))
	bridge := decodeDocument(t, discovery.BridgeDocument(s))
	list := func(topics ...string) []map[string]string {
		var items []map[string]string
		for _, topic := range topics {
			items = append(items, map[string]string{"topic": topic})
		}
		return items
	}
	same := func(a, b []map[string]string) bool {
		return slices.EqualFunc(a, b, maps.Equal[map[string]string, map[string]string])
	}
	if both := list(s.Tree.BridgeState(), s.Tree.Status("alice")); !same(profile.Availability, both) {
		t.Errorf("profile: %v", profile.Availability)
	}
	if bridge.Availability != nil || bridge.Components["bridge_state"].Availability != nil {
		t.Error("the bridge's connection must never be unavailable")
	}
	for key, want := range map[string]bool{
		"weight_kg": false, "sleep_state": false, "measurement": false,
		"authorization": true, "sync_problem": true, "last_sync": true, "held_back": true, "refresh": true,
	} {
		if alone := same(profile.Components[key].Availability, list(s.Tree.BridgeState())); alone != want {
			t.Errorf("%s depends on the bridge alone: %v", key, alone)
		}
	}
	for _, key := range []string{"api_requests_minute", "refresh_all"} {
		if !same(bridge.Components[key].Availability, list(s.Tree.BridgeState())) {
			t.Errorf("%s: %v", key, bridge.Components[key].Availability)
		}
	}
}

func TestButtonsRequestRefresh(t *testing.T) {
	t.Parallel()
	s := testSite()
	one := decodeDocument(t, discovery.ProfileDocument(s, alice())).Components["refresh"]
	all := decodeDocument(t, discovery.BridgeDocument(s)).Components["refresh_all"]
	if one.CommandTopic != s.Tree.Request(topics.Refresh) || one.PayloadPress != `{"profile":"alice"}` {
		t.Errorf("refresh: %+v", one)
	}
	if all.CommandTopic != s.Tree.Request(topics.Refresh) || all.PayloadPress != "{}" {
		t.Errorf("refresh_all: %+v", all)
	}
}

func TestValueUsesFirstEnabledView(t *testing.T) {
	t.Parallel()
	tree := testSite().Tree
	for _, c := range []struct {
		name         string
		views        discovery.Views
		state, attrs string
		template     string
	}{
		{
			"all",
			discovery.Views{Bare: true, Detail: true, Snapshot: true},
			tree.Detail("alice", "weight_kg"), tree.Detail("alice", "weight_kg"), "get('value')",
		},
		{
			"bare and snapshot",
			discovery.Views{Bare: true, Snapshot: true},
			tree.Value("alice", "weight_kg"), "", "value or None",
		},
		{"snapshot", discovery.Views{Snapshot: true}, tree.Snapshot("alice"), "", "get('weight_kg')"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSite()
			s.Views = c.views
			got := decodeDocument(t, discovery.ProfileDocument(s, alice("weight_kg"))).Components["weight_kg"]
			if got.StateTopic != c.state || got.AttributesTopic != c.attrs || !strings.Contains(got.ValueTemplate, c.template) {
				t.Errorf("%+v", got)
			}
		})
	}
	s := testSite()
	s.Views = discovery.Views{}
	d := discovery.ProfileDocument(s, alice("weight_kg"))
	if keys := d.Components(); slices.Contains(keys, "weight_kg") || !slices.Contains(keys, "authorization") {
		t.Errorf("without a view: %v", keys)
	}
}

// TestTotalHasLastReset: without the time of the reset, the drop at midnight
// would count as a decrease.
func TestTotalHasLastReset(t *testing.T) {
	t.Parallel()
	p := alice()
	p.Sensors = []sensors.Sensor{{
		Key: "activity_steps_today", Name: "Steps today", Platform: "sensor", Unit: "steps", StateClass: "total",
		Enabled: true,
	}}
	for _, c := range []struct {
		views discovery.Views
		class string
		reset bool
	}{
		{discovery.Views{Detail: true}, "total", true},
		{discovery.Views{Bare: true}, "total_increasing", false},
		{discovery.Views{Snapshot: true}, "total_increasing", false},
	} {
		s := testSite()
		s.Views = c.views
		got := mustBeValid(t, s, discovery.ProfileDocument(s, p)).Components["activity_steps_today"]
		if got.StateClass != c.class || (got.LastResetTemplate != "") != c.reset {
			t.Errorf("%+v: %+v", c.views, got)
		}
	}
}

func TestUnitsAreSpelledAsHomeAssistantDoes(t *testing.T) {
	t.Parallel()
	p := alice()
	for unit, want := range map[string]string{"\u00b5S": "\u03bcS", "kVArh": "kvarh", "VA": "VA"} {
		p.Sensors = []sensors.Sensor{{Key: "x", Name: "X", Platform: "sensor", Unit: unit, Precision: sensors.NoPrecision}}
		if got := mustBeValid(t, testSite(), discovery.ProfileDocument(testSite(), p)).Components["x"].Unit; got != want {
			t.Errorf("%q is written as %q", unit, got)
		}
	}
}

func TestDocumentsAreDeterministic(t *testing.T) {
	t.Parallel()
	p := alice(sensors.Originals()...)
	first := string(discovery.ProfileDocument(testSite(), p).JSON())
	slices.Reverse(p.Sensors)
	if again := string(discovery.ProfileDocument(testSite(), p).JSON()); again != first {
		t.Error("the document depends on the order of the sensors")
	}
}

func TestZeroDocument(t *testing.T) {
	t.Parallel()
	var none discovery.Document
	if !none.IsZero() || none.JSON() != nil || none.Topic(testSite().Tree) != "" || none.ID() != "" ||
		len(none.Components()) != 0 {
		t.Error("the zero document has contents")
	}
	d := discovery.BridgeDocument(testSite())
	topic := d.Topic(testSite().Tree)
	if d.IsZero() || d.ID() != "vitals2mqtt_bridge_7f3a" ||
		topic != "homeassistant/device/vitals2mqtt_bridge_7f3a/config" {
		t.Error(d.ID(), topic)
	}
}
