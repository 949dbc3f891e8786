// SPDX-License-Identifier: MIT

package discovery_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/discovery"
)

func TestParseOwnRecognizesOwnDocuments(t *testing.T) {
	t.Parallel()
	s := testSite()
	for _, d := range []discovery.Document{
		discovery.BridgeDocument(s), discovery.ProfileDocument(s, alice("weight_kg")), discovery.ProfileDocument(s, alice()),
	} {
		stale, ok := discovery.ParseOwn(s, d.Topic(s.Tree), d.JSON())
		if !ok || stale.ID != d.ID() || len(stale.Components) != len(d.Components()) {
			t.Errorf("%s: %v, %+v", d.ID(), ok, stale)
		}
		if _, needed := discovery.RemovalDocument(d, stale); needed {
			t.Errorf("%s: needs a removal of itself", d.ID())
		}
	}
}

func TestParseOwnRejectsOtherDocuments(t *testing.T) {
	t.Parallel()
	s := testSite()
	const topic = "homeassistant/device/vitals2mqtt_5/config"
	const own = `{"origin":{"name":"vitals2mqtt"},"components":{},` +
		`"device":{"identifiers":["vitals2mqtt_5"],"via_device":"vitals2mqtt_bridge_7f3a"}}`
	if _, ok := discovery.ParseOwn(s, topic, []byte(own)); !ok {
		t.Fatal("the unchanged document is rejected")
	}
	for name, c := range map[string]struct{ topic, payload string }{
		"origin":        {topic, strings.Replace(own, `"vitals2mqtt"`, `"zigbee2mqtt"`, 1)},
		"no origin":     {topic, strings.Replace(own, `"origin"`, `"o"`, 1)},
		"origin's case": {topic, strings.Replace(own, `"origin"`, `"Origin"`, 1)},
		"other bridge":  {topic, strings.Replace(own, "7f3a", "7f3b", 1)},
		"no bridge":     {topic, strings.Replace(own, "via_device", "via", 1)},
		"identifier":    {topic, strings.Replace(own, "mqtt_5", "mqtt_6", 1)},
		"other bridge's": {
			strings.ReplaceAll(topic, "_5", "_bridge_1"), strings.NewReplacer("_5", "_bridge_1", "via_", "").Replace(own),
		},
		"prefix of id": {
			strings.Replace(topic, "vitals2mqtt_5", "vitals_5", 1), strings.Replace(own, "vitals2mqtt_5", "vitals_5", 1),
		},
		"single entity":       {"homeassistant/sensor/vitals2mqtt_5/config", own},
		"other prefix":        {"ha/device/vitals2mqtt_5/config", own},
		"deeper":              {"homeassistant/device/x/vitals2mqtt_5/config", own},
		"not config":          {"homeassistant/device/vitals2mqtt_5/state", own},
		"empty":               {topic, ""},
		"null":                {topic, "null"},
		"a list":              {topic, "[" + own + "]"},
		"two":                 {topic, own + own},
		"cut off":             {topic, own[:len(own)-1]},
		"too large":           {topic, own + strings.Repeat(" ", 1<<20)},
		"invalid identifiers": {topic, strings.Replace(own, `["vitals2mqtt_5"]`, `{"vitals2mqtt_5":1}`, 1)},
		"wildcards":           {"homeassistant/device/vitals2mqtt_+/config", strings.Replace(own, "mqtt_5", "mqtt_+", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if stale, ok := discovery.ParseOwn(s, c.topic, []byte(c.payload)); ok {
				t.Errorf("accepted: %+v", stale)
			}
		})
	}
}

