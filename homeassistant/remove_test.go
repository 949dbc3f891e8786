// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/homeassistant"
	"vitals2mqtt/homeassistant/homeassistanttest"
)

func TestRemovalLeavesHomeAssistantsOwn(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	home.Add(weightEntity(), own("kg", now, 30))
	zone := location(t, "Europe/Berlin")
	i := newImporter(t, home, archive{
		hours: map[string][]homeassistant.Point{"weight_kg": years(now, 100)},
		days:  map[string][]homeassistant.Point{"activity_steps_today": {day(zone, 3, 5, 1000)}},
	})
	job := homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight(), steps()}}
	if _, err := i.Import(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	mustImport(t, i, homeassistant.Job{Mode: homeassistant.ModeExternal, Series: job.Series[:1]})

	job.DryRun = true
	planned, err := i.Remove(t.Context(), job)
	if err != nil || len(planned) != 3 || len(home.Statistic("sensor.my_scale").Rows) != 99+30 {
		t.Fatalf("dry run: %+v, %v", planned, err)
	}
	job.DryRun = false
	done, err := i.Remove(t.Context(), job)
	if err != nil || len(done) != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	for n, want := range []struct {
		id    string
		count int
	}{{weight().ExternalID, 100}, {"sensor.my_scale", 99}, {steps().ExternalID, 1}} {
		if done[n].StatisticID != want.id || done[n].Removed != want.count || planned[n].Removed != want.count {
			t.Errorf("%d: %+v, planned %+v; want %+v", n, done[n], planned[n], want)
		}
	}
	s := home.Statistic("sensor.my_scale")
	if len(s.Rows) != 30 || home.Statistic(weight().ExternalID) != nil || home.Statistic(steps().ExternalID) != nil {
		t.Errorf("%d rows are left", len(s.Rows))
	}
	for _, row := range s.Rows {
		if *row.Mean != 77.7 {
			t.Errorf("%v is not Home Assistant's", *row.Mean)
		}
	}
	if again, err := i.Remove(t.Context(), job); err != nil || len(again) != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if o := mustImport(t, i, homeassistant.Job{Mode: job.Mode, Series: job.Series[:1]}); o.Sent != 99 {
		t.Errorf("importing again: %+v", o)
	}
}

// TestRemovalNeverDeletesAllOfAnEntity is for versions that know no ranges.
func TestRemovalNeverDeletesAllOfAnEntity(t *testing.T) {
	t.Parallel()
	home, now := homeassistanttest.Start(t), present()
	home.NoRange = true
	home.Add(weightEntity(), own("kg", now, 30))
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, 100)}})
	job := homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight()}}
	mustImport(t, i, job)
	if _, err := i.Remove(t.Context(), job); !errors.Is(err, homeassistant.ErrNoRange) {
		t.Error(err)
	}
	if s := home.Statistic("sensor.my_scale"); len(s.Rows) != 99+30 {
		t.Errorf("%d rows are left", len(s.Rows))
	}
}

func TestDamagedJournalStopsTheImport(t *testing.T) {
	t.Parallel()
	home := homeassistanttest.Start(t)
	i := newImporter(t, home, archive{})
	path := filepath.Join(t.TempDir(), "statistics.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.Journal = homeassistant.NewJournal(path)
	if _, err := i.Import(t.Context(), homeassistant.Job{Series: []homeassistant.Series{weight()}}); err == nil {
		t.Error("the damaged file was ignored")
	}
}
