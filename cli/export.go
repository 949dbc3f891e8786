package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
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

// The other formats of export.
const (
	formatDashboard = "dashboard"
	formatInflux    = "influx"
)

// Help is the long help text.
func (exportCommand) Help() string {
	return "tidy: CSV with one row per value. jsonl: JSON Lines with everything that the archive keeps, to import it " +
		"elsewhere. vendor: the layout of the Withings data download, in a folder. dashboard: files that the Withings " +
		"dashboard imports, in a folder. influx: InfluxDB line protocol.\n\n" +
		"A file or folder is replaced when it exists. The daemon may be running."
}

// exportJob is an export with its options checked.
type exportJob struct {
	archive *history.Archive
	profile config.Profile
	format  string
	filter  history.Filter
	zone    *time.Location
	extra   []sensors.Sensor
	comma   bool
	pounds  bool
	now     time.Time
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
	job := exportJob{
		archive: archive,
		profile: profile,
		format:  c.Format,
		extra:   settings.Withings.ExtraTypes,
		comma:   c.DecimalComma,
		pounds:  c.Pounds,
		now:     time.Now(),
		zone:    cmp.Or(zone, accountZone(ctx, archive, user), time.UTC),
	}
	if job.filter, err = c.newFilter(user, &job); err != nil {
		return err
	}
	switch {
	case isFolderFormat(c.Format):
		return job.writeFolder(ctx, s, c.Output)
	case c.Output == "":
		_, err := job.write(ctx, job.newWriter(s.Stdout), func(time.Time) {})
		return err
	}
	return job.writeFile(ctx, s, c.Output)
}

// isFolderFormat reports whether a format consists of several files.
func isFolderFormat(format string) bool { return format == formatVendor || format == formatDashboard }

// check refuses options that do not fit together.
func (c exportCommand) check() error {
	switch {
	case isFolderFormat(c.Format) && c.Output == "":
		return usageError("the format " + c.Format + " consists of several files: name a folder with --output")
	case isFolderFormat(c.Format) && len(c.Key) > 0:
		return usageError("--key is not for the format " + c.Format)
	case c.DecimalComma && c.Format != formatTidy:
		return usageError("--decimal-comma is for the format tidy")
	case c.Pounds && c.Format != formatDashboard:
		return usageError("--pounds is for the format dashboard")
	}
	return nil
}

// newFilter selects the records. Tidy CSV and line protocol show values as the
// page does: neither naps among the nights nor what may be another person's.
func (c exportCommand) newFilter(user string, job *exportJob) (history.Filter, error) {
	f := history.Filter{User: user, Held: c.Format == formatJSONL, MainSleep: c.Format == formatTidy || c.Format == formatInflux}
	var err error
	if f.From, err = parseWhen(c.Since, job.now, job.zone); err != nil {
		return f, err
	}
	if f.To, err = parseWhen(c.Until, job.now, job.zone); err != nil {
		return f, err
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, usageError("--until must be later than --since")
	}
	f.Keys, err = findExportKeys(c.Key, job.extra)
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

// newWriter returns the writer of a format that is a single text.
func (j *exportJob) newWriter(out io.Writer) transfer.Writer {
	switch j.format {
	case formatJSONL:
		return transfer.NewJSONWriter(out, j.zone)
	case formatInflux:
		return transfer.NewLineWriter(out, transfer.LineProtocol{Profile: j.profile.Slug, Keys: j.filter.Keys, Zone: j.zone})
	}
	return transfer.NewTidyWriter(out, transfer.TidyOptions{
		Keys: j.filter.Keys, DecimalComma: j.comma, Zone: j.zone, Extra: j.extra,
	})
}

// write writes all records and closes the writer. It returns their number; seen
// is called with the time of each.
func (j *exportJob) write(ctx context.Context, w transfer.Writer, seen func(at time.Time)) (count int, err error) {
	for stored, err := range j.archive.Records(ctx, j.filter) {
		if err != nil {
			return count, fmt.Errorf("reading the archive: %w", err)
		}
		count++
		seen(time.Unix(stored.At, 0))
		item := transfer.Item{Kind: stored.Kind, Nap: stored.Part == history.PartNap, Record: stored.Record}
		if err := w.Write(item); err != nil {
			return count, fmt.Errorf("writing the export: %w", err)
		}
		if j.format == formatJSONL && stored.Kind == sensors.KindHeart {
			if err := j.writeWaveform(ctx, w, stored.Record); err != nil {
				return count, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return count, fmt.Errorf("writing the export: %w", err)
	}
	return count, nil
}

// writeWaveform writes the curve of an electrocardiogram, if there is one.
func (j *exportJob) writeWaveform(ctx context.Context, w transfer.Writer, ecg sensors.Record) error {
	curve, found, err := j.archive.Waveform(ctx, j.filter.User, ecg.ID)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	if !found {
		return nil
	}
	item := transfer.Item{Kind: sensors.KindHeart, Waveform: &curve, Record: sensors.Record{
		ID: ecg.ID, At: ecg.At, Zone: ecg.Zone, Source: ecg.Source,
	}}
	if err := w.Write(item); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	return nil
}

// fileName is the name of an export in a folder.
func (j *exportJob) fileName() string {
	extensions := map[string]string{formatTidy: ".csv", formatJSONL: ".jsonl", formatInflux: ".lp"}
	return j.profile.Slug + extensions[j.format]
}
