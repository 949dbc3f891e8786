// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"fmt"
	"text/tabwriter"
	"time"

	"vitals2mqtt/daemon"
	"vitals2mqtt/homeassistant"
)

// statisticsReport is what statistics prints as JSON.
type statisticsReport struct {
	Profile string                  `json:"profile"`
	Mode    homeassistant.Mode      `json:"mode"`
	DryRun  bool                    `json:"dry_run,omitempty"`
	Removal bool                    `json:"removal,omitempty"`
	Sensors []homeassistant.Outcome `json:"sensors"`
}

func (c statisticsCommand) print(s *session, outcomes []homeassistant.Outcome) error {
	if c.JSON {
		return s.printJSON(statisticsReport{c.Profile, c.Mode, c.DryRun, c.Remove, append([]homeassistant.Outcome{}, outcomes...)})
	}
	if len(outcomes) == 0 {
		if c.Remove {
			s.printf("Nothing was imported.\n")
		}
		return nil
	}
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	if c.Remove {
		_, _ = fmt.Fprintln(table, "KEY\tSTATISTIC\tHOURS\tREMOVED")
	} else {
		_, _ = fmt.Fprintln(table, "KEY\tSTATISTIC\tHOURS\tTHERE\tSENT / FOUND")
	}
	sum := daemon.SumStatistics(outcomes)
	for _, o := range outcomes {
		if o.Skipped != "" {
			continue
		}
		if c.Remove {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\n", o.Key, o.StatisticID, hourRange(o), o.Removed)
		} else {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d / %d\n", o.Key, o.StatisticID, hourRange(o), o.Present, o.Sent, o.Found)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	for _, o := range outcomes {
		if o.Skipped != "" {
			s.printf("%s skipped: %s\n", o.Key, o.Skipped)
		}
	}
	switch {
	case c.Remove && c.DryRun:
		s.printf("%s would be removed.\n", plural(sum.Removed, "hour", "hours"))
	case c.Remove:
		s.printf("%s removed.\n", plural(sum.Removed, "hour", "hours"))
	case c.DryRun:
		s.printf("%s would be sent.\n", plural(sum.Planned, "hour", "hours"))
	default:
		s.printf("%s sent, %d found.\n", plural(sum.Sent, "hour", "hours"), sum.Found)
	}
	if sum.Skipped > 0 {
		s.printf("%s skipped.\n", plural(sum.Skipped, "sensor", "sensors"))
	}
	return nil
}

// hourRange is from which day to which day there are hours.
func hourRange(o homeassistant.Outcome) string {
	if o.First == nil || o.Last == nil {
		return "none"
	}
	first, last := o.First.Format(time.DateOnly), o.Last.Format(time.DateOnly)
	return fmt.Sprintf("%d, %s to %s", cmp.Or(o.Planned, o.Removed), first, last)
}
