// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/homeassistant"
	"vitals2mqtt/homeassistant/homeassistanttest"
)

// present is the real time: what may be written depends on it.
//
// clock: what may be written depends on the present
func present() time.Time { return time.Now().UTC() }

func TestPastGoesBeforeWhatTheEntityHas(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	home.Add(weightEntity(), own("kg", now, 30))
	past := years(now, 5000)
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": past}})
	job := homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight()}}

	o := mustImport(t, i, job)
	// Of yesterday Home Assistant has its own.
	if o.StatisticID != "sensor.my_scale" || o.Planned != 4999 || o.Sent != 4999 || o.Found != 4999 || o.Present != 0 {
		t.Errorf("first: %+v", o)
	}
	s := home.Statistic("sensor.my_scale")
	if len(s.Rows) != 4999+30 || s.Source != "recorder" || s.HasSum || s.MeanType != 1 || *s.Unit != "kg" {
		t.Errorf("%d rows of %+v", len(s.Rows), s)
	}
	for start, row := range s.Rows {
		age := now.Truncate(time.Hour).Sub(time.Unix(start, 0))
		if ours := age > 30*time.Hour; ours == (*row.Mean == 77.7) {
			t.Errorf("%v hours old: %v", age.Hours(), *row.Mean)
		}
	}
	for _, message := range home.Imports() {
		var m struct {
			Metadata map[string]any `json:"metadata"`
			Stats    []any          `json:"stats"`
		}
		if err := json.Unmarshal(message, &m); err != nil || len(m.Stats) > 2000 || m.Metadata["mean_type"] != 1.0 ||
			m.Metadata["unit_class"] != "mass" {
			t.Errorf("%v, %d rows with %v", err, len(m.Stats), m.Metadata)
		}
	}

	// Again: nothing to do. The user has renamed the entity, and an edit came.
	home.Rename("sensor.my_scale", "sensor.scale_of_the_cellar")
	if o := mustImport(t, i, job); o.Sent != 0 || o.Present != 4999 {
		t.Errorf("again: %+v", o)
	}
	past[4000] = measured(past[4000].Start, 99)
	if o := mustImport(t, i, job); o.Sent != 1 || o.Found != 1 || o.Present != 4998 ||
		o.StatisticID != "sensor.scale_of_the_cellar" {
		t.Errorf("after an edit: %+v", o)
	}
	if s := home.Statistic("sensor.scale_of_the_cellar"); *s.Rows[past[4000].Start.Unix()].Mean != 99 {
		t.Errorf("the edit is not there")
	}

	// Without its memory it takes its own rows for Home Assistant's.
	i.Journal = homeassistant.NewJournal(t.TempDir() + "/other.json")
	if o := mustImport(t, i, job); o.Sent != 0 || o.Planned != 0 {
		t.Errorf("without its memory: %+v", o)
	}
}

func TestEntitiesAreNeverGuessed(t *testing.T) {
	t.Parallel()
	now := present()
	disabled := weightEntity()
	disabled.Disabled = new("integration")
	foreign := weightEntity()
	foreign.Platform = "withings"
	other := homeassistanttest.Entity{ID: "sensor.alice_weight_kg", UniqueID: "another", Platform: "mqtt"}
	for name, c := range map[string]struct {
		entity    homeassistanttest.Entity
		statistic *homeassistanttest.Statistic
		want      string
	}{
		"another entity has the id": {other, own("kg", now, 3), "no entity"},
		"of another integration":    {foreign, own("kg", now, 3), "no entity"},
		"disabled":                  {disabled, own("kg", now, 3), "is disabled"},
		"without statistics":        {weightEntity(), nil, "no statistics of sensor.my_scale yet"},
		"another unit":              {weightEntity(), own("lb", now, 3), "are in lb, not in kg"},
		"a sum":                     {weightEntity(), &homeassistanttest.Statistic{HasSum: true}, "a sum"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := homeassistanttest.Start(t)
			home.Add(c.entity, c.statistic)
			past := archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, 100)}}
			o := mustImport(t, newImporter(t, home, past), homeassistant.Job{
				Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight()},
			})
			if !strings.Contains(o.Skipped, c.want) || o.Sent != 0 || len(home.Imports()) != 0 {
				t.Errorf("%+v; want %q", o, c.want)
			}
		})
	}
}

