// SPDX-License-Identifier: MIT

// Package dashboard lays out a Home Assistant dashboard for the entities of a
// profile. It does not decide which entities there are.
package dashboard

import (
	"bytes"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/display"
)

// Group is a group of entities about one thing. Its name is a key of package
// display.
type Group struct {
	Name, Icon string
	Entities   []Entity
}

// Profile is what a dashboard is about.
type Profile struct {
	Name, Slug string
	// Groups are in the order of the dashboard, entities in theirs.
	Groups []Group
}

// maxColumns is how many sections stand side by side on a wide screen.
const maxColumns = 4

// Of returns the dashboard of a profile: a section for each group, with its
// charts and a tile for each entity. Groups without entities are left out.
func Of(p Profile, language display.Language) Dashboard {
	view := View{
		Type:       "sections",
		Title:      p.Name,
		Path:       "vitals-" + p.Slug,
		Icon:       "mdi:heart-pulse",
		MaxColumns: maxColumns,
		Sections:   []Section{},
	}
	all := map[string]Entity{}
	for _, group := range p.Groups {
		for _, entity := range group.Entities {
			all[entity.Key] = entity
		}
	}
	for _, group := range p.Groups {
		if len(group.Entities) > 0 {
			view.Sections = append(view.Sections, group.section(all, language))
		}
	}
	return Dashboard{Title: p.Name, Views: []View{view}}
}

// YAML encodes the dashboard for the raw configuration editor.
func (d Dashboard) YAML() ([]byte, error) {
	const indent = 2
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(indent)
	if err := encoder.Encode(d); err != nil {
		return nil, fmt.Errorf("encoding the dashboard: %w", err)
	}
	return text.Bytes(), nil
}

func (g Group) section(all map[string]Entity, language display.Language) Section {
	cards := []Card{{Type: "heading", Heading: language.Say(g.Name), HeadingStyle: "title", Icon: g.Icon}}
	for _, chart := range charts() {
		has := func(entity Entity) bool { return slices.Contains(chart.keys, entity.Key) }
		if slices.ContainsFunc(g.Entities, has) {
			cards = append(cards, chart.card(all, language))
		}
	}
	for _, entity := range g.Entities {
		cards = append(cards, Card{Type: "tile", Entity: entity.ID, Name: entity.Name})
	}
	return Section{Type: "grid", Cards: cards}
}
