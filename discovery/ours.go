package discovery

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"vitals2mqtt/topics"
)

// maxForeign is the largest retained message that is read, in bytes: nothing of
// ours was ever larger.
const maxForeign = 1 << 20

// Foreign is a retained document that this bridge published at some time.
type Foreign struct {
	// ID is the id of the device.
	ID string
	// Components are what it holds, by key; removal markers count too.
	Components map[string]Remnant
	// shared are the retained topics of no single component.
	shared []string
}

// Remnant is a component of a retained document.
type Remnant struct {
	// Platform is Home Assistant's component, which a removal marker must name.
	Platform string
	// Topics are the retained topics of the key in all views, all of them below
	// this bridge's base topic, sorted.
	Topics []string
}

// Topics returns all retained topics that belong to the document, those of the
// account and the snapshot too, sorted. Only topics below this bridge's base,
// and never the bridge's own, are among them, whatever the document says.
func (f Foreign) Topics() []string {
	all := slices.Clone(f.shared)
	for _, remnant := range f.Components {
		all = append(all, remnant.Topics...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Ours reports whether a retained message on a discovery topic is a document of
// this very bridge, and what is in it. Other programs' documents and those of
// other instances of this one are never ours: origin, id and bridge must all
// fit. The empty message is nobody's.
func Ours(s Site, topic string, payload []byte) (Foreign, bool) {
	id, ok := s.Tree.DocumentID(topic)
	if !ok || !strings.HasPrefix(id, program+"_") || !word.MatchString(id) || len(payload) > maxForeign {
		return Foreign{}, false
	}
	root := decode(payload)
	device := root.child("device")
	if root.child("origin").text("name") != program || !identifies(device, id) {
		return Foreign{}, false
	}
	if id != s.BridgeID() && device.text("via_device") != s.BridgeID() {
		return Foreign{}, false
	}
	foreign := Foreign{ID: id, Components: map[string]Remnant{}}
	profiles := map[string]bool{}
	for key, value := range root.child("components") {
		c := asObject(value)
		if !word.MatchString(key) || !supported(c.text("platform")) {
			continue // such a one was never accepted, and would spoil our document
		}
		owner := s.owner(root, c)
		foreign.Components[key] = Remnant{Platform: c.text("platform"), Topics: s.retained(owner, key)}
		profiles[owner.Profile] = true
	}
	delete(profiles, "")
	for profile := range maps.Keys(profiles) {
		foreign.shared = append(foreign.shared, s.Tree.Status(profile), s.Tree.Snapshot(profile))
	}
	slices.Sort(foreign.shared)
	return foreign, true
}

// word is what ids and keys may consist of.
var word = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

func identifies(device object, id string) bool {
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
		if name, ok := s.Tree.Parse(topic); ok && literal(name.Profile+name.Device) {
			return name
		}
	}
	return topics.Name{}
}

// literal reports whether a level stands for itself: no filter, no control
// character.
func literal(level string) bool { return word.MatchString(level) }

// retained lists the topics that a key's value has in all views: a document
// names one of them, but the others were retained beside it.
func (s Site) retained(owner topics.Name, key string) []string {
	switch {
	case owner.Device != "":
		return []string{s.Tree.DeviceValue(owner.Device, key), s.Tree.DeviceDetail(owner.Device, key)}
	case owner.Profile != "":
		return []string{s.Tree.Value(owner.Profile, key), s.Tree.Detail(owner.Profile, key)}
	}
	return nil
}

// Farewell returns the document that also removes the components which an
// older one holds and this one does not: leaving them out would keep them in
// Home Assistant for ever. Publish it once, the document itself afterwards. It
// returns false when there is nothing to remove. A component whose platform
// changed is removed first and comes with the next document.
func Farewell(d Document, old Foreign) (Document, bool) {
	if d.IsZero() || d.id != old.ID {
		return Document{}, false
	}
	needed := false
	for key, remnant := range old.Components {
		if c, ok := d.components[key]; ok && c.text("platform") == remnant.Platform {
			continue
		}
		d, needed = d.with(key, object{"platform": remnant.Platform}), true
	}
	if !needed {
		return Document{}, false
	}
	return d, true
}