func TestTotalsBecomeExternalStatistics(t *testing.T) {
	t.Parallel()
	home, zone := homeassistanttest.Start(t), location(t, "Europe/Berlin")
	var days []homeassistant.Point
	for n := range 10 {
		days = append(days, day(zone, 3, 25+n, 1000))
	}
	i := newImporter(t, home, archive{days: map[string][]homeassistant.Point{"activity_steps_today": days}})
	o := mustImport(t, i, homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{steps()}})
	s := home.Statistic("vitals2mqtt:alice_activity_steps_today")
	if o.Sent != 10 || o.Found != 10 || s == nil || !s.HasSum || s.HasMean || s.Source != "vitals2mqtt" ||
		*s.Name != "Alice Steps" || *s.Unit != "steps" || s.UnitClass != nil {
		t.Fatalf("%+v: %+v", o, s)
	}
	if row := s.Rows[o.Last.Unix()]; *row.Sum != 10_000 || *row.State != 1000 || row.Reset != "2026-04-02T22:00:00Z" {
		t.Errorf("%+v", row)
	}
}

func TestExternalStatisticsNeedNoEntity(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, 3)}})
	job := homeassistant.Job{Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()}, DryRun: true}
	if o := mustImport(t, i, job); o.Planned != 3 || o.Sent != 0 || home.Statistic(weight().ExternalID) != nil {
		t.Errorf("dry run: %+v", o)
	}
	job.DryRun = false
	if o := mustImport(t, i, job); o.Sent != 3 || o.Found != 3 {
		t.Errorf("%+v", o)
	}
	if s := home.Statistic(weight().ExternalID); len(s.Rows) != 3 || *s.UnitClass != "mass" || s.MeanType != 1 {
		t.Errorf("%+v", s)
	}
}

func TestLostRowsAreNoticed(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	past := years(now, 10)
	home.Loses = func(start time.Time) bool { return start.Equal(past[4].Start) }
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": past}})
	outcomes, err := i.Import(t.Context(), homeassistant.Job{
		Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()},
	})
	if !errors.Is(err, homeassistant.ErrNotFound) || outcomes[0].Sent != 10 || outcomes[0].Found != 9 {
		t.Errorf("%+v, %v", outcomes, err)
	}
}

func TestBatchesWaitForTheRecorder(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	home.Backlog = []int{0, 9000, 700, 60}
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, 10)}})
	mustImport(t, i, homeassistant.Job{Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()}})
	if asked := home.Commands("recorder/info"); asked != 5 {
		t.Errorf("the recorder was asked %d times", asked)
	}
}

// TestInterruptedImportContinues ends the connection at every command in turn.
func TestInterruptedImportContinues(t *testing.T) {
	t.Parallel()
	now := present()
	past := archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, 4500)}}
	job := homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight()}}
	interrupted := 0
	for at := 1; at < 20; at++ {
		home := homeassistanttest.Start(t)
		home.Add(weightEntity(), own("kg", now, 30))
		home.Breaks = at
		i := newImporter(t, home, past)
		_, err := i.Import(t.Context(), job)
		if err != nil {
			if interrupted++; !errors.Is(err, homeassistant.ErrUnreachable) {
				t.Errorf("at %d: %v", at, err)
			}
			i.Client = dial(t, home)
			mustImport(t, i, job)
		}
		if s := home.Statistic("sensor.my_scale"); len(s.Rows) != 4499+30 {
			t.Errorf("interrupted at %d: %d rows", at, len(s.Rows))
		}
	}
	if interrupted < 10 {
		t.Errorf("only %d were interrupted", interrupted)
	}
}
