// SPDX-License-Identifier: MIT

package sensors

import (
	"sync"
	"time"
)

// zoneCache holds time zones by name, nil for an unknown one: loading one reads
// a file.
type zoneCache map[string]*time.Location

// lookup is a row's time zone, else the fallback, else UTC.
func (z zoneCache) lookup(name string, fallback *time.Location) (zone *time.Location, known bool) {
	if name != "" && name != "Local" {
		zone, loaded := z[name]
		if !loaded {
			zone = loadedZones().load(name)
			z[name] = zone
		}
		if zone != nil {
			return zone, true
		}
	}
	if fallback != nil {
		return fallback, false
	}
	return time.UTC, false
}

// loadedZones are the zones that were loaded by any cache.
var loadedZones = sync.OnceValue(func() *sharedZones { return &sharedZones{} })

// sharedZones holds the time zones that there are, by name.
type sharedZones struct{ byName sync.Map }

// load returns a zone, nil for an unknown one, which may be known later.
func (z *sharedZones) load(name string) *time.Location {
	if known, ok := z.byName.Load(name); ok {
		zone, _ := known.(*time.Location)
		return zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	z.byName.Store(name, zone)
	return zone
}
