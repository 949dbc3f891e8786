// SPDX-License-Identifier: MIT

package config

import (
	"slices"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// keyConflict is why a key cannot be the user's own, "" when it can.
func keyConflict(key string) string {
	tree := topics.Tree{Base: "vitals2mqtt"}
	name, ok := tree.Parse(tree.Value("alice", key))
	row, known := sensors.Lookup(key)
	switch {
	case strings.HasPrefix(key, typeKeyPrefix):
		return "the prefix " + typeKeyPrefix + " is reserved for unnamed measure types"
	case known && row.Key != key:
		return "it is an alias of catalogue key " + row.Key
	case known:
		return "it is already in the catalogue"
	case !ok || name.Kind != topics.KindValue || slices.Contains(reservedKeys(), key):
		return "it is reserved"
	}
	return ""
}

// reservedKeys are used otherwise: the word for all keys, and the fields of
// events besides their values, and the pictures.
func reservedKeys() []string {
	return []string{allKeys, "event_type", "measured_at", "group_id", "device", "model", "night_image", "ecg_image"}
}

// catalogueKey returns the catalogue's key of a measure type, "" when there is
// none.
func catalogueKey(measure int) string {
	for _, row := range sensors.Catalogue() {
		if row.Endpoint == sensors.EndpointMeasures && row.Measure == measure {
			return row.Key
		}
	}
	return ""
}
