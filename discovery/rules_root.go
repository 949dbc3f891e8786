package discovery

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// rootRules are the rules whose violation costs the whole device. The size is
// checked apart, after bad components were left out.
func rootRules() []rule[decoded] {
	return []rule[decoded]{
		{"id", "1, 5", ownID},
		{"root-keys", "3.1", func(d decoded) string { return unknown(d.root, rootKinds()) }},
		{"root-mandatory", "3.1", func(d decoded) string { return missing(d.root, "device", "origin", "components") }},
		{"root-kinds", "3.1", func(d decoded) string { return misfit(d.root, rootKinds()) }},
		{"root-qos", "3.1", func(d decoded) string { return badQoS(d.root) }},
		{"root-topics", "1.1", func(d decoded) string { return badTopics(d.root) }},
		{"root-topics-outside", "1", func(d decoded) string { return belowDiscovery(d.root, d.prefix) }},
		{"root-availability-form", "3.2, 10.1", func(d decoded) string { return twoForms(d.root) }},
		{"root-availability-mode", "10.1", func(d decoded) string { return notAll(d.root) }},
		{"root-availability-items", "10.1", func(d decoded) string { return badItems(d.root) }},
		{"device-keys", "3.4", func(d decoded) string { return unknown(d.root.child("device"), deviceKinds()) }},
		{"device-kinds", "3.4", func(d decoded) string { return misfit(d.root.child("device"), deviceKinds()) }},
		{"device-name", "3.4", deviceNamed},
		{"device-identifiers", "3.4", deviceIdentified},
		{"device-connections", "3.4", deviceConnected},
		{"device-link", "3.4", deviceLinked},
		{"device-via", "3.4", deviceVia},
		{"origin-keys", "3.5", func(d decoded) string { return unknown(d.root.child("origin"), originKinds()) }},
		{"origin-kinds", "3.5", func(d decoded) string { return misfit(d.root.child("origin"), originKinds()) }},
		{"origin-name", "3.5", originNamed},
		{"origin-link", "3.5", originLinked},
	}
}

func ownID(d decoded) string {
	own, ok := strings.CutPrefix(d.id, program+"_")
	if !ok || own == "" || own == "bridge_" || !word.MatchString(d.id) {
		return fmt.Sprintf("%q cannot be a device id: it needs %s_, then letters, digits, _ and - only", d.id, program)
	}
	return ""
}

func deviceNamed(d decoded) string {
	if device := d.root.child("device"); device != nil && device["name"] == nil || device.has("name") && device["name"] == "" {
		return "the device has no name"
	}
	return ""
}

// deviceIdentified wants the one identifier that is the document's id: with a
// second, shared one Home Assistant would merge two devices.
func deviceIdentified(d decoded) string {
	device := d.root.child("device")
	if device == nil {
		return "" // another rule says so
	}
	if list := device.list("identifiers"); len(list) == 1 && list[0] == any(d.id) || device["identifiers"] == any(d.id) {
		return ""
	}
	return "the device's one identifier must be " + d.id
}

func deviceConnected(d decoded) string {
	device := d.root.child("device")
	if !device.has("connections") {
		return ""
	}
	list, ok := device["connections"].([]any)
	if !ok {
		return "connections must be a list of pairs"
	}
	for _, item := range list {
		pair, _ := item.([]any)
		if len(pair) != 2 || !kindTexts.fits(item) || !slices.Contains(connectionTypes(), fmt.Sprint(pair[0])) {
			return "each connection must be a pair of " + strings.Join(connectionTypes(), ", ") + " and an address"
		}
	}
	return ""
}

func deviceLinked(d decoded) string {
	address, ok := d.root.child("device")["configuration_url"].(string)
	if !ok {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "homeassistant"}, strings.ToLower(u.Scheme)) {
		return "configuration_url must be an http, https or homeassistant address with a host"
	}
	return ""
}

func deviceVia(d decoded) string {
	device := d.root.child("device")
	if via, ok := device["via_device"].(string); ok && (via == "" || via == d.id) {
		return "via_device must name another device"
	}
	return ""
}

// originNamed wants our own name: by it a later run knows its documents again.
func originNamed(d decoded) string {
	origin := d.root.child("origin")
	if name, ok := origin["name"].(string); origin != nil && (!origin.has("name") || ok && name != program) {
		return "the origin's name must be " + program
	}
	return ""
}

func originLinked(d decoded) string {
	if address, ok := d.root.child("origin")["support_url"].(string); ok && !link(address) {
		return "support_url must be an http or https address with a host"
	}
	return ""
}

// unknown finds keys that are not in the table.
func unknown(o object, kinds map[string]kind) string {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if _, ok := kinds[key]; !ok {
			return fmt.Sprintf("%q is not a key here", key)
		}
	}
	return ""
}

// missing finds a key that must be there.
func missing(o object, keys ...string) string {
	for _, key := range keys {
		if !o.has(key) {
			return key + " is missing"
		}
	}
	return ""
}

// misfit finds a value of the wrong kind.
func misfit(o object, kinds map[string]kind) string {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if k, ok := kinds[key]; ok && !k.fits(o[key]) {
			return key + " must be " + k.String()
		}
	}
	return ""
}
