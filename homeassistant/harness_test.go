// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"vitals2mqtt/homeassistant"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/internal/secret"
)

// weight, steps and pulse are what the tests import.
func weight() homeassistant.Series {
	return homeassistant.Series{
		Key:        "weight_kg",
		Name:       "Alice Weight",
		UniqueID:   "vitals2mqtt_1001_weight_kg",
		ExternalID: homeassistant.ExternalID("alice", "weight_kg"),
		Unit:       "kg",
	}
}

func steps() homeassistant.Series {
	return homeassistant.Series{
		Key:        "activity_steps_today",
		Name:       "Alice Steps",
		UniqueID:   "vitals2mqtt_1001_activity_steps_today",
		ExternalID: homeassistant.ExternalID("alice", "activity_steps_today"),
		Unit:       "steps",
		Total:      true,
	}
}

// archive is a Source.
type archive struct {
	hours, days map[string][]homeassistant.Point
}

func (a archive) Hours(_ context.Context, key string) ([]homeassistant.Point, error) {
	return a.hours[key], nil
}

func (a archive) Days(_ context.Context, key string) ([]homeassistant.Point, error) {
	return a.days[key], nil
}

// years is a measurement every morning for many days before a time.
func years(end time.Time, days int) (points []homeassistant.Point) {
	for n := days; n > 0; n-- {
		points = append(points, measured(end.AddDate(0, 0, -n).Truncate(time.Hour), 80+float64(n%7)/10))
	}
	return points
}

// own is a statistic of the entity with one row for each of the last hours
// until now: what Home Assistant has recorded.
func own(unit string, now time.Time, hours int) *homeassistanttest.Statistic {
	s := &homeassistanttest.Statistic{
		HasMean:   true,
		MeanType:  1,
		Unit:      &unit,
		UnitClass: new("mass"),
		Rows:      map[int64]homeassistanttest.Row{},
	}
	for n := range hours {
		start := now.Truncate(time.Hour).Add(-time.Duration(n+1) * time.Hour)
		s.Rows[start.Unix()] = homeassistanttest.Row{Mean: new(77.7), Min: new(77.7), Max: new(77.7)}
	}
	return s
}

// weightEntity is the entity of weight, under a name that the user gave it.
func weightEntity() homeassistanttest.Entity {
	return homeassistanttest.Entity{ID: "sensor.my_scale", UniqueID: weight().UniqueID, Platform: "mqtt"}
}

// dial connects to a stand-in until the test ends.
func dial(t *testing.T, home *homeassistanttest.Home) *homeassistant.Client {
	t.Helper()
	client, err := homeassistant.Dial(t.Context(), homeassistant.Options{URL: home.URL(), Token: secret.New(home.Token)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func newImporter(t *testing.T, home *homeassistanttest.Home, source homeassistant.Source) *homeassistant.Importer {
	t.Helper()
	return &homeassistant.Importer{
		Client:  dial(t, home),
		Source:  source,
		Journal: homeassistant.NewJournal(filepath.Join(t.TempDir(), "statistics.json")),
		Poll:    time.Millisecond,
	}
}

// mustImport imports one series.
func mustImport(t *testing.T, i *homeassistant.Importer, job homeassistant.Job) homeassistant.Outcome {
	t.Helper()
	outcomes, err := i.Import(t.Context(), job)
	if err != nil || len(outcomes) != 1 {
		t.Fatalf("%+v, %v", outcomes, err)
	}
	return outcomes[0]
}
