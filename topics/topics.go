// SPDX-License-Identifier: MIT

// Package topics builds and parses the names of all MQTT topics of the program.
// It does not know their payloads.
package topics

import "strings"

// Tree holds the prefixes of all topics.
type Tree struct {
	// Base is the prefix of our own topics, "vitals2mqtt".
	Base string
	// Discovery is Home Assistant's discovery prefix, "homeassistant".
	Discovery string
}

// Verb is a request that the bridge answers.
type Verb string

// The requests that the bridge answers.
const (
	Refresh   Verb = "refresh"
	Republish Verb = "republish"
	// Waveform fetches the waveform of an ECG.
	Waveform Verb = "ecg"
	// Statistics brings the past of a profile to Home Assistant.
	Statistics Verb = "statistics"
)

// Verbs returns all verbs.
func Verbs() []Verb { return []Verb{Refresh, Republish, Waveform, Statistics} }

// BridgeState carries "online" or "offline", retained; it is the last will.
func (t Tree) BridgeState() string { return t.Base + "/bridge/state" }

// BridgeInfo carries version, start and configuration digest as JSON, retained.
func (t Tree) BridgeInfo() string { return t.Base + "/bridge/info" }

// BridgeHealth carries the health report as JSON, retained.
func (t Tree) BridgeHealth() string { return t.Base + "/bridge/health" }

// Request carries the requests of clients; never retained.
func (t Tree) Request(verb Verb) string { return t.Base + "/bridge/request/" + string(verb) }

// Response carries the answers to requests; never retained.
func (t Tree) Response(verb Verb) string { return t.Base + "/bridge/response/" + string(verb) }

// DeviceValue carries the plain value of one key of a device, retained.
func (t Tree) DeviceValue(id, key string) string { return t.Base + "/" + device + "/" + id + "/" + key }

// DeviceDetail carries value, unit and time of one key of a device as JSON,
// retained.
func (t Tree) DeviceDetail(id, key string) string { return t.DeviceValue(id, key) + "/detail" }

// Status carries "online" or "offline" for a profile's account, retained.
func (t Tree) Status(profile string) string { return t.Base + "/" + profile + "/status" }

// Value carries the plain value of one key, retained.
func (t Tree) Value(profile, key string) string { return t.Base + "/" + profile + "/" + key }

// Detail carries value, unit, time and origin of one key as JSON, retained.
func (t Tree) Detail(profile, key string) string { return t.Value(profile, key) + "/detail" }

// Image carries a picture of a profile as an SVG document, retained.
func (t Tree) Image(profile, key string) string { return t.Value(profile, key) }

// Snapshot carries all current values of a profile as JSON, retained.
func (t Tree) Snapshot(profile string) string { return t.Base + "/" + profile }

// Event carries one new measurement as JSON; never retained.
func (t Tree) Event(profile string) string { return t.Base + "/" + profile + "/event" }

// Diagnostic carries a property of a profile's account (authorization,
// last_sync …) as JSON, retained. It has the form of Detail.
func (t Tree) Diagnostic(profile, key string) string { return t.Detail(profile, key) }

// Document carries the discovery document of one device, retained.
func (t Tree) Document(id string) string { return t.Discovery + "/device/" + id + "/config" }

// DocumentFilter is the filter that all our discovery documents match.
func (t Tree) DocumentFilter() string { return t.Document("+") }

// AllFilter is the filter that all topics below the base match.
func (t Tree) AllFilter() string { return t.Base + "/#" }

// FilterFor returns the one of our filters that a topic matches: what an access
// list must allow for it.
func (t Tree) FilterFor(topic string) string {
	if strings.HasPrefix(topic, t.Discovery+"/") {
		return t.DocumentFilter()
	}
	return t.AllFilter()
}

// DocumentID returns the device id of a discovery topic.
func (t Tree) DocumentID(topic string) (id string, ok bool) {
	id, ok = strings.CutPrefix(topic, t.Discovery+"/device/")
	if !ok {
		return "", false
	}
	id, ok = strings.CutSuffix(id, "/config")
	return id, ok && id != "" && !strings.Contains(id, "/")
}

// Rank returns the position of a topic when everything is published: bridge
// state, discovery, account status, everything else. Home Assistant discards a
// state that arrives before its entity exists.
func (t Tree) Rank(topic string) int {
	switch {
	case topic == t.BridgeState():
		return 0
	case strings.HasPrefix(topic, t.Discovery+"/"):
		return 1
	case strings.HasPrefix(topic, t.Base+"/bridge/"):
		return 2
	}
	if name, ok := t.Parse(topic); ok && name.Kind == KindStatus {
		return 2
	}
	return 3
}

// Kind is the kind of a topic.
type Kind int

// The kinds of topics below a profile.
const (
	KindSnapshot Kind = iota + 1
	KindStatus
	KindEvent
	KindValue
	KindDetail
)

// Name is a parsed topic of a profile or a device.
type Name struct {
	Kind    Kind
	Profile string // "" for a device's topic
	Device  string // "" for a profile's topic
	Key     string // for KindValue and KindDetail
}

// Parse parses the topic of a profile or a device. It returns false for topics
// of the bridge and for everything that is not ours.
func (t Tree) Parse(topic string) (Name, bool) {
	rest, ok := strings.CutPrefix(topic, t.Base+"/")
	if !ok {
		return Name{}, false
	}
	levels := strings.Split(rest, "/")
	if levels[0] == device {
		return parseDevice(levels[1:])
	}
	if IsReserved(levels[0]) || levels[0] == "" {
		return Name{}, false
	}
	name := Name{Profile: levels[0]}
	switch {
	case len(levels) == 1:
		name.Kind = KindSnapshot
	case len(levels) == 2 && levels[1] == "status":
		name.Kind = KindStatus
	case len(levels) == 2 && levels[1] == "event":
		name.Kind = KindEvent
	case len(levels) == 2 && levels[1] != "":
		name.Kind, name.Key = KindValue, levels[1]
	case len(levels) == 3 && levels[1] != "" && levels[2] == "detail":
		name.Kind, name.Key = KindDetail, levels[1]
	default:
		return Name{}, false
	}
	return name, true
}

// parseDevice parses the levels below that of devices.
func parseDevice(levels []string) (Name, bool) {
	if len(levels) < 2 || len(levels) > 3 || levels[0] == "" || levels[1] == "" {
		return Name{}, false
	}
	name := Name{Kind: KindValue, Device: levels[0], Key: levels[1]}
	if len(levels) == 3 {
		name.Kind = KindDetail
		return name, levels[2] == "detail"
	}
	return name, true
}

// The levels below the base that are not profiles.
const (
	bridge = "bridge"
	device = "device"
)

// IsReserved reports whether a slug is reserved and cannot be that of a
// profile.
func IsReserved(slug string) bool { return slug == bridge || slug == device }
