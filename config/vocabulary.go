// SPDX-License-Identifier: MIT

package config

import (
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

// Vocabulary is what the configuration needs from the catalogue of sensors.
type Vocabulary struct {
	// Keys are all keys that a profile can have; they are the default.
	Keys []string
	// Nearest returns the key that a misspelt one most likely means, and for an
	// alias its key.
	Nearest func(key string) (string, bool)
	// Known reports whether a key may be configured, including aliases and
	// type_<n>.
	Known func(key string) bool
}

// withDefaults fills in what follows from Keys.
func (v Vocabulary) withDefaults() Vocabulary {
	if v.Known == nil {
		v.Known = func(key string) bool { return slices.Contains(v.Keys, key) }
	}
	if v.Nearest == nil {
		v.Nearest = func(key string) (string, bool) {
			other := nearest(key, v.Keys)
			return other, other != ""
		}
	}
	return v
}

// canonical returns the catalogue's own spelling of a known key.
func (v Vocabulary) canonical(key string) string {
	if slices.Contains(v.Keys, key) || strings.HasPrefix(key, typeKeyPrefix) {
		return key
	}
	if other, ok := v.Nearest(key); ok {
		return other
	}
	return key
}

// withExtraTypes appends the keys of the user's own rows to those of the
// catalogue; hints are those that may be suggested. type_<n> of a measure type
// that has a row is not a key any more.
func (v Vocabulary) withExtraTypes(own []sensors.Sensor, hints []string) Vocabulary {
	if len(own) == 0 {
		return v
	}
	keys := make([]string, 0, len(own))
	numbers := map[string]string{}
	for _, row := range own {
		keys = append(keys, row.Key)
		numbers[typeKey(row.Measure)] = row.Key
	}
	return Vocabulary{
		Keys: slices.Concat(v.Keys, keys),
		Known: func(key string) bool {
			_, named := numbers[key]
			return slices.Contains(keys, key) || !named && v.Known(key)
		},
		Nearest: func(key string) (string, bool) {
			if name, named := numbers[key]; named {
				return name, slices.Contains(hints, name)
			}
			other, found := v.Nearest(key)
			if mine := nearest(key, hints); mine != "" && (!found || editDistance(key, mine) <= editDistance(key, other)) {
				return mine, true
			}
			return other, found
		},
	}
}