// TestStaleDocumentTopics: all topics of the profile must be cleared, and no
// others, whatever the document contains.
func TestStaleDocumentTopics(t *testing.T) {
	t.Parallel()
	profile := []string{"vitals2mqtt/bob", "vitals2mqtt/bob/status"}
	values := []string{"vitals2mqtt/bob/weight_kg", "vitals2mqtt/bob/weight_kg/detail"}
	for name, c := range map[string]struct {
		component string
		want      []string
	}{
		"detail": {
			`{"platform":"sensor","state_topic":"vitals2mqtt/bob/weight_kg/detail"}`, slices.Concat(profile, values),
		},
		"bare":     {`{"platform":"sensor","state_topic":"vitals2mqtt/bob/weight_kg"}`, slices.Concat(profile, values)},
		"snapshot": {`{"platform":"sensor","state_topic":"vitals2mqtt/bob"}`, slices.Concat(profile, values)},
		"by account": {
			`{"platform":"sensor","availability":[{"topic":"vitals2mqtt/bridge/state"},{"topic":"vitals2mqtt/bob/status"}]}`,
			slices.Concat(profile, values),
		},
		"another program's": {`{"platform":"sensor","state_topic":"zigbee2mqtt/bridge/state"}`, nil},
		"the bridge's":      {`{"platform":"sensor","state_topic":"vitals2mqtt/bridge/state"}`, nil},
		"a filter":          {`{"platform":"sensor","state_topic":"vitals2mqtt/+/weight_kg"}`, nil},
		"everything":        {`{"platform":"sensor","state_topic":"vitals2mqtt/#"}`, nil},
		"not texts":         {`{"platform":"sensor","state_topic":7,"availability":"x"}`, nil},
		"other platform":    {`{"platform":"calendar","state_topic":"vitals2mqtt/bob/weight_kg"}`, nil},
		"no object":         {`7`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := `{"origin":{"name":"vitals2mqtt"},` +
				`"device":{"identifiers":"vitals2mqtt_5","via_device":"vitals2mqtt_bridge_7f3a"},` +
				`"components":{"weight_kg":` + c.component + `,"bad key":` + c.component + `}}`
			stale, ok := discovery.ParseOwn(testSite(), "homeassistant/device/vitals2mqtt_5/config", []byte(payload))
			if !ok || !slices.Equal(stale.Topics(), c.want) {
				t.Errorf("%v, %v, want %v", ok, stale.Topics(), c.want)
			}
		})
	}
}

func TestStaleDocumentTopicsAreUnique(t *testing.T) {
	t.Parallel()
	payload := `{"origin":{"name":"vitals2mqtt"},` +
		`"device":{"identifiers":"vitals2mqtt_5","via_device":"vitals2mqtt_bridge_7f3a"},` +
		`"components":{"status":{"platform":"sensor","state_topic":"vitals2mqtt/bob/status/detail"}}}`
	stale, _ := discovery.ParseOwn(testSite(), "homeassistant/device/vitals2mqtt_5/config", []byte(payload))
	want := []string{"vitals2mqtt/bob", "vitals2mqtt/bob/status", "vitals2mqtt/bob/status/detail"}
	if !slices.Equal(stale.Topics(), want) {
		t.Errorf("%v, want %v", stale.Topics(), want)
	}
}

