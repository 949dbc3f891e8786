// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

// keyFilter selects the configured keys of a profile.
type keyFilter struct {
	keys     map[string]bool
	unlisted bool
}

func newKeyFilter(profile Profile) keyFilter {
	f := keyFilter{keys: make(map[string]bool, len(profile.Keys)), unlisted: profile.Unlisted}
	for _, key := range profile.Keys {
		f.keys[key] = true
	}
	return f
}

// Has reports whether a key is configured; with the key of the whole body, those
// of its parts that have no row are too.
func (f keyFilter) Has(key string) bool {
	return f.keys[key] || f.unlisted && strings.HasPrefix(key, "type_") || f.keys[sensors.BaseKey(key)]
}

// keyFilters makes one filter for all profiles with the same keys, which most
// have.
type keyFilters struct{ made []madeFilter }

type madeFilter struct {
	of     []string
	filter keyFilter
}

// of returns the filter of a profile.
func (f *keyFilters) of(profile Profile) keyFilter {
	for _, m := range f.made {
		if m.filter.unlisted == profile.Unlisted && slices.Equal(m.of, profile.Keys) {
			return m.filter
		}
	}
	filter := newKeyFilter(profile)
	f.made = append(f.made, madeFilter{profile.Keys, filter})
	return filter
}
