// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"slices"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// zones caches the time zones of readings by name.
type zones map[string]*time.Location

// Values returns readings of a profile as the page shows them, in the order of
// the catalogue.
func Values(c *config.Config, p *config.Profile, readings []sensors.Reading) []web.Value {
	return zones{}.values(c, p, readings)
}

// values does the same with zones that are shared by several profiles.
func (z zones) values(c *config.Config, p *config.Profile, readings []sensors.Reading) (shown []web.Value) {
	profile := Profile(c, p)
	for _, reading := range sortByCatalogue(readings) {
		row, _ := profile.Row(reading.Key)
		zone := z.load(reading.Zone, profile.Zone)
		shown = append(shown, web.Value{
			Key:        reading.Key,
			Name:       cmp.Or(row.Name, reading.Key),
			Text:       reading.Value.String(),
			Unit:       row.Unit,
			Shown:      display.Value(row, reading.Value, p.Units, zone),
			Group:      web.GroupOf(row),
			MeasuredAt: reading.MeasuredAt,
			Device:     reading.Model,
			Zone:       zone,
			Row:        row,
			Reading:    reading,
		})
	}
	return shown
}

// published returns where the values of profiles are published.
func published(c *config.Config) func(slug string, row sensors.Sensor) web.Publication {
	tree, views := Tree(c), c.MQTT.Views
	return func(slug string, row sensors.Sensor) (place web.Publication) {
		for _, view := range []struct {
			enabled bool
			topic   string
		}{
			{views.Bare, tree.Value(slug, row.Key)},
			{views.Detail, tree.Detail(slug, row.Key)},
			{views.Snapshot, tree.Snapshot(slug)},
		} {
			if view.enabled {
				place.Topics = append(place.Topics, view.topic)
			}
		}
		if c.HomeAssistant.Discovery {
			place.EntityID = discovery.EntityID(slug, row)
		}
		return place
	}
}

// load returns the zone of a name, or fallback when it is unknown.
func (z zones) load(name string, fallback *time.Location) *time.Location {
	if name == "" {
		return fallback
	}
	zone, known := z[name]
	if !known {
		var err error
		if zone, err = time.LoadLocation(name); err != nil {
			zone = fallback
		}
		z[name] = zone
	}
	return zone
}

// sortByCatalogue sorts readings by their place in the catalogue.
func sortByCatalogue(readings []sensors.Reading) []sensors.Reading {
	place := map[string]int{}
	for i, row := range sensors.Catalogue() {
		place[row.Key] = i + 1
	}
	slices.SortStableFunc(readings, func(a, b sensors.Reading) int {
		// Measure types without a row wrap around to the end.
		return cmp.Compare(uint(place[a.Key]-1), uint(place[b.Key]-1))
	})
	return readings
}
