// SPDX-License-Identifier: MIT

package discovery

import (
	"strings"
	"unicode"

	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// ProfileDocument returns the document of a profile: its values, its
// diagnostics, new measurements as events, and a refresh button. The ids depend
// on the account and the key alone.
func ProfileDocument(s Site, p Profile) Document {
	id := ProfileID(p.UserID)
	components := map[string]object{}
	for _, row := range p.Sensors {
		c := s.newComponent(id, p.Slug, row)
		if setValueTopics(c, s, p.Slug, row) {
			components[row.Key] = c
		}
	}
	for _, key := range p.Images {
		c := s.newComponent(id, p.Slug, imageRow(key))
		c["image_topic"], c["content_type"] = s.Tree.Image(p.Slug, key), "image/svg+xml"
		components[key] = c
	}
	for _, row := range profileRows(p) {
		c := s.newComponent(id, p.Slug, row)
		setTopics(c, s, p.Slug, row)
		components[row.Key] = c
	}
	device := s.Identity.device(id, profileDeviceName(s.Language, p, components), s.Language.Say("model.profile"))
	device["via_device"] = s.BridgeID()
	return Document{id: id, components: components, root: object{
		"device":            device,
		"origin":            s.Identity.origin(),
		"availability":      []object{{"topic": s.Tree.BridgeState()}, {"topic": s.Tree.Status(p.Slug)}},
		"availability_mode": "all",
		"qos":               1,
	}}
}

// setTopics sets the topics of a component that every profile has.
func setTopics(c object, s Site, slug string, row sensors.Sensor) {
	switch row.Platform {
	case "event":
		c["state_topic"] = s.Tree.Event(slug)
	case "button":
		c["command_topic"] = s.Tree.Request(pressRequest(row.Key))
		c["payload_press"] = string(mustEncode(map[string]string{"profile": slug}))
		setBridgeAvailability(c, s)
	default:
		// Available while the profile is not: it explains why.
		setDetailTopics(c, s.Tree.Diagnostic(slug, row.Key))
		setBridgeAvailability(c, s)
	}
}

// pressRequest is the request that a button of a profile sends.
func pressRequest(key string) topics.Verb {
	if key == keyStatistics {
		return topics.Statistics
	}
	return topics.Refresh
}

// setBridgeAvailability overrides the document's availability with the
// bridge's.
func setBridgeAvailability(c object, s Site) {
	c["availability"] = []object{{"topic": s.Tree.BridgeState()}}
	c["availability_mode"] = "all"
}

// maxNameLength limits the name of a device, in characters.
const maxNameLength = 100

// profileDeviceName returns the name of a profile's device. Home Assistant puts
// it before the name of each entity and removes it from entity names that begin
// with it: "Sleep score" of a profile called "Sleep" would become "score".
func profileDeviceName(language display.Language, p Profile, components map[string]object) string {
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
			return language.Say("name.profile", name)
		}
	}
	return name
}

// hasDevicePrefix reports whether the name of an entity begins with that of its
// device.
func hasDevicePrefix(name, device string) bool {
	name, device = strings.ToLower(name), strings.ToLower(device)
	return device != "" && (name == device || strings.HasPrefix(name, device+" "))
}
