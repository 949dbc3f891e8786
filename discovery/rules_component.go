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
func componentRules() []rule[decodedComponent] {
	return append([]rule[decodedComponent]{
		{"component-key", "1", checkKey},
		{"platform", "3.3", checkPlatform},
		{"unique-id", "3.3, 3.6", checkUniqueID},
		{"unique-id-twice", "3.6", checkUniqueIDTwice},
		{"component-keys", "7", checkKnownKeys},
		{"component-kinds", "7", checkKinds},
		{"mandatory-keys", "7", checkRequiredKeys},
		{"object-id", "3.6", checkObjectID},
		{"default-entity-id", "3.6", checkEntityID},
		{"name", "3.6", checkName},
		{"name-repeats-device", "3.6", checkNamePrefix},
		{"entity-category", "3.6, 7.1", checkCategory},
		{"icon", "3.6", checkIcon},
		{"qos", "7", skipRemovals(func(p decodedComponent) string { return checkQoS(p.own) })},
		{"topics", "1.1", skipRemovals(func(p decodedComponent) string { return checkTopics(p.own) })},
		{"topics-outside", "1", skipRemovals(func(p decodedComponent) string { return checkOutsidePrefix(p.own, p.doc.prefix) })},
		{"availability-form", "3.2, 10.1", skipRemovals(func(p decodedComponent) string { return checkAvailabilityForm(p.merged) })},
		{"availability-mode", "10.1", skipRemovals(func(p decodedComponent) string { return checkAvailabilityMode(p.merged) })},
		{"availability-items", "10.1", skipRemovals(func(p decodedComponent) string { return checkAvailabilityItems(p.own) })},
	}, platformRules()...)
}

// skipRemovals makes a rule pass over removal markers, which have nothing to check.
func skipRemovals(check func(decodedComponent) string) func(decodedComponent) string {
	return func(p decodedComponent) string {
		if p.own == nil || p.isRemoval() {
			return ""
		}
		return check(p)
	}
}

// forPlatform makes a rule pass over all platforms but one.
func forPlatform(platform string, check func(decodedComponent) string) func(decodedComponent) string {
	return skipRemovals(func(p decodedComponent) string {
		if p.platform() != platform {
			return ""
		}
		return check(p)
	})
}

func checkKey(p decodedComponent) string {
	if !namePattern.MatchString(p.key) {
		return fmt.Sprintf("%q cannot be a component's key: letters, digits, _ and - only", p.key)
	}
	return ""
}

func checkPlatform(p decodedComponent) string {
	if !isSupportedPlatform(p.platform()) {
		return fmt.Sprintf("%q is no platform that is discovered over MQTT", p.platform())
	}
	return ""
}

// checkUniqueID wants an id made of the device's and the key: both never change.
func checkUniqueID(p decodedComponent) string {
	if p.own == nil || p.isRemoval() || isAnonymousPlatform(p.platform()) || p.own["unique_id"] == any(p.doc.id+"_"+p.key) {
		return ""
	}
	return "unique_id must be the device's id, _ and the key"
}

func checkUniqueIDTwice(p decodedComponent) string {
	if p.claimed[p.entityKey()] {
		return "another component has this platform and unique_id"
	}
	return ""
}

func checkKnownKeys(p decodedComponent) string {
	if platformKinds(p.platform()) == nil {
		return "" // not a platform that we make
	}
	kinds := componentKinds(p.platform())
	kinds["object_id"] = kindText // has a rule of its own
	return findUnknownKey(p.own, kinds)
}

func checkKinds(p decodedComponent) string {
	kinds := componentKinds(p.platform())
	if value, ok := p.own["name"]; ok && value == nil {
		delete(kinds, "name") // null: the device's main entity
	}
	return findWrongKind(p.own, kinds)
}

func checkRequiredKeys(p decodedComponent) string {
	if p.isRemoval() {
		return ""
	}
	return findMissingKey(p.merged, requiredKeys(p.platform())...)
}

func checkObjectID(p decodedComponent) string {
	if p.own.has("object_id") {
		return "object_id is no longer known; default_entity_id took its place"
	}
	return ""
}

var objectID = regexp.MustCompile(`^[a-z0-9]([a-z0-9_]*[a-z0-9])?$`)

const maxEntityID = 255 // characters

func checkEntityID(p decodedComponent) string {
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

func checkName(p decodedComponent) string {
	if name, ok := p.own["name"]; p.own != nil && !p.isRemoval() && (!ok || name == any("")) {
		return "the component has no name"
	}
	return ""
}

func checkNamePrefix(p decodedComponent) string {
	if hasDevicePrefix(p.own.text("name"), p.doc.root.child("device").text("name")) {
		return "the name begins with the device's, which is shown before it anyway"
	}
	return ""
}

func checkCategory(p decodedComponent) string {
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

func checkIcon(p decodedComponent) string {
	if icon, ok := p.own["icon"].(string); ok && !iconName.MatchString(icon) {
		return "icon must be mdi: and a name"
	}
	return ""
}

// checkUnitlessClass checks device classes that have no unit.
func checkUnitlessClass(p decodedComponent) string {
	class, ok := p.own["device_class"].(string)
	classes := unitlessClasses(p.platform())
	if ok && classes != nil && !slices.Contains(classes, class) {
		return fmt.Sprintf("%q is no device_class of a %s", class, p.platform())
	}
	return ""
}
