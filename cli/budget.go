package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/sensors"
)

type budgetCommand struct {
	Simulate bool `help:"For one profile with the default configuration instead of your own."`
}

// defaultSchedule is the default of withings.schedule; a test keeps them equal.
const defaultSchedule = "@every 5m"

// vendorRequestsPerMinute is the Withings API's limit per application.
const vendorRequestsPerMinute = 120

func (b budgetCommand) run(ctx context.Context, s *session) error {
	var profiles []bridge.Profile
	if b.Simulate {
		schedule, err := config.ParseSchedule(defaultSchedule)
		if err != nil {
			return fmt.Errorf("the default schedule: %w", err)
		}
		profiles = []bridge.Profile{{
			Slug:     "default",
			Name:     "the default configuration",
			Keys:     sensors.Keys(),
			Unlisted: true,
			Schedule: schedule,
		}}
	} else {
		c, err := s.load(ctx)
		if err != nil {
			return err
		}
		for i := range c.Withings.Profiles {
			profiles = append(profiles, daemon.Profile(c, &c.Withings.Profiles[i]))
		}
	}
	return printBudget(s, profiles)
}

// budgetColumn is a number of requests a day for each endpoint.
type budgetColumn struct {
	title    string
	forecast func(p bridge.Profile, from, to time.Time) []bridge.Estimate
	total    int
}

// budgetColumns returns a column for the normal schedule. With notifications,
// there are two more: the relaxed schedule alone, and with the fetches that
// notifications cause.
func budgetColumns(profiles []bridge.Profile) []*budgetColumn {
	columns := []*budgetColumn{{title: "REQUESTS A DAY", forecast: bridge.Forecast}}
	if hasRelaxed := func(p bridge.Profile) bool { return p.RelaxedSchedule != nil }; slices.ContainsFunc(profiles, hasRelaxed) {
		columns = append(columns, &budgetColumn{title: "RELAXED", forecast: relaxedForecast})
	}
	if hasPush := func(p bridge.Profile) bool { return p.Notifications }; slices.ContainsFunc(profiles, hasPush) {
		columns = append(columns, &budgetColumn{title: "WITH PUSH", forecast: pushForecast})
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

func printBudget(s *session, profiles []bridge.Profile) error {
	// A day without a daylight saving change.
	from := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	columns := budgetColumns(profiles)
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, column := range columns {
		_, _ = fmt.Fprintf(table, "%s\t", column.title)
	}
	_, _ = fmt.Fprintln(table, "ENDPOINT\t")
	for _, p := range profiles {
		printProfileBudget(table, p, columns, from)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the budget: %w", err)
	}
	normal := columns[0].total
	s.printf("\n%d requests a day (%.1f a minute). The Withings API allows %d a minute per client id, "+
		"shared by all profiles.\n",
		normal, float64(normal)/(24*60), vendorRequestsPerMinute)
	if len(columns) == 1 {
		return nil
	}
	notifications := 0
	for _, p := range profiles {
		if p.Notifications {
			notifications += bridge.NotificationsPerDay(p)
		}
	}
	push := columns[len(columns)-1].total
	s.printf("While notifications are healthy: %d requests a day (%.1f a minute), with about %d notifications.\n",
		push, float64(push)/(24*60), notifications)
	return nil
}

// printProfileBudget prints the rows of a profile, and adds them to the totals.
func printProfileBudget(table io.Writer, p bridge.Profile, columns []*budgetColumn, from time.Time) {
	var estimates [][]bridge.Estimate
	sums := make([]int, len(columns))
	for _, column := range columns {
		estimates = append(estimates, column.forecast(p, from, from.Add(24*time.Hour)))
	}
	for row, estimate := range estimates[0] { // all columns have the same endpoints
		for i := range columns {
			requests := estimates[i][row].Requests
			sums[i] += requests
			_, _ = fmt.Fprintf(table, "%d\t", requests)
		}
		_, _ = fmt.Fprintf(table, "%s\t\n", estimate.Endpoint)
	}
	for i, column := range columns {
		column.total += sums[i]
		_, _ = fmt.Fprintf(table, "%d\t", sums[i])
	}
	_, _ = fmt.Fprintf(table, "all for %s\t\n", p.Name)
}
