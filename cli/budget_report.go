package cli

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
)

// budgetReport is the forecast of requests.
type budgetReport struct {
	Profiles []budgetProfile `json:"profiles"`
	Total    budgetNumbers   `json:"requests_per_day"`
	// Notifications is how many are expected in a day, 0 without any.
	Notifications  int `json:"notifications_per_day"`
	LimitPerMinute int `json:"limit_per_minute"`

	columns []budgetColumn
}

// budgetProfile is the forecast for a profile.
type budgetProfile struct {
	Profile   string           `json:"profile"`
	Endpoints []budgetEndpoint `json:"endpoints"`
	Total     budgetNumbers    `json:"requests_per_day"`

	name string
}

type budgetEndpoint struct {
	Endpoint string        `json:"endpoint"`
	Requests budgetNumbers `json:"requests_per_day"`
}

// budgetNumbers are requests a day by the key of a column.
type budgetNumbers map[string]int

// budgetColumn is a way to poll.
type budgetColumn struct {
	key, title string
	forecast   func(p bridge.Profile, from, to time.Time) []bridge.Estimate
}

// The keys of the columns.
const (
	budgetSchedule = "schedule"
	budgetRelaxed  = "relaxed"
	budgetPush     = "push"
)

// budgetColumns returns a column for the normal schedule. With notifications,
// there are two more: the relaxed schedule alone, and with the fetches that
// notifications cause.
func budgetColumns(profiles []bridge.Profile) []budgetColumn {
	columns := []budgetColumn{{budgetSchedule, "REQUESTS A DAY", bridge.Forecast}}
	if hasRelaxed := func(p bridge.Profile) bool { return p.RelaxedSchedule != nil }; slices.ContainsFunc(profiles, hasRelaxed) {
		columns = append(columns, budgetColumn{budgetRelaxed, "RELAXED", relaxedForecast})
	}
	if hasPush := func(p bridge.Profile) bool { return p.Notifications }; slices.ContainsFunc(profiles, hasPush) {
		columns = append(columns, budgetColumn{budgetPush, "WITH PUSH", pushForecast})
	}
	return columns
}

func relaxedForecast(p bridge.Profile, from, to time.Time) []bridge.Estimate {
	if p.RelaxedSchedule != nil {
		p.Schedule = p.RelaxedSchedule
	}
	return bridge.Forecast(p, from, to)
}

func pushForecast(p bridge.Profile, from, to time.Time) []bridge.Estimate {
	if !p.Notifications {
		return bridge.Forecast(p, from, to)
	}
	return bridge.ForecastWithPush(p, from, to)
}

func newBudgetReport(profiles []bridge.Profile) budgetReport {
	report := budgetReport{
		Profiles:       []budgetProfile{},
		Total:          budgetNumbers{},
		LimitPerMinute: vendorRequestsPerMinute,
		columns:        budgetColumns(profiles),
	}
	for _, p := range profiles {
		if p.Notifications {
			report.Notifications += bridge.NotificationsPerDay(p)
		}
		one := newBudgetProfile(p, report.columns)
		for key, requests := range one.Total {
			report.Total[key] += requests
		}
		report.Profiles = append(report.Profiles, one)
	}
	return report
}

func newBudgetProfile(p bridge.Profile, columns []budgetColumn) budgetProfile {
	// A day without a daylight saving change.
	from := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	one := budgetProfile{Profile: p.Slug, Endpoints: []budgetEndpoint{}, Total: budgetNumbers{}, name: p.Name}
	for _, column := range columns {
		for row, estimate := range column.forecast(p, from, from.Add(24*time.Hour)) {
			if row == len(one.Endpoints) { // all columns have the same endpoints
				one.Endpoints = append(one.Endpoints, budgetEndpoint{string(estimate.Endpoint), budgetNumbers{}})
			}
			one.Endpoints[row].Requests[column.key] = estimate.Requests
			one.Total[column.key] += estimate.Requests
		}
	}
	return one
}

// print prints a table and what it comes to.
func (r budgetReport) print(s *session) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, numbers budgetNumbers) {
		for _, column := range r.columns {
			_, _ = fmt.Fprintf(table, "%d\t", numbers[column.key])
		}
		_, _ = fmt.Fprintf(table, "%s\t\n", name)
	}
	for _, column := range r.columns {
		_, _ = fmt.Fprintf(table, "%s\t", column.title)
	}
	_, _ = fmt.Fprintln(table, "ENDPOINT\t")
	for _, p := range r.Profiles {
		for _, endpoint := range p.Endpoints {
			row(endpoint.Endpoint, endpoint.Requests)
		}
		row("all for "+p.name, p.Total)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the budget: %w", err)
	}
	normal := r.Total[budgetSchedule]
	s.printf("\n%d requests a day (%.1f a minute). The Withings API allows %d a minute per client id, "+
		"shared by all profiles.\n",
		normal, float64(normal)/(24*60), r.LimitPerMinute)
	if last := r.columns[len(r.columns)-1].key; last != budgetSchedule {
		s.printf("While notifications are healthy: %d requests a day (%.1f a minute), with about %d notifications.\n",
			r.Total[last], float64(r.Total[last])/(24*60), r.Notifications)
	}
	return nil
}
