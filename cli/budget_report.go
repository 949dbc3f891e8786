// SPDX-License-Identifier: MIT

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
	// Polling is the configured way to poll, a key of the numbers.
	Polling  bridge.Polling  `json:"polling"`
	Profiles []budgetProfile `json:"profiles"`
	Total    budgetNumbers   `json:"requests_per_day"`
	// Hours are the requests of all profiles by hour of the day.
	Hours [24]budgetNumbers `json:"requests_by_hour"`
	// Notifications is how many are expected in a day, once they are configured.
	Notifications  int `json:"notifications_per_day"`
	LimitPerMinute int `json:"limit_per_minute"`

	hasPush bool
}

// budgetProfile is the forecast for a profile.
type budgetProfile struct {
	Profile   string           `json:"profile"`
	Endpoints []budgetEndpoint `json:"endpoints"`
	Total     budgetNumbers    `json:"requests_per_day"`

	name  string
	hours [24]budgetNumbers
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
	polling    bridge.Polling
	push       bool
}

// budgetColumns are both ways to poll, without and with notifications, which
// may have a schedule of their own.
func budgetColumns() []budgetColumn {
	return []budgetColumn{
		{"adaptive", "ADAPTIVE", bridge.PollAdaptive, false},
		{"everything", "EVERYTHING", bridge.PollEverything, false},
		{"adaptive_push", "ADAPTIVE, PUSH", bridge.PollAdaptive, true},
		{"everything_push", "EVERYTHING, PUSH", bridge.PollEverything, true},
	}
}

func (c budgetColumn) forecast(p bridge.Profile, from, to time.Time) []bridge.Estimate {
	p.Polling = c.polling
	if c.push {
		return bridge.ForecastWithPush(p, from, to)
	}
	return bridge.Forecast(p, from, to)
}

func newBudgetReport(profiles []bridge.Profile, polling bridge.Polling) budgetReport {
	report := budgetReport{
		Polling:        polling,
		Profiles:       []budgetProfile{},
		Total:          budgetNumbers{},
		LimitPerMinute: vendorRequestsPerMinute,
		hasPush:        slices.ContainsFunc(profiles, func(p bridge.Profile) bool { return p.Notifications }),
	}
	for _, p := range profiles {
		report.Notifications += bridge.NotificationsPerDay(p)
		one := newBudgetProfile(p)
		for key, requests := range one.Total {
			report.Total[key] += requests
		}
		for hour := range report.Hours {
			if report.Hours[hour] == nil {
				report.Hours[hour] = budgetNumbers{}
			}
			for key, requests := range one.hours[hour] {
				report.Hours[hour][key] += requests
			}
		}
		report.Profiles = append(report.Profiles, one)
	}
	return report
}

func newBudgetProfile(p bridge.Profile) budgetProfile {
	// A day without a daylight saving change.
	from := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	one := budgetProfile{Profile: p.Slug, Endpoints: []budgetEndpoint{}, Total: budgetNumbers{}, name: p.Name}
	for _, column := range budgetColumns() {
		for _, estimate := range column.forecast(p, from, from.Add(24*time.Hour)) {
			one.numbersOf(string(estimate.Endpoint))[column.key] = estimate.Requests
			one.Total[column.key] += estimate.Requests
			for hour, requests := range estimate.Hours {
				if one.hours[hour] == nil {
					one.hours[hour] = budgetNumbers{}
				}
				one.hours[hour][column.key] += requests
			}
		}
	}
	return one
}

// numbersOf returns the row of an endpoint. Not all columns have the same.
func (p *budgetProfile) numbersOf(endpoint string) budgetNumbers {
	for _, e := range p.Endpoints {
		if e.Endpoint == endpoint {
			return e.Requests
		}
	}
	p.Endpoints = append(p.Endpoints, budgetEndpoint{endpoint, budgetNumbers{}})
	return p.Endpoints[len(p.Endpoints)-1].Requests
}

// print prints two tables, by endpoint and by hour, and what they come to.
func (r budgetReport) print(s *session) error {
	var rows []budgetRow
	for _, p := range r.Profiles {
		for _, endpoint := range p.Endpoints {
			rows = append(rows, budgetRow{endpoint.Endpoint, endpoint.Requests})
		}
		rows = append(rows, budgetRow{"all for " + p.name, p.Total})
	}
	var hours []budgetRow
	for hour, numbers := range r.Hours {
		hours = append(hours, budgetRow{fmt.Sprintf("%02d:00", hour), numbers})
	}
	if err := printBudgetTable(s, "ENDPOINT", rows); err != nil {
		return err
	}
	s.printf("\n")
	if err := printBudgetTable(s, "HOUR, ALL PROFILES", hours); err != nil {
		return err
	}
	normal := r.Total[string(r.Polling)]
	s.printf("\n%d requests a day (%.1f a minute) with %s polling, as configured. The Withings API allows %d a minute "+
		"per client id, shared by all profiles.\n",
		normal, float64(normal)/(24*60), r.Polling, r.LimitPerMinute)
	push := r.Total[string(r.Polling)+"_push"]
	while := "While notifications are healthy"
	if !r.hasPush {
		while = "With notifications, which are not configured"
	}
	s.printf("%s: %d requests a day (%.1f a minute), with about %d notifications.\n",
		while, push, float64(push)/(24*60), r.Notifications)
	return nil
}

// budgetRow is a line of a table.
type budgetRow struct {
	name    string
	numbers budgetNumbers
}

func printBudgetTable(s *session, title string, rows []budgetRow) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, column := range budgetColumns() {
		_, _ = fmt.Fprintf(table, "%s\t", column.title)
	}
	_, _ = fmt.Fprintf(table, "%s\t\n", title)
	for _, row := range rows {
		for _, column := range budgetColumns() {
			_, _ = fmt.Fprintf(table, "%d\t", row.numbers[column.key])
		}
		_, _ = fmt.Fprintf(table, "%s\t\n", row.name)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the budget: %w", err)
	}
	return nil
}
