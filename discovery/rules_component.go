package discovery

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// componentRules are the rules whose violation costs one component. Some of
// them would cost the whole device at Home Assistant; leaving the component out
// saves the others.
func componentRules() []rule[part] {
	return append([]rule[part]{
		{"component-key", "1", partKey},
		{"platform", "3.3", partPlatform},
		{"unique-id", "3.3, 3.6", partID},
		{"unique-id-twice", "3.6", partIDTwice},
		{"component-keys", "7", partKeys},
		{"component-kinds", "7", partKinds},
		{"mandatory-keys", "7", partMandatory},
		{"object-id", "3.6", partObjectID},
		{"default-entity-id", "3.6", partEntityID},
		{"name", "3.6", partName},
		{"name-repeats-device", "3.6", partNameRepeats},
		{"entity-category", "3.6, 7.1", partCategory},
		{"icon", "3.6", partIcon},
		{"qos", "7", entity(func(p part) string { return badQoS(p.own) })},
		{"topics", "1.1", entity(func(p part) string { return badTopics(p.own) })},
		{"topics-outside", "1", entity(func(p part) string { return belowDiscovery(p.own, p.doc.prefix) })},
		{"availability-form", "3.2, 10.1", entity(func(p part) string { return twoForms(p.all) })},
		{"availability-mode", "10.1", entity(func(p part) string { return notAll(p.all) })},
		{"availability-items", "10.1", entity(func(p part) string { return badItems(p.own) })},
	}, platformRules()...)
}

// entity makes a rule pass over removal markers, which have nothing to check.
func entity(check func(part) string) func(part) string {
	return func(p part) string {
		if p.own == nil || p.marker() {
			return ""
		}
		return check(p)
	}
}

// only makes a rule pass over all platforms but one.
func only(platform string, check func(part) string) func(part) string {
	return entity(func(p part) string {
		if p.platform() != platform {
			return ""
		}
		return check(p)
	})
}

func partKey(p part) string {
	if !word.MatchString(p.key) {
		return fmt.Sprintf("%q cannot be a component's key: letters, digits, _ and - only", p.key)
	}
	return ""
}

func partPlatform(p part) string {
	if !supported(p.platform()) {
		return fmt.Sprintf("%q is no platform that is discovered over MQTT", p.platform())
	}
	return ""
}

// partID wants an id made of the device's and the key: both never change.
func partID(p part) string {
	if p.own == nil || p.marker() || anonymous(p.platform()) || p.own["unique_id"] == any(p.doc.id+"_"+p.key) {
		return ""
	}
	return "unique_id must be the device's id, _ and the key"
}

func partIDTwice(p part) string {
	if p.claimed[p.identity()] {
		return "another component has this platform and unique_id"
	}
	return ""
}

func partKeys(p part) string {
	if platformKinds(p.platform()) == nil {
		return "" // not a platform that we make
	}
	kinds := componentKinds(p.platform())
	kinds["object_id"] = kindText // has a rule of its own
	return unknown(p.own, kinds)
}

func partKinds(p part) string {
	kinds := componentKinds(p.platform())
	if value, ok := p.own["name"]; ok && value == nil {
		delete(kinds, "name") // null: the device's main entity
	}
	return misfit(p.own, kinds)
}

func partMandatory(p part) string {
	if p.marker() {
		return ""
	}
	return missing(p.all, mandatory(p.platform())...)
}

func partObjectID(p part) string {
	if p.own.has("object_id") {
		return "object_id is no longer known; default_entity_id took its place"
	}
	return ""
}

var objectID = regexp.MustCompile(`^[a-z0-9]([a-z0-9_]*[a-z0-9])?$`)

const maxEntityID = 255 // characters

func partEntityID(p part) string {
	id, ok := p.own["default_entity_id"].(string)
	if !ok {
		return ""
	}
	name, own := strings.CutPrefix(id, p.platform()+".")
	if !own || !objectID.MatchString(name) || len(id) > maxEntityID {
		return fmt.Sprintf("default_entity_id must be %s. and then lower-case letters, digits and _, %d characters in all",
			p.platform(), maxEntityID)
	}
	return ""
}

func partName(p part) string {
	if name, ok := p.own["name"]; p.own != nil && !p.marker() && (!ok || name == any("")) {
		return "the component has no name"
	}
	return ""
}

func partNameRepeats(p part) string {
	if repeats(p.own.text("name"), p.doc.root.child("device").text("name")) {
		return "the name begins with the device's, which is shown before it anyway"
	}
	return ""
}

func partCategory(p part) string {
	category, ok := p.own["entity_category"].(string)
	readOnly := p.platform() == "sensor" || p.platform() == "binary_sensor"
	switch {
	case !ok, category == "diagnostic", category == "config" && !readOnly:
		return ""
	case category == "config":
		return "a " + p.platform() + " cannot be configuration"
	}
	return fmt.Sprintf("%q is no entity_category", category)
}

var iconName = regexp.MustCompile(`^mdi:[a-z0-9]+(-[a-z0-9]+)*$`)

func partIcon(p part) string {
	if icon, ok := p.own["icon"].(string); ok && !iconName.MatchString(icon) {
		return "icon must be mdi: and a name"
	}
	return ""
}

// partClass checks device classes that have no unit.
func partClass(p part) string {
	class, ok := p.own["device_class"].(string)
	classes := switchClasses(p.platform())
	if ok && classes != nil && !slices.Contains(classes, class) {
		return fmt.Sprintf("%q is no device_class of a %s", class, p.platform())
	}
	return ""
}
