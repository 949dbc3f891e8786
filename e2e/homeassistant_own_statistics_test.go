// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// unitIssue is a statistic whose entity now has a unit that cannot be
// converted into the one before.
type unitIssue struct {
	Type string `json:"type"`
	Data struct {
		Unit  *string `json:"state_unit"`
		Class *string `json:"state_unit_class"`
	} `json:"data"`
}

// unitIssues are by entity id.
func (h *homeAssistant) unitIssues() map[string]unitIssue {
	h.t.Helper()
	var all map[string][]unitIssue
	h.socket.command("recorder/validate_statistics", nil, &all)
	found := map[string]unitIssue{}
	for id, issues := range all {
		if issues[0].Type == "units_changed" {
			found[id] = issues[0]
		}
	}
	return found
}

// hourRow is a long-term statistic of an hour.
type hourRow struct{ Mean, Min, Max, State, Sum *float64 }

// hours are the long-term statistics of entities.
func (h *homeAssistant) hours(ids []string) (rows map[string][]hourRow) {
	h.t.Helper()
	h.socket.command("recorder/statistics_during_period", jsonMember{
		"start_time":    time.Now().Add(-24 * time.Hour).Format(time.RFC3339), // clock: Home Assistant uses the real time
		"statistic_ids": ids,
		"period":        "hour",
	}, &rows)
	return rows
}

// awaitHours waits for a full hour of its clock, and until all entities have
// that many hours of statistics.
func (h *homeAssistant) awaitHours(count int, ids []string) (rows map[string][]hourRow) {
	h.t.Helper()
	awaitFor(h.t, "the full hour", timeToCompare+waitTimeout, time.Second, func() bool {
		return time.Now().Add(h.ahead).Minute() < 30 // clock: Home Assistant uses the real time
	})
	awaitFor(h.t, "the statistics of the hour", waitTimeout, time.Second, func() bool {
		rows = h.hours(ids)
		return !slices.ContainsFunc(ids, func(id string) bool { return len(rows[id]) < count })
	})
	return rows
}

// keepStatistics follows docs/migration.md: it removes Home Assistant's own
// integration and gives the entities of this program the ids of the former
// ones. An hour later the statistics of all of them have gone on. An entity that
// gets an id without statistics keeps its own.
func (l *ownTestbed) keepStatistics(pairs map[string]pair) {
	h, t := l.home, l.t
	t.Helper()
	var ids []string
	for _, p := range pairs {
		if p.there.ID != "" && p.before.Attributes["state_class"] != nil {
			ids = append(ids, p.there.ID)
		}
	}
	h.awaitHours(1, ids)
	h.ask(http.MethodDelete, "/api/config/config_entries/entry/"+l.entry, "application/json", nil, &jsonMember{})
	l.moveStatistics("sensor.alice_bmi", "sensor.body_mass_index")
	unlike := map[string]bool{} // has a unit of another kind
	for _, p := range pairs {
		// An id cannot become that of a calendar.
		if domain, _, _ := strings.Cut(p.there.ID, "."); !strings.HasPrefix(p.here.ID, domain+".") || domain == "" {
			continue
		}
		h.rename(p.here.ID, p.there.ID)
		if slices.Contains(ids, p.there.ID) && p.before.Attributes["device_class"] != "duration" &&
			!equalJSON(p.before.Attributes["unit_of_measurement"], p.after.Attributes["unit_of_measurement"]) {
			unlike[p.there.ID] = true
		}
	}
	awaitFor(t, "the issues of the units", waitTimeout, time.Second, func() bool {
		return slices.Equal(keys(h.unitIssues()), keys(unlike))
	})
	for id, issue := range h.unitIssues() {
		// What the dialogue of Developer tools, Statistics, offers first.
		h.socket.command("recorder/update_statistics_metadata", jsonMember{
			"statistic_id": id, "unit_of_measurement": issue.Data.Unit, "unit_class": issue.Data.Class,
		}, new(any))
	}
	h.stop()
	h.faked = h.clock(150*time.Second - time.Hour)
	h.start()
	for id, rows := range h.awaitHours(2, ids) {
		if before, after := rows[len(rows)-2], rows[len(rows)-1]; !goesOn(before, after) {
			t.Errorf("the statistics of %s do not go on: %v, then %v", id, before, after)
		}
	}
	if issues := h.unitIssues(); len(issues) > 0 {
		t.Errorf("Home Assistant still sees issues of units: %v", keys(issues))
	}
	t.Logf("%d statistics went on, %d after a change of the unit", len(ids), len(unlike))
}

func (h *homeAssistant) rename(from, to string) {
	h.t.Helper()
	h.socket.command("config/entity_registry/update", jsonMember{"entity_id": from, "new_entity_id": to}, &jsonMember{})
}

// moveStatistics gives an entity a new id, under which nothing was recorded.
func (l *ownTestbed) moveStatistics(from, to string) {
	h := l.home
	h.t.Helper()
	h.awaitHours(1, []string{from})
	h.rename(from, to)
	awaitFor(h.t, "the statistics under the new id", waitTimeout, time.Second, func() bool {
		rows := h.hours([]string{from, to})
		return len(rows[from]) == 0 && len(rows[to]) == 1
	})
}

// goesOn reports whether the statistics of two hours belong to the same values:
// a mean is one that the former hour has seen; a sum has grown as its state has,
// by some steps and not by a factor of units.
func goesOn(before, after hourRow) bool {
	if before.Sum == nil {
		return before.Min != nil && before.Max != nil && after.Mean != nil &&
			*after.Mean >= *before.Min-1e-6 && *after.Mean <= *before.Max+1e-6
	}
	if before.State == nil || after.State == nil || after.Sum == nil {
		return false
	}
	grown := *after.State - *before.State
	return math.Abs(grown) <= max(*before.State, 1) && math.Abs(*after.Sum-*before.Sum-grown) < 1e-6
}

// String shows an hour in messages.
func (r hourRow) String() string {
	return fmt.Sprintf("mean %s of %s to %s, state %s, sum %s", number(r.Mean), number(r.Min), number(r.Max),
		number(r.State), number(r.Sum))
}
