// SPDX-License-Identifier: MIT

package dashboard

// Entity is an entity that exists in Home Assistant.
type Entity struct {
	// ID is the entity id, such as sensor.alice_weight_kg.
	ID string
	// Key is the key of its sensor, and Name what its card is called.
	Key, Name string
}

// Dashboard is the configuration of a dashboard, as Home Assistant reads it. See
// https://www.home-assistant.io/dashboards/sections/.
type Dashboard struct {
	Title string `json:"title" yaml:"title"`
	Views []View `json:"views" yaml:"views"`
}

// View is a page of a dashboard.
type View struct {
	Type       string    `json:"type"        yaml:"type"`
	Title      string    `json:"title"       yaml:"title"`
	Path       string    `json:"path"        yaml:"path"`
	Icon       string    `json:"icon"        yaml:"icon"`
	MaxColumns int       `json:"max_columns" yaml:"max_columns"`
	Sections   []Section `json:"sections"    yaml:"sections"`
}

// Section is a column of cards.
type Section struct {
	Type  string `json:"type"  yaml:"type"`
	Cards []Card `json:"cards" yaml:"cards"`
}

// Card is a card of one of the types heading, tile and statistics-graph.
type Card struct {
	Type string `json:"type" yaml:"type"`

	Heading      string `json:"heading,omitempty"       yaml:"heading,omitempty"`
	HeadingStyle string `json:"heading_style,omitempty" yaml:"heading_style,omitempty"`
	Icon         string `json:"icon,omitempty"          yaml:"icon,omitempty"`

	Entity string `json:"entity,omitempty" yaml:"entity,omitempty"`
	Name   string `json:"name,omitempty"   yaml:"name,omitempty"`

	Title       string       `json:"title,omitempty"        yaml:"title,omitempty"`
	ChartType   string       `json:"chart_type,omitempty"   yaml:"chart_type,omitempty"`
	Period      string       `json:"period,omitempty"       yaml:"period,omitempty"`
	DaysToShow  int          `json:"days_to_show,omitempty" yaml:"days_to_show,omitempty"`
	StatTypes   []string     `json:"stat_types,omitempty"   yaml:"stat_types,omitempty"`
	Entities    []Row        `json:"entities,omitempty"     yaml:"entities,omitempty"`
	GridOptions *GridOptions `json:"grid_options,omitempty" yaml:"grid_options,omitempty"`
}

// Row is an entity of a card with several.
type Row struct {
	Entity string `json:"entity" yaml:"entity"`
	Name   string `json:"name"   yaml:"name"`
}

// GridOptions is the width of a card.
type GridOptions struct {
	Columns string `json:"columns" yaml:"columns"`
}
