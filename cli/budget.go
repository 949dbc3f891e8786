package cli

import (
	"context"
	"fmt"
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
	// A day without a daylight saving change.
	from := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "REQUESTS A DAY\tENDPOINT\t")
	total := 0
	for _, p := range profiles {
		sum := 0
		for _, estimate := range bridge.Forecast(p, from, from.Add(24*time.Hour)) {
			_, _ = fmt.Fprintf(table, "%d\t%s\t\n", estimate.Requests, estimate.Endpoint)
			sum += estimate.Requests
		}
		_, _ = fmt.Fprintf(table, "%d\tall for %s\t\n", sum, p.Name)
		total += sum
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the budget: %w", err)
	}
	s.printf("\n%d requests a day (%.1f a minute). The Withings API allows %d a minute per client id, "+
		"shared by all profiles.\n",
		total, float64(total)/(24*60), vendorRequestsPerMinute)
	return nil
}