func TestStaleDocumentHasAllProfileTopics(t *testing.T) {
	t.Parallel()
	for name, views := range map[string]discovery.Views{
		"detail": {Detail: true}, "bare": {Bare: true}, "snapshot": {Snapshot: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testSite()
			s.Views = views
			d := discovery.ProfileDocument(s, alice("weight_kg"))
			stale, _ := discovery.ParseOwn(s, d.Topic(s.Tree), d.JSON())
			for _, want := range []string{
				s.Tree.Snapshot("alice"), s.Tree.Status("alice"), s.Tree.Value("alice", "weight_kg"),
				s.Tree.Detail("alice", "weight_kg"), s.Tree.Diagnostic("alice", "authorization"),
				s.Tree.Diagnostic("alice", "last_sync"),
			} {
				if !slices.Contains(stale.Topics(), want) {
					t.Errorf("%s is missing", want)
				}
			}
			if got := stale.Components["weight_kg"]; got.Platform != "sensor" || len(got.Topics) != 2 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestRemovalDocumentRemovesMissingComponents(t *testing.T) {
	t.Parallel()
	s := testSite()
	before := discovery.ProfileDocument(s, alice("weight_kg", "height_m"))
	now := discovery.ProfileDocument(s, alice("weight_kg"))
	old, _ := discovery.ParseOwn(s, before.Topic(s.Tree), before.JSON())
	text := string(now.JSON())
	removal, needed := discovery.RemovalDocument(now, old)
	if !needed || !slices.Equal(removal.Components(), before.Components()) {
		t.Fatalf("%v, %v", needed, removal.Components())
	}
	if string(now.JSON()) != text {
		t.Error("the document itself was changed")
	}
	if problems := checkSchema(s.Tree, removal.ID(), removal.JSON()); len(problems) > 0 {
		t.Error(problems)
	}
	var parsed struct{ Components map[string]map[string]any }
	if err := json.Unmarshal(removal.JSON(), &parsed); err != nil {
		t.Fatal(err)
	}
	if marker := parsed.Components["height_m"]; len(marker) != 1 || marker["platform"] != "sensor" {
		t.Errorf("marker %v", marker)
	}
	if len(parsed.Components["weight_kg"]) < 5 {
		t.Error("a remaining component was removed")
	}
	// After a crash in between, the markers are found and sent again.
	again, _ := discovery.ParseOwn(s, removal.Topic(s.Tree), removal.JSON())
	if _, needed := discovery.RemovalDocument(now, again); !needed {
		t.Error("the markers are not found again")
	}
}

func TestRemovalDocumentOfChangedPlatform(t *testing.T) {
	t.Parallel()
	s := testSite()
	d := discovery.ProfileDocument(s, alice("weight_kg"))
	former := strings.ReplaceAll(string(d.JSON()), `"platform":"sensor"`, `"platform":"number"`)
	old, _ := discovery.ParseOwn(s, d.Topic(s.Tree), []byte(former))
	removal, needed := discovery.RemovalDocument(d, old)
	if !needed || !strings.Contains(string(removal.JSON()), `"weight_kg":{"platform":"number"}`) {
		t.Errorf("%v, %s", needed, removal.JSON())
	}
}

func TestNoRemovalDocumentWhenUnchanged(t *testing.T) {
	t.Parallel()
	s := testSite()
	d := discovery.ProfileDocument(s, alice("weight_kg"))
	old := discovery.StaleDocument{
		ID: d.ID(), Components: map[string]discovery.StaleComponent{"weight_kg": {Platform: "sensor"}},
	}
	gone := discovery.StaleDocument{
		ID: "vitals2mqtt_1", Components: map[string]discovery.StaleComponent{"x": {Platform: "sensor"}},
	}
	for name, c := range map[string]struct {
		d   discovery.Document
		old discovery.StaleDocument
	}{
		"all there": {d, old}, "another device": {d, gone}, "no document": {discovery.Document{}, gone},
		"nothing": {d, discovery.StaleDocument{ID: d.ID()}},
	} {
		if removal, needed := discovery.RemovalDocument(c.d, c.old); needed || !removal.IsZero() {
			t.Errorf("%s: there is a removal document", name)
		}
	}
}

// FuzzParseOwn parses what any client of the broker may have retained.
func FuzzParseOwn(f *testing.F) {
	s := testSite()
	d := discovery.ProfileDocument(s, alice("weight_kg")) // small: the fuzzer minimizes what it finds
	f.Add(d.Topic(s.Tree), d.JSON())
	f.Add(discovery.BridgeDocument(s).Topic(s.Tree), discovery.BridgeDocument(s).JSON())
	f.Add("homeassistant/device/vitals2mqtt_5/config", []byte(
		`{"origin":{"name":"vitals2mqtt"},"device":{"identifiers":"vitals2mqtt_5","via_device":"vitals2mqtt_bridge_7f3a"},`+
			`"components":{"a":{"platform":"tag","state_topic":"vitals2mqtt/#"},"b":7,"c d":{"platform":"sensor"}}}`))
	f.Add("", []byte("{"))
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		stale, ok := discovery.ParseOwn(s, topic, payload)
		if !ok {
			if stale.ID != "" || stale.Components != nil || len(stale.Topics()) > 0 {
				t.Errorf("rejected with %+v", stale)
			}
			return
		}
		if s.Tree.Document(stale.ID) != topic {
			t.Errorf("%q is not the topic of %q", topic, stale.ID)
		}
		for _, named := range stale.Topics() {
			bridges := named == "vitals2mqtt/bridge" || strings.HasPrefix(named, "vitals2mqtt/bridge/")
			if !strings.HasPrefix(named, "vitals2mqtt/") || bridges || strings.ContainsAny(named, "+#\x00") {
				t.Errorf("%q must not be cleared", named)
			}
		}
		if stale.ID != d.ID() {
			return
		}
		if removal, needed := discovery.RemovalDocument(d, stale); needed {
			for _, problem := range checkSchema(s.Tree, removal.ID(), removal.JSON()) {
				t.Error(problem)
			}
		}
	})
}
