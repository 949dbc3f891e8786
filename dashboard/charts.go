// SPDX-License-Identifier: MIT

package dashboard

import "vitals2mqtt/display"

// chart is a chart of long-term statistics: history is kept for ten days only.
type chart struct {
	// title is a key of package display.
	title string
	// keys are the sensors; those without an entity are left out.
	keys []string
	days int
	// kind is line or bar, and statistic what is shown of each day.
	kind, statistic string
}

// charts are shown in the section of their entities. Nights have none: until the
// morning, the statistics of a day still hold the night before.
func charts() []chart {
	return []chart{
		{"dashboard.weight", []string{"weight_kg", "weight_trend_kg", "weight_goal"}, 90, "line", "mean"},
		{"dashboard.blood_pressure", pressureKeys(), 90, "line", "mean"},
		{"dashboard.steps", []string{"activity_steps_today"}, 30, "bar", "change"},
	}
}

func pressureKeys() []string {
	return []string{"systolic_blood_pressure_mmhg", "diastolic_blood_pressure_mmhg"}
}

func (c chart) card(all map[string]Entity, language display.Language) Card {
	card := Card{
		Type:        "statistics-graph",
		Title:       language.Say(c.title),
		ChartType:   c.kind,
		Period:      "day",
		DaysToShow:  c.days,
		StatTypes:   []string{c.statistic},
		GridOptions: &GridOptions{Columns: "full"},
	}
	for _, key := range c.keys {
		if entity, exists := all[key]; exists {
			card.Entities = append(card.Entities, Row{Entity: entity.ID, Name: entity.Name})
		}
	}
	return card
}
