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
func rootRules() []rule[decodedDocument] {
	return []rule[decodedDocument]{
		{"id", "1, 5", checkDocumentID},
		{"root-keys", "3.1", func(d decodedDocument) string { return findUnknownKey(d.root, rootKinds()) }},
		{"root-mandatory", "3.1", func(d decodedDocument) string { return findMissingKey(d.root, "device", "origin", "components") }},
		{"root-kinds", "3.1", func(d decodedDocument) string { return findWrongKind(d.root, rootKinds()) }},
		{"root-qos", "3.1", func(d decodedDocument) string { return checkQoS(d.root) }},
		{"root-topics", "1.1", func(d decodedDocument) string { return checkTopics(d.root) }},
		{"root-topics-outside", "1", func(d decodedDocument) string { return checkOutsidePrefix(d.root, d.prefix) }},
		{"root-availability-form", "3.2, 10.1", func(d decodedDocument) string { return checkAvailabilityForm(d.root) }},
		{"root-availability-mode", "10.1", func(d decodedDocument) string { return checkAvailabilityMode(d.root) }},
		{"root-availability-items", "10.1", func(d decodedDocument) string { return checkAvailabilityItems(d.root) }},
		{"device-keys", "3.4", func(d decodedDocument) string { return findUnknownKey(d.root.child("device"), deviceKinds()) }},
		{"device-kinds", "3.4", func(d decodedDocument) string { return findWrongKind(d.root.child("device"), deviceKinds()) }},
		{"device-name", "3.4", checkDeviceName},
		{"device-identifiers", "3.4", checkDeviceIdentifiers},
		{"device-connections", "3.4", checkDeviceConnections},
		{"device-link", "3.4", checkDeviceLink},
		{"device-via", "3.4", checkDeviceVia},
		{"origin-keys", "3.5", func(d decodedDocument) string { return findUnknownKey(d.root.child("origin"), originKinds()) }},
		{"origin-kinds", "3.5", func(d decodedDocument) string { return findWrongKind(d.root.child("origin"), originKinds()) }},
		{"origin-name", "3.5", checkOriginName},
		{"origin-link", "3.5", checkOriginLink},
	}
}

func checkDocumentID(d decodedDocument) string {
	own, ok := strings.CutPrefix(d.id, programName+"_")
	if !ok || own == "" || own == "bridge_" || !namePattern.MatchString(d.id) {
		return fmt.Sprintf("%q cannot be a device id: it needs %s_, then letters, digits, _ and - only", d.id, programName)
	}
	return ""
}

func checkDeviceName(d decodedDocument) string {
	if device := d.root.child("device"); device != nil && device["name"] == nil || device.has("name") && device["name"] == "" {
		return "the device has no name"
	}
	return ""
}

// checkDeviceIdentifiers wants the one identifier that is the document's id: with a
// second, shared one Home Assistant would merge two devices.
func checkDeviceIdentifiers(d decodedDocument) string {
	device := d.root.child("device")
	if device == nil {
		return "" // another rule says so
	}
	if list := device.list("identifiers"); len(list) == 1 && list[0] == any(d.id) || device["identifiers"] == any(d.id) {
		return ""
	}
	return "the device's one identifier must be " + d.id
}

func checkDeviceConnections(d decodedDocument) string {
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
		if len(pair) != 2 || !kindTextList.accepts(item) || !slices.Contains(connectionTypes(), fmt.Sprint(pair[0])) {
			return "each connection must be a pair of " + strings.Join(connectionTypes(), ", ") + " and an address"
		}
	}
	return ""
}

func checkDeviceLink(d decodedDocument) string {
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

func checkDeviceVia(d decodedDocument) string {
	device := d.root.child("device")
	if via, ok := device["via_device"].(string); ok && (via == "" || via == d.id) {
		return "via_device must name another device"
	}
	return ""
}

// checkOriginName wants our own name: by it a later run knows its documents again.
func checkOriginName(d decodedDocument) string {
	origin := d.root.child("origin")
	if name, ok := origin["name"].(string); origin != nil && (!origin.has("name") || ok && name != programName) {
		return "the origin's name must be " + programName
	}
	return ""
}

func checkOriginLink(d decodedDocument) string {
	if address, ok := d.root.child("origin")["support_url"].(string); ok && !isSafeLink(address) {
		return "support_url must be an http or https address with a host"
	}
	return ""
}

// findUnknownKey finds keys that are not in the table.
func findUnknownKey(o object, kinds map[string]kind) string {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if _, ok := kinds[key]; !ok {
			return fmt.Sprintf("%q is not a key here", key)
		}
	}
	return ""
}

// findMissingKey finds a key that must be there.
func findMissingKey(o object, keys ...string) string {
	for _, key := range keys {
		if !o.has(key) {
			return key + " is missing"
		}
	}
	return ""
}

// findWrongKind finds a value of the wrong kind.
func findWrongKind(o object, kinds map[string]kind) string {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if k, ok := kinds[key]; ok && !k.accepts(o[key]) {
			return key + " must be " + k.String()
		}
	}
	return ""
}
