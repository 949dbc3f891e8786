package discovery

import (
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/topics"
)

// maxRetainedSize is the largest retained message that is read, in bytes: nothing of
// ours was ever larger.
const maxRetainedSize = 1 << 20

// StaleDocument is a retained document that this bridge published at some time.
type StaleDocument struct {
	// ID is the id of the device.
	ID string
	// Components are what it holds, by key; removal markers count too.
	Components map[string]StaleComponent
	// shared are the retained topics of no single component.
	shared []string
}

// StaleComponent is a component of a retained document.
type StaleComponent struct {
	// Platform is Home Assistant's component, which a removal marker must name.
	Platform string
	// Topics are the retained topics of the key in all views, all of them below
	// this bridge's base topic, sorted.
	Topics []string
}

// Topics returns all retained topics that belong to the document, those of the
// account and the snapshot too, sorted. Only topics below this bridge's base,
// and never the bridge's own, are among them, whatever the document says.
func (f StaleDocument) Topics() []string {
	all := slices.Clone(f.shared)
	for _, remnant := range f.Components {
		all = append(all, remnant.Topics...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ParseOwn reports whether a retained message on a discovery topic is a document of
// this very bridge, and what is in it. Other programs' documents and those of
// other instances of this one are never ours: origin, id and bridge must all
// fit. The empty message is nobody's.
func ParseOwn(s Site, topic string, payload []byte) (StaleDocument, bool) {
	id, ok := s.Tree.DocumentID(topic)
	if !ok || !strings.HasPrefix(id, programName+"_") || !namePattern.MatchString(id) || len(payload) > maxRetainedSize {
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
			continue // such a one was never accepted, and would spoil our document
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

// owner returns the profile or device that a component's topics, or the root's,
// lie below.
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

// isLiteral reports whether a level stands for itself: no filter, no control
// character.
func isLiteral(level string) bool { return namePattern.MatchString(level) }

// retainedTopics lists the topics that a key's value has in all views: a document
// names one of them, but the others were retainedTopics beside it.
func (s Site) retainedTopics(owner topics.Name, key string) []string {
	switch {
	case owner.Device != "":
		return []string{s.Tree.DeviceValue(owner.Device, key), s.Tree.DeviceDetail(owner.Device, key)}
	case owner.Profile != "":
		return []string{s.Tree.Value(owner.Profile, key), s.Tree.Detail(owner.Profile, key)}
	}
	return nil
}

// RemovalDocument returns the document that also removes the components which an
// older one holds and this one does not: leaving them out would keep them in
// Home Assistant for ever. Publish it once, the document itself afterwards. It
// returns false when there is nothing to remove. A component whose platform
// changed is removed first and comes with the next document.
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
