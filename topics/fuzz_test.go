// SPDX-License-Identifier: MIT

package topics_test

import (
	"strings"
	"testing"

	"vitals2mqtt/topics"
)

// FuzzProfileSlug: a name becomes one topic level that no broker, file system or
// browser reads as anything else, and its slug stays the same.
func FuzzProfileSlug(f *testing.F) {
	for _, name := range []string{"Alice", "Jörg Weiß", "Иван", "李雷", "a/+/#", "../..", "a\x00b\u202e", "\xff", "O’Brien", "", "💙"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		slug := topics.ProfileSlug(name)
		if strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" ||
			strings.HasPrefix(slug, "_") || strings.HasSuffix(slug, "_") {
			t.Errorf("%q becomes %q", name, slug)
		}
		if slug != "" && (!topics.IsSlug(slug) || topics.ProfileSlug(slug) != slug) {
			t.Errorf("the slug of %q is not that of itself", slug)
		}
	})
}

// FuzzTopic parses any topic: what is ours is written the same again.
func FuzzTopic(f *testing.F) {
	for _, topic := range []string{
		"vitals2mqtt/alice", "vitals2mqtt/alice/status", "vitals2mqtt/alice/event", "vitals2mqtt/alice/weight_kg",
		"vitals2mqtt/alice/weight_kg/detail", "vitals2mqtt/device/1/battery", "vitals2mqtt/device/1/battery/detail",
		"vitals2mqtt/bridge/state", "vitals2mqtt//", "vitals2mqtt", "homeassistant/device/x/config", "homeassistant/device//config",
		"vitals2mqtt/status/status", "vitals2mqtt/device/detail/detail",
	} {
		f.Add(topic)
	}
	tree := topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"}
	f.Fuzz(func(t *testing.T, topic string) {
		if rank := tree.Rank(topic); rank < 0 || rank > 3 {
			t.Errorf("%q has rank %d", topic, rank)
		}
		if id, ok := tree.DocumentID(topic); ok && tree.Document(id) != topic {
			t.Errorf("the document in %q is %q", topic, id)
		}
		name, ok := tree.Parse(topic)
		if !ok {
			return
		}
		if written := write(tree, name); written != topic {
			t.Errorf("%q is parsed as %+v, which is %q", topic, name, written)
		}
	})
}

// write is the topic of a name.
func write(tree topics.Tree, n topics.Name) string {
	switch n.Kind {
	case topics.KindSnapshot:
		return tree.Snapshot(n.Profile)
	case topics.KindStatus:
		return tree.Status(n.Profile)
	case topics.KindEvent:
		return tree.Event(n.Profile)
	case topics.KindValue:
		if n.Device != "" {
			return tree.DeviceValue(n.Device, n.Key)
		}
		return tree.Value(n.Profile, n.Key)
	case topics.KindDetail:
		if n.Device != "" {
			return tree.DeviceDetail(n.Device, n.Key)
		}
		return tree.Detail(n.Profile, n.Key)
	}
	return ""
}
