// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"fmt"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/sensors"
)

type budgetCommand struct {
	jsonFlag

	Simulate bool `help:"For one profile with the default configuration instead of your own."`
}

// defaultSchedule is the default of withings.schedule; a test keeps them equal.
const defaultSchedule = "@every 5m"

// vendorRequestsPerMinute is the Withings API's limit per application.
const vendorRequestsPerMinute = 120

func (b budgetCommand) run(ctx context.Context, s *session) error {
	var profiles []bridge.Profile
	polling := bridge.PollAdaptive
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
		polling = bridge.Polling(c.Withings.Polling)
		for i := range c.Withings.Profiles {
			profiles = append(profiles, daemon.Profile(c, &c.Withings.Profiles[i]))
		}
	}
	report := newBudgetReport(profiles, polling)
	if b.JSON {
		return s.printJSON(report)
	}
	return report.print(s)
}
