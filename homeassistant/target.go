// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"fmt"
	"time"
)

// registry is what Home Assistant knows before an import.
type registry struct {
	entities   map[string]Entity // by unique id, those that came over MQTT
	statistics map[string]Metadata
	spans      map[string]Span // by unique id
}

func (c *Client) registry(ctx context.Context, j Journal) (registry, error) {
	list, err := c.Entities(ctx)
	if err != nil {
		return registry{}, fmt.Errorf("listing the entities: %w", err)
	}
	r := registry{entities: make(map[string]Entity, len(list))}
	for _, e := range list {
		if e.Platform == "mqtt" {
			r.entities[e.UniqueID] = e
		}
	}
	if r.statistics, err = c.Metadata(ctx); err != nil {
		return registry{}, fmt.Errorf("listing the statistics: %w", err)
	}
	r.spans, err = j.Spans()
	return r, err
}

// target is where the rows of a series go.
type target struct {
	Metadata

	series Series
	entity bool // the entity's own statistics
}

// target finds where a series goes, or says why it goes nowhere.
func (r registry) target(s Series, mode Mode) (_ target, skipped string) {
	if mode == ModeExternal || s.Total {
		return r.external(s)
	}
	e, found := r.entities[s.UniqueID]
	switch {
	case !found:
		return target{}, "Home Assistant has no entity for it over MQTT; external statistics need none"
	case e.Disabled != nil:
		return target{}, e.ID + " is disabled in Home Assistant; external statistics need no entity"
	}
	t := target{Metadata: Metadata{ID: e.ID}, series: s, entity: true}
	known, found := r.statistics[e.ID]
	if !found {
		return t, "Home Assistant makes no statistics of " + e.ID + " yet; try again when it shows a value"
	}
	t.Metadata = known
	switch {
	case known.HasSum:
		return t, e.ID + " has statistics of a sum"
	case known.unit() != s.Unit:
		return t, unitDiffers(e.ID, known.unit(), s.Unit)
	}
	return t, ""
}

func (r registry) external(s Series) (_ target, skipped string) {
	t := target{series: s, Metadata: Metadata{
		ID:        s.ExternalID,
		Source:    source,
		Name:      &s.Name,
		HasSum:    s.Total,
		HasMean:   !s.Total,
		UnitClass: unitClass(s.Unit),
	}}
	if s.Unit != "" {
		t.Unit = &s.Unit
	}
	if known, found := r.statistics[s.ExternalID]; found {
		if known.unit() != s.Unit {
			return t, unitDiffers(s.ExternalID, known.unit(), s.Unit)
		}
		t.UnitClass = known.UnitClass
	}
	return t, ""
}

func (m Metadata) unit() string {
	if m.Unit == nil {
		return ""
	}
	return *m.Unit
}

func unitDiffers(id, there, here string) string {
	return fmt.Sprintf("the statistics of %s are in %s, not in %s", id, unitName(there), unitName(here))
}

func unitName(unit string) string {
	if unit == "" {
		return "no unit"
	}
	return unit
}

// before returns the first hour of an entity that is Home Assistant's own, the
// zero time when there is none. oldest is its oldest hour, which may be one of
// ours.
func (r registry) before(t target, oldest time.Time) time.Time {
	known, written := r.spans[t.series.UniqueID]
	if written && !oldest.Before(known.From) && oldest.Before(known.Before) {
		return known.Before
	}
	return oldest
}
