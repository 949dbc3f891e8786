// SPDX-License-Identifier: MIT

package dashboard_test

import (
	"slices"
	"testing"

	"vitals2mqtt/dashboard"
	"vitals2mqtt/display"
)

func entity(key, name string) dashboard.Entity {
	return dashboard.Entity{ID: "sensor.alice_" + key, Key: key, Name: name}
}

func TestDashboardShowsWhatExists(t *testing.T) {
	t.Parallel()
	p := dashboard.Profile{Name: "Alice", Slug: "alice", Groups: []dashboard.Group{
		{Name: "dashboard.body", Icon: "mdi:scale", Entities: []dashboard.Entity{
			entity("weight_kg", "Gewicht"), entity("bmi", "Body-Mass-Index"),
		}},
		{Name: "dashboard.heart"},
		{Name: "dashboard.sleep", Entities: []dashboard.Entity{
			entity("sleep_score", "Schlafwert"), entity("sleep_total_duration_seconds", "Schlafdauer"),
		}},
	}}
	board := dashboard.Of(p, display.German)
	if len(board.Views) != 1 || board.Views[0].Type != "sections" || len(board.Views[0].Sections) != 2 {
		t.Fatalf("%+v", board)
	}
	body, sleep := board.Views[0].Sections[0], board.Views[0].Sections[1]
	if got, want := typesOf(body), []string{"heading", "statistics-graph", "tile", "tile"}; !slices.Equal(got, want) {
		t.Errorf("cards %v, want %v", got, want)
	}
	if body.Cards[0].Heading != "Körper" || body.Cards[1].Title != "Gewicht, 90 Tage" || body.Cards[2].Name != "Gewicht" {
		t.Errorf("%+v", body)
	}
	// Without the trend and the goal, which do not exist.
	weight := dashboard.Row{Entity: "sensor.alice_weight_kg", Name: "Gewicht"}
	if got := body.Cards[1].Entities; !slices.Equal(got, []dashboard.Row{weight}) {
		t.Errorf("the chart shows %v", got)
	}
	// Without a chart: statistics of a day hold two nights.
	if got, want := typesOf(sleep), []string{"heading", "tile", "tile"}; !slices.Equal(got, want) {
		t.Errorf("cards %v, want %v", got, want)
	}
}

func typesOf(section dashboard.Section) (types []string) {
	for _, card := range section.Cards {
		types = append(types, card.Type)
	}
	return types
}

func TestDashboardWithoutEntitiesIsEmpty(t *testing.T) {
	t.Parallel()
	board := dashboard.Of(dashboard.Profile{Name: "Bob", Slug: "bob"}, "")
	if board.Title != "Bob" || board.Views[0].Path != "vitals-bob" || board.Views[0].Sections == nil ||
		len(board.Views[0].Sections) != 0 {
		t.Errorf("%+v", board)
	}
}
