package discovery

import (
	"strings"
	"unicode"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// ProfileDocument returns the document of an account: its values, what is wrong with
// it, new measurements as events, and a button. Components depend on nothing
// but the arguments, and their ids on nothing but the account and the key.
func ProfileDocument(s Site, p Profile) Document {
	id := ProfileID(p.UserID)
	components := map[string]object{}
	for _, row := range p.Sensors {
		c := newComponent(id, p.Slug, row)
		if setValueTopics(c, s, p.Slug, row) {
			components[row.Key] = c
		}
	}
	for _, row := range profileRows(p.Push) {
		c := newComponent(id, p.Slug, row)
		setTopics(c, s, p.Slug, row)
		components[row.Key] = c
	}
	device := s.Identity.device(id, profileDeviceName(p, components), "Health account")
	device["via_device"] = s.BridgeID()
	return Document{id: id, components: components, root: object{
		"device":            device,
		"origin":            s.Identity.origin(),
		"availability":      []object{{"topic": s.Tree.BridgeState()}, {"topic": s.Tree.Status(p.Slug)}},
		"availability_mode": "all",
		"qos":               1,
	}}
}

// setTopics connects what every person has, measured or not.
func setTopics(c object, s Site, slug string, row sensors.Sensor) {
	switch row.Platform {
	case "event":
		c["state_topic"] = s.Tree.Event(slug)
	case "button":
		c["command_topic"] = s.Tree.Request(topics.Refresh)
		c["payload_press"] = string(mustEncode(map[string]string{"profile": slug}))
		setBridgeAvailability(c, s)
	default:
		// A diagnosis must not vanish with the account it diagnoses.
		setDetailTopics(c, s.Tree.Diagnostic(slug, row.Key))
		setBridgeAvailability(c, s)
	}
}

// setBridgeAvailability makes a component available whenever the bridge is, in place of
// the root's list.
func setBridgeAvailability(c object, s Site) {
	c["availability"] = []object{{"topic": s.Tree.BridgeState()}}
	c["availability_mode"] = "all"
}

// maxNameLength is how much of a person's name, in characters, is shown.
const maxNameLength = 100

// profileDeviceName makes a person's name fit for a device. Home Assistant puts it
// before each entity's name, so it must not be empty, and a person called
// "Sleep" must not look like a careless prefix of "Sleep score".
func profileDeviceName(p Profile, components map[string]object) string {
	name := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(p.Name, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(name); len(runes) > maxNameLength {
		name = strings.TrimSpace(string(runes[:maxNameLength-1])) + "…"
	}
	if name == "" {
		name = p.Slug
	}
	for _, c := range components {
		if hasDevicePrefix(c.text("name"), name) {
			return name + " (person)"
		}
	}
	return name
}

// hasDevicePrefix reports whether an entity's name begins with the device's.
func hasDevicePrefix(name, device string) bool {
	name, device = strings.ToLower(name), strings.ToLower(device)
	return device != "" && (name == device || strings.HasPrefix(name, device+" "))
}
