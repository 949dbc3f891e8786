package discovery

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// The checks here hold for the root and for components alike.

func checkQoS(o object) string {
	if qos, ok := toInt(o["qos"]); ok && (qos < 0 || qos > 2) {
		return "qos must be 0, 1 or 2"
	}
	return ""
}

// checkTopics finds a topic that Home Assistant would refuse to use.
func checkTopics(o object) string {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		topic, ok := o[key].(string)
		if !ok || !strings.HasSuffix(key, "_topic") {
			continue
		}
		text := checkFilter(topic)
		if key == "command_topic" && text == "" && strings.ContainsAny(topic, "+#") {
			text = "holds a wildcard, and nobody can publish to one"
		}
		if text != "" {
			return fmt.Sprintf("%s %q %s", key, topic, text)
		}
	}
	return ""
}

const maxTopicLength = 65_535 // bytes, MQTT's own limit

// checkFilter says why a topic cannot be subscribed to.
func checkFilter(topic string) string {
	switch {
	case topic == "":
		return "is empty"
	case len(topic) > maxTopicLength:
		return "is too long"
	case !utf8.ValidString(topic) || strings.ContainsFunc(topic, isForbiddenRune):
		return "holds a character that topics cannot have"
	}
	levels := strings.Split(topic, "/")
	for i, level := range levels {
		if len(level) > 1 && strings.ContainsAny(level, "+#") || level == "#" && i < len(levels)-1 {
			return "holds a misplaced wildcard"
		}
	}
	return ""
}

// isForbiddenRune are control characters and what Unicode calls non-characters.
func isForbiddenRune(r rune) bool {
	return r <= 0x1f || r >= 0x7f && r <= 0x9f || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// checkOutsidePrefix finds a topic below the discovery prefix, where Home Assistant
// would take states for documents.
func checkOutsidePrefix(o object, prefix string) string {
	named := map[string]string{}
	for key := range o {
		if strings.HasSuffix(key, "_topic") {
			named[key] = o.text(key)
		}
	}
	for _, item := range o.list("availability") {
		named["availability"] = asObject(item).text("topic")
		if isBelow(named["availability"], prefix) {
			break
		}
	}
	for _, key := range slices.Sorted(maps.Keys(named)) {
		if isBelow(named[key], prefix) {
			return key + " lies below the discovery prefix " + prefix
		}
	}
	return ""
}

func isBelow(topic, prefix string) bool {
	return prefix != "" && (topic == prefix || strings.HasPrefix(topic, prefix+"/"))
}

// checkAvailabilityForm finds the list and the single topic side by side: they exclude each
// other, even when one comes from the root.
func checkAvailabilityForm(o object) string {
	if o.has("availability") && o.has("availability_topic") {
		return "availability and availability_topic exclude each other"
	}
	return ""
}

// checkAvailabilityMode finds a list whose mode is not "all": by default the topic that spoke
// last decides, and a dead bridge would be overruled by an old message.
func checkAvailabilityMode(o object) string {
	if o.has("availability") && o["availability_mode"] != any("all") {
		return "availability_mode must be all"
	}
	return ""
}

func checkAvailabilityItems(o object) string {
	if !o.has("availability") {
		return ""
	}
	list := o.list("availability")
	if len(list) == 0 && o["availability"] != nil && kindObjectList.accepts(o["availability"]) {
		return "the availability list is empty"
	}
	for _, value := range list {
		item := asObject(value)
		if item == nil {
			continue // another rule says so
		}
		text := findUnknownKey(item, availabilityKinds())
		if text == "" {
			text = findMissingKey(item, "topic")
		}
		if text == "" {
			text = findWrongKind(item, availabilityKinds())
		}
		if text == "" {
			text = checkFilter(item.text("topic"))
		}
		if text != "" {
			return "availability list: " + text
		}
	}
	return ""
}
