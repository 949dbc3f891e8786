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

// sentRows counts the rows of all imports, and how often each hour came.
func sentRows(t *testing.T, home *homeassistanttest.Home) (byHour map[time.Time]int) {
	t.Helper()
	byHour = map[time.Time]int{}
	for _, message := range home.Imports() {
		var m struct {
			Stats []struct{ Start time.Time }
		}
		if err := json.Unmarshal(message, &m); err != nil {
			t.Fatal(err)
		}
		for _, row := range m.Stats {
			byHour[row.Start.UTC()]++
		}
	}
	return byHour
}

// TestLostAnswersAreNoLostRows ends the connection after each command in turn:
// Home Assistant has carried it out, but nobody knows. The next import sends
// what is missing, and nothing twice.
func TestLostAnswersAreNoLostRows(t *testing.T) {
	t.Parallel()
	const days = 2100 // two batches
	now := present()
	past := archive{hours: map[string][]homeassistant.Point{"weight_kg": years(now, days)}}
	job := homeassistant.Job{Mode: homeassistant.ModeEntity, Series: []homeassistant.Series{weight()}}
	inImport := 0
	for at := 1; at < 16; at++ {
		home := homeassistanttest.Start(t)
		home.Add(weightEntity(), own("kg", now, 30))
		home.Answerless = at
		i := newImporter(t, home, past)
		if _, err := i.Import(t.Context(), job); err != nil {
			if !errors.Is(err, homeassistant.ErrUnreachable) {
				t.Errorf("after %d: %v", at, err)
			}
			if batches := len(home.Imports()); batches == 1 {
				inImport++
			}
			i.Client = dial(t, home)
			mustImport(t, i, job)
		}
		if s := home.Statistic("sensor.my_scale"); len(s.Rows) != days-1+30 {
			t.Errorf("after %d: %d rows", at, len(s.Rows))
		}
		for hour, times := range sentRows(t, home) {
			if times != 1 {
				t.Fatalf("after %d: %v was sent %d times", at, hour, times)
			}
		}
	}
	if inImport < 3 {
		t.Errorf("only %d connections ended between two batches", inImport)
	}
}

// TestRecorderThatStopsInABatch stores the first batch and half of the second
// before it stops, as when its disk is full. The import ends and says so; once
// the recorder works again, the next one sends what is missing alone.
func TestRecorderThatStopsInABatch(t *testing.T) {
	t.Parallel()
	const days, batch = 4500, 2000
	home, now := homeassistanttest.Start(t), present()
	past := years(now, days)
	home.Loses = func(start time.Time) bool { return home.Stopped || !start.Before(past[batch*3/2].Start) }
	batches := 0
	home.Imported = func(h *homeassistanttest.Home) {
		batches++
		h.Stopped = batches == 2
	}
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": past}})
	job := homeassistant.Job{Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()}}
	outcomes, err := i.Import(t.Context(), job)
	if !errors.Is(err, homeassistant.ErrRecorder) || !strings.Contains(err.Error(), "has stopped") || batches != 2 {
		t.Fatalf("%v after %d batches", err, batches)
	}
	if o := outcomes[0]; o.Sent != 2*batch || o.Found != batch {
		t.Errorf("%+v", o)
	}
	if _, err := i.Import(t.Context(), job); !errors.Is(err, homeassistant.ErrRecorder) || batches != 2 {
		t.Errorf("while it is stopped: %v after %d batches", err, batches)
	}

	home.Stopped, home.Loses, home.Imported = false, nil, nil
	if o := mustImport(t, i, job); o.Present != batch*3/2 || o.Sent != days-batch*3/2 || o.Found != o.Sent {
		t.Errorf("afterwards: %+v", o)
	}
	if s := home.Statistic(weight().ExternalID); len(s.Rows) != days {
		t.Errorf("%d rows", len(s.Rows))
	}
}
