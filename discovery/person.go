package discovery

import (
	"strings"
	"unicode"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// Person returns the document of an account: its values, what is wrong with
// it, new measurements as events, and a button. Components depend on nothing
// but the arguments, and their ids on nothing but the account and the key.
func Person(s Site, p Profile) Document {
	id := PersonID(p.UserID)
	components := map[string]object{}
	for _, row := range p.Sensors {
		c := describe(id, p.Slug, row)
		if readValue(c, s, p.Slug, row) {
			components[row.Key] = c
		}
	}
	for _, row := range personRows(p.Push) {
		c := describe(id, p.Slug, row)
		serve(c, s, p.Slug, row)
		components[row.Key] = c
	}
	device := s.Identity.device(id, deviceName(p, components), "Health account")
	device["via_device"] = s.BridgeID()
	return Document{id: id, prefix: s.Tree.Discovery, components: components, root: object{
		"device":            device,
		"origin":            s.Identity.origin(),
		"availability":      []object{{"topic": s.Tree.BridgeState()}, {"topic": s.Tree.Status(p.Slug)}},
		"availability_mode": "all",
		"qos":               1,
	}}
}

// serve connects what every person has, measured or not.
func serve(c object, s Site, slug string, row sensors.Sensor) {
	switch row.Platform {
	case "event":
		c["state_topic"] = s.Tree.Event(slug)
	case "button":
		c["command_topic"] = s.Tree.Request(topics.Refresh)
		c["payload_press"] = string(encode(map[string]string{"profile": slug}))
		besideBridge(c, s)
	default:
		// A diagnosis must not vanish with the account it diagnoses.
		readDetail(c, s.Tree.Diagnostic(slug, row.Key))
		besideBridge(c, s)
	}
}

// besideBridge makes a component available whenever the bridge is, in place of
// the root's list.
func besideBridge(c object, s Site) {
	c["availability"] = []object{{"topic": s.Tree.BridgeState()}}
	c["availability_mode"] = "all"
}

// maxName is how much of a person's name, in characters, is shown.
const maxName = 100

// deviceName makes a person's name fit for a device. Home Assistant puts it
// before each entity's name, so it must not be empty, and a person called
// "Sleep" must not look like a careless prefix of "Sleep score".
func deviceName(p Profile, components map[string]object) string {
	name := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(p.Name, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(name); len(runes) > maxName {
		name = strings.TrimSpace(string(runes[:maxName-1])) + "…"
	}
	if name == "" {
		name = p.Slug
	}
	for _, c := range components {
		if repeats(c.text("name"), name) {
			return name + " (person)"
		}
	}
	return name
}

// repeats reports whether an entity's name begins with the device's.
func repeats(entity, device string) bool {
	entity, device = strings.ToLower(entity), strings.ToLower(device)
	return device != "" && (entity == device || strings.HasPrefix(entity, device+" "))
}
