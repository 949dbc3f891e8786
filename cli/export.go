// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

type exportCommand struct {
	Profile string `arg:"" help:"Profile name from the configuration."`

	Format       string   `enum:"tidy,jsonl,vendor,dashboard,influx" default:"tidy" help:"tidy, jsonl, vendor, dashboard, influx."`
	Since        string   `placeholder:"WHEN" help:"Only what was measured since then: 30d, 2025-01-31, 2025."`
	Until        string   `placeholder:"WHEN" help:"Only what was measured before."`
	Key          []string `placeholder:"KEY" help:"Only this sensor; may be repeated."`
	DecimalComma bool     `help:"Tidy CSV with decimal commas and semicolons, for spreadsheets that expect them."`
	Zone         string   `placeholder:"ZONE" help:"Time zone of records without one, and of layouts without offsets (else the profile's)."`
	Pounds       bool     `help:"Weights in pounds, for a dashboard that is set to them."`
	Output       string   `short:"o" placeholder:"FILE" help:"Write to this file or folder instead of standard output."`
}

// Help is the long help text.
func (exportCommand) Help() string {
	return "tidy: CSV with one row per value. jsonl: JSON Lines with everything that the archive keeps, to import it " +
		"elsewhere. vendor: the layout of the Withings data download, in a folder. dashboard: files that the Withings " +
		"dashboard imports, in a folder. influx: InfluxDB line protocol.\n\n" +
		"A file or folder is replaced when it exists. The daemon may be running."
}

// exportJob is an export with its options checked.
type exportJob struct {
	exchange.Export

	now time.Time
}

func (c exportCommand) run(ctx context.Context, s *session) (err error) {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	user, err := findAccount(settings, &profile)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if err := refuseArchive(settings, c.Output); err != nil {
		return err
	}
	zone, err := parseZone(c.Zone)
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	job := exportJob{now: time.Now(), Export: exchange.Export{
		Archive:      archive,
		Profile:      profile.Slug,
		Format:       c.Format,
		Extra:        settings.Withings.ExtraTypes,
		DecimalComma: c.DecimalComma,
		Pounds:       c.Pounds,
		Zone:         cmp.Or(zone, accountZone(ctx, archive, user), time.UTC),
	}}
	if job.Filter, err = c.newFilter(user, &job); err != nil {
		return err
	}
	switch {
	case exchange.IsFolder(c.Format):
		return job.writeFolder(ctx, s, c.Output)
	case c.Output == "":
		_, err := job.Write(ctx, job.NewWriter(s.Stdout), func(time.Time) {})
		return err
	}
	return job.writeFile(ctx, s, c.Output)
}

// check refuses options that do not fit together.
func (c exportCommand) check() error {
	switch {
	case exchange.IsFolder(c.Format) && c.Output == "":
		return usageError("the format " + c.Format + " consists of several files: name a folder with --output")
	case exchange.IsFolder(c.Format) && len(c.Key) > 0:
		return usageError("--key is not for the format " + c.Format)
	case c.DecimalComma && c.Format != exchange.FormatTidy:
		return usageError("--decimal-comma is for the format tidy")
	case c.Pounds && c.Format != exchange.FormatDashboard:
		return usageError("--pounds is for the format dashboard")
	}
	return nil
}

// newFilter selects the records.
func (c exportCommand) newFilter(user string, job *exportJob) (history.Filter, error) {
	f := exchange.NewFilter(user, c.Format)
	var err error
	if f.From, err = parseWhen(c.Since, job.now, job.Zone); err != nil {
		return f, err
	}
	if f.To, err = parseWhen(c.Until, job.now, job.Zone); err != nil {
		return f, err
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, usageError("--until must be later than --since")
	}
	f.Keys, err = findExportKeys(c.Key, job.Extra)
	return f, err
}

// findExportKeys checks that the keys exist and are kept in the archive.
func findExportKeys(asked []string, extra []sensors.Sensor) (keys []string, err error) {
	for _, key := range asked {
		row, ok := sensors.LookupAmong(extra, strings.ToLower(key))
		if !ok {
			text := fmt.Sprintf("unknown sensor %q", key)
			if nearest, found := sensors.Nearest(key); found {
				text += fmt.Sprintf(", did you mean %q?", nearest)
			} else {
				text += "; `vitals2mqtt sensors` lists them"
			}
			return nil, usageError(text)
		}
		if len(sensors.PlacesOf(row.Key, extra)) == 0 {
			return nil, usageError(row.Key + " is computed from other sensors and not kept in the archive")
		}
		keys = append(keys, row.Key)
	}
	return keys, nil
}
