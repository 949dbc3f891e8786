// SPDX-License-Identifier: MIT

package discovery

import (
	"maps"
	"slices"

	"vitals2mqtt/topics"
)

// maxRetainedSize limits the retained messages that are parsed, in bytes.
const maxRetainedSize = 1 << 20

// StaleDocument is a retained document that this bridge has published before.
type StaleDocument struct {
	// ID is the id of the document.
	ID string
	// Components are its components by key, removal markers included.
	Components map[string]StaleComponent
	// shared are the retained topics that belong to no single component.
	shared []string
}

// StaleComponent is a component of a retained document.
type StaleComponent struct {
	// Platform is the platform, which a removal marker must repeat.
	Platform string
	// Topics are the retained topics of the key in all views, sorted. All are
	// below the base topic of this bridge.
	Topics []string
}

// Topics returns all retained topics that belong to the document, including
// status and snapshot of a profile, sorted. Whatever the document contains, all
// are below the base topic of this bridge, and none is the bridge's own.
func (f StaleDocument) Topics() []string {
	all := slices.Clone(f.shared)
	for _, component := range f.Components {
		all = append(all, component.Topics...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ParseOwn parses a retained message on a discovery topic and reports whether
// it is a document of this bridge. Documents of other programs, and of other
// instances of this one, are not: origin, id and bridge must match.
func ParseOwn(s Site, topic string, payload []byte) (StaleDocument, bool) {
	id, ok := s.Tree.DocumentID(topic)
	if !ok || checkDocumentID(id) != "" || len(payload) > maxRetainedSize {
		return StaleDocument{}, false
	}
	root := decodeObject(payload)
	device := root.child("device")
	if root.child("origin").text("name") != programName || !hasIdentifier(device, id) {
		return StaleDocument{}, false
	}
	if id != s.BridgeID() && device.text("via_device") != s.BridgeID() {
		return StaleDocument{}, false
	}
	stale := StaleDocument{ID: id, Components: map[string]StaleComponent{}}
	profiles := map[string]bool{}
	for key, value := range root.child("components") {
		c := asObject(value)
		if !namePattern.MatchString(key) || !isSupportedPlatform(c.text("platform")) {
			continue // Home Assistant never accepted it, and would refuse a document with its marker
		}
		owner := s.owner(root, c)
		stale.Components[key] = StaleComponent{Platform: c.text("platform"), Topics: s.retainedTopics(owner, key)}
		profiles[owner.Profile] = true
	}
	delete(profiles, "")
	for profile := range maps.Keys(profiles) {
		stale.shared = append(stale.shared, s.Tree.Status(profile), s.Tree.Snapshot(profile))
	}
	slices.Sort(stale.shared)
	return stale, true
}

func hasIdentifier(device object, id string) bool {
	return device.text("identifiers") == id || slices.Contains(device.list("identifiers"), any(id))
}

// owner returns the profile or device whose topics a component uses.
func (s Site) owner(root, c object) topics.Name {
	named := []string{c.text("state_topic"), c.text("json_attributes_topic")}
	for _, item := range slices.Concat(c.list("availability"), root.list("availability")) {
		named = append(named, asObject(item).text("topic"))
	}
	for _, topic := range named {
		if name, ok := s.Tree.Parse(topic); ok && isLiteral(name.Profile+name.Device) {
			return name
		}
	}
	return topics.Name{}
}

// isLiteral reports whether a topic level has no wildcards and control
// characters.
func isLiteral(level string) bool { return namePattern.MatchString(level) }

// retainedTopics returns the topics of a key in all views. A document refers to
// one view, but the others may be retained too.
func (s Site) retainedTopics(owner topics.Name, key string) []string {
	switch {
	case owner.Device != "":
		return []string{s.Tree.DeviceValue(owner.Device, key), s.Tree.DeviceDetail(owner.Device, key)}
	case owner.Profile != "":
		return []string{s.Tree.Value(owner.Profile, key), s.Tree.Detail(owner.Profile, key)}
	}
	return nil
}

// RemovalDocument returns the document with removal markers for the components
// that only the older one has: without them, Home Assistant would keep their
// entities. Publish it once, and then the document itself. It returns false
// when there is nothing to remove. A component whose platform has changed is
// removed first; it comes back with the document itself.
func RemovalDocument(d Document, old StaleDocument) (Document, bool) {
	if d.IsZero() || d.id != old.ID {
		return Document{}, false
	}
	needed := false
	for key, stale := range old.Components {
		if c, ok := d.components[key]; ok && c.text("platform") == stale.Platform {
			continue
		}
		d, needed = d.withComponent(key, object{"platform": stale.Platform}), true
	}
	if !needed {
		return Document{}, false
	}
	return d, true
}
