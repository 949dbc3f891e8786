// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// imported is the output of statistics --json.
type imported struct {
	Sensors []struct {
		Key     string `json:"key"`
		ID      string `json:"statistic_id"`
		Skipped string `json:"skipped"`
		Planned int    `json:"planned"`
		Present int    `json:"present"`
		Sent    int    `json:"sent"`
		Found   int    `json:"found"`
		Removed int    `json:"removed"`
	} `json:"sensors"`
}

// statistics runs the command beside the daemon.
func (l *homeAssistantTestbed) statistics(args ...string) (out imported) {
	l.t.Helper()
	p := l.program(append([]string{"statistics", "alice", "--json"}, args...)...)
	awaitFor(l.t, "the end of statistics", 4*waitTimeout, 100*time.Millisecond, func() bool {
		select {
		case <-p.exited:
			return true
		default:
			return false
		}
	})
	if code := p.wait(); code != 0 {
		l.t.Fatalf("statistics %v ended with %d", args, code)
	}
	text := strings.Join(p.output(), "\n")
	_, text, _ = strings.Cut(text, "{")
	if err := json.Unmarshal([]byte("{"+text), &out); err != nil {
		l.t.Fatalf("%v: %s", err, text)
	}
	return out
}

// longLivedToken makes a token as users do on their profile's page.
func (h *homeAssistant) longLivedToken() (token string) {
	h.t.Helper()
	h.socket.command("auth/long_lived_access_token", jsonMember{"client_name": "vitals2mqtt", "lifespan": 3650}, &token)
	return token
}

// yearBefore are the hours of a statistic in the year before last week.
//
// clock: Home Assistant uses the real time
func (h *homeAssistant) yearBefore(id string) (means map[time.Time]float64) {
	h.t.Helper()
	now := time.Now()
	var rows map[string][]struct {
		Start int64
		Mean  *float64
	}
	h.socket.command("recorder/statistics_during_period", jsonMember{
		"start_time":    now.AddDate(-2, 0, 0).Format(time.RFC3339),
		"end_time":      now.AddDate(0, 0, -7).Format(time.RFC3339),
		"statistic_ids": []string{id},
		"period":        "hour",
	}, &rows)
	means = map[time.Time]float64{}
	for _, row := range rows[id] {
		if row.Mean != nil {
			means[time.UnixMilli(row.Start).UTC()] = *row.Mean
		}
	}
	return means
}

// TestHomeAssistantShowsTheYearsBefore brings weigh-ins of last year into the
// statistics of the entity, and waits for the next full hour: Home Assistant's
// own statistics go on.
//
// clock: Home Assistant uses the real time
func TestHomeAssistantShowsTheYearsBefore(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric", beforeHour: 5 * time.Minute},
		`schedule: "@every 2s"`, `schedule: "@every 10s"`,
		`profiles: [Alice, Bob]`, `profiles: [
    {name: Alice, measurements: [weight_kg, fat_ratio_pct, activity_steps_today]}, {name: Bob, measurements: [weight_kg]}]`)
	wanted := map[time.Time]float64{}
	for n := range 40 {
		// In the afternoon of the simulated people, who sleep now: they weigh
		// themselves in the morning.
		at := time.Now().UTC().AddDate(-1, 0, 9*n-20).Truncate(time.Hour).Add(10*time.Hour + 17*time.Minute)
		if time.Since(at) < 60*24*time.Hour { // the simulated people have weighed themselves since
			break
		}
		kg := fmt.Sprintf("%.2f", 74.5-0.05*float64(n))
		l.controlFields("weigh", jsonMember{"person": "Alice", "kg": kg, "at": at.Format(time.RFC3339)})
		wanted[at.Truncate(time.Hour)] = 74.5 - 0.05*float64(n)
	}
	l.awaitStatistics("sensor.alice_weight_kg")
	l.edit("state_dir:", fmt.Sprintf("homeassistant: {url: %q, token: %q}\nstate_dir:", l.home.address(""), l.home.longLivedToken()))
	const weight, untouched = "sensor.alice_weight_kg", "sensor.bob_weight_kg"
	// The daemon finds the weigh-ins at its next polls; an import can be repeated.
	var missing []string
	t.Cleanup(func() {
		if t.Failed() && len(missing) > 0 {
			t.Logf("missing at last: %s", strings.Join(missing, "; "))
		}
	})
	awaitFor(t, "last year in the statistics of the entity", 2*waitTimeout, time.Second, func() bool {
		if s := l.statistics("weight_kg").Sensors[0]; s.Sent != s.Found {
			t.Fatalf("%+v", s)
		}
		missing = missing[:0]
		shown := l.home.yearBefore(weight)
		for hour, kg := range wanted {
			if mean, ok := shown[hour]; !ok || mean < kg-1e-6 || mean > kg+1e-6 {
				missing = append(missing, fmt.Sprintf("%s: %v, want %v", hour, mean, kg))
			}
		}
		return len(missing) == 0
	})
	hour := time.Now().Truncate(time.Hour)
	all := l.statistics("--hold", "1")
	sent := 0
	for _, s := range all.Sensors {
		if sent += s.Sent; s.Sent != s.Found || s.Sent+s.Present != s.Planned {
			t.Errorf("%s: %+v", s.Key, s)
		}
	}
	again := l.statistics("--hold", "1")
	if !time.Now().Truncate(time.Hour).Equal(hour) { // the hour that has ended meanwhile may be sent, once
		again = l.statistics("--hold", "1")
	}
	for _, s := range again.Sensors {
		if s.Sent != 0 {
			t.Errorf("again: %+v", s)
		}
	}

	l.home.awaitHours(1, []string{untouched}) // the next full hour
	l.home.call("button/press", "button.alice_import_statistics")
	awaitFor(t, "the response to the button", 2*waitTimeout, time.Second, func() bool {
		return strings.Contains(l.tree()["vitals2mqtt/bridge/response/statistics"], `"status":"ok"`)
	})

	removed := l.statistics("--remove")
	for _, s := range removed.Sensors {
		if s.Skipped != "" || s.Removed == 0 {
			t.Errorf("removing: %+v", s)
		}
	}
	if left := l.home.yearBefore(weight); len(left) > 0 {
		t.Errorf("%d hours of last year are left", len(left))
	}
	// Home Assistant's own hours are there as if nothing had been imported.
	rows := l.home.hours([]string{weight, untouched})
	if own := len(rows[untouched]); own == 0 || len(rows[weight]) != own {
		t.Errorf("Home Assistant's own hours: %v, of another entity %v", rows[weight], rows[untouched])
	}
	var issues map[string]any
	l.home.socket.command("recorder/validate_statistics", nil, &issues)
	if len(issues) > 0 {
		t.Errorf("Home Assistant sees issues with the statistics: %v", issues)
	}
	t.Logf("%d hours of %d sensors", sent, len(all.Sensors))
	l.expectNoComplaints()
}

// awaitStatistics waits until Home Assistant knows the statistics of an entity,
// which shows a value then. It does not wait for all entities: they take long on
// a busy machine.
func (l *homeAssistantTestbed) awaitStatistics(id string) {
	l.t.Helper()
	awaitFor(l.t, "the statistics of "+id, 4*waitTimeout, time.Second, func() bool {
		var kinds []struct {
			ID string `json:"statistic_id"`
		}
		l.home.socket.command("recorder/list_statistic_ids", nil, &kinds)
		return slices.ContainsFunc(kinds, func(kind struct {
			ID string `json:"statistic_id"`
		},
		) bool {
			return kind.ID == id
		})
	})
}
