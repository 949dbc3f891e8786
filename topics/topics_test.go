// SPDX-License-Identifier: MIT

package topics_test

import (
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/topics"
)

var tree = topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"}

func TestParseInvertsTree(t *testing.T) {
	t.Parallel()
	for topic, want := range map[string]topics.Name{
		tree.Snapshot("alice"):            {Kind: topics.KindSnapshot, Profile: "alice"},
		tree.Status("alice"):              {Kind: topics.KindStatus, Profile: "alice"},
		tree.Event("alice"):               {Kind: topics.KindEvent, Profile: "alice"},
		tree.Value("alice", "weight_kg"):  {Kind: topics.KindValue, Profile: "alice", Key: "weight_kg"},
		tree.Detail("alice", "weight_kg"): {Kind: topics.KindDetail, Profile: "alice", Key: "weight_kg"},

		tree.DeviceValue("0a1b", "battery"):  {Kind: topics.KindValue, Device: "0a1b", Key: "battery"},
		tree.DeviceDetail("0a1b", "battery"): {Kind: topics.KindDetail, Device: "0a1b", Key: "battery"},
	} {
		if got, ok := tree.Parse(topic); !ok || got != want {
			t.Errorf("%s: %+v, %v; want %+v", topic, got, ok, want)
		}
	}
	for _, topic := range []string{
		tree.BridgeState(), tree.BridgeHealth(), tree.Request(topics.Refresh), "vitals2mqtt", "vitals2mqtt/",
		"other/alice",
		"vitals2mqtt/device/abc", "vitals2mqtt/device/abc/battery/x", "vitals2mqtt/device//battery",
		"vitals2mqtt/alice/a/b", "vitals2mqtt/alice/", "vitals2mqttx/alice", tree.Document("x"),
	} {
		if got, ok := tree.Parse(topic); ok {
			t.Errorf("%s was parsed as %+v", topic, got)
		}
	}
}

func TestRankOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		tree.BridgeState(), tree.Document("vitals2mqtt_1"), tree.Status("alice"), tree.Value("alice", "weight_kg"),
	}
	got := []string{want[3], want[2], want[1], want[0]}
	slices.SortStableFunc(got, func(a, b string) int { return tree.Rank(a) - tree.Rank(b) })
	if !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestDocumentID(t *testing.T) {
	t.Parallel()
	if id, ok := tree.DocumentID(tree.Document("vitals2mqtt_7")); !ok || id != "vitals2mqtt_7" {
		t.Errorf("%q, %v", id, ok)
	}
	for _, topic := range []string{
		"homeassistant/sensor/x/config", "homeassistant/device/a/b/config",
		"homeassistant/device//config",
	} {
		if id, ok := tree.DocumentID(topic); ok {
			t.Errorf("%s gave %q", topic, id)
		}
	}
}

// Names without a Latin letter have a topic too, and the topics of all others
// are what they were.
func TestProfileSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Иван": "ivan", "李雷": "li_lei", "Γιώργος": "giorgos", "  Юлия Ж. ": "iuliia_zh", "Jörg Weiß": "joerg_weiss",
		"Ольга 2": "2", "😀": "", "": "", "…": "",
	} {
		got := topics.ProfileSlug(name)
		if got != want {
			t.Errorf("ProfileSlug(%q) = %q, want %q", name, got, want)
		}
		if topics.IsSlug(got) != (got != "") || topics.IsSlug(name) {
			t.Errorf("%q, %q: IsSlug is wrong about one", name, got)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Alice": "alice", "Jörg Weiß": "joerg_weiss", "Ana-María  O'Neill": "ana_maria_oneill", " x ": "x",
		"Zoë":     "zoe",
		"A/B+C#D": "a_b_c_d", "李": "", "Åsa Øst": "asa_ost", "R2D2": "r2d2", "u\u0308ber": "ueber",
	} {
		if got := topics.Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlugIsSafeTopicLevel(t *testing.T) {
	t.Parallel()
	safe := regexp.MustCompile(`^([a-z0-9]+(_[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		slug := topics.Slug(name)
		if !safe.MatchString(slug) || topics.Slug(slug) != slug {
			t.Fatalf("Slug(%q) = %q", name, slug)
		}
	})
}
