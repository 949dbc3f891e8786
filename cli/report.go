// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/report"
)

type reportCommand struct {
	Profile string `arg:"" help:"Profile name from the configuration."`

	From     string `placeholder:"WHEN" help:"First day: 30d, 2026-01-31, 2026 (default: 90 days before the last one)."`
	To       string `placeholder:"WHEN" help:"Last day (default: today)."`
	Language string `enum:",en,de" default:"" placeholder:"en|de" help:"Language (default: homeassistant.language)."`
	Output   string `short:"o" placeholder:"FILE" help:"Write to this file or folder instead of standard output."`
}

// Help is the long help text.
func (reportCommand) Help() string {
	return "Writes blood pressure in the morning and in the evening, weight, pulse and ECG results as one page to print, for " +
		"a doctor. It is a single HTML file without scripts, which any browser prints or saves as PDF. Nothing leaves the " +
		"machine.\n\nA file is replaced when it exists. The daemon may be running."
}

func (c reportCommand) run(ctx context.Context, s *session) (err error) {
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
	if err := refuseArchive(settings, c.Output); err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	o := report.Options{
		Name:    profile.Name,
		User:    user,
		Now:     time.Now(),
		Version: s.version(),
		Reader: display.Reader{
			Language: display.Language(cmp.Or(c.Language, settings.HomeAssistant.Language)),
			Units:    profile.Units,
			Zone:     cmp.Or(accountZone(ctx, archive, user), time.UTC),
		},
	}
	if o.Period, err = report.ParsePeriod(c.From, c.To, o.Now, o.Reader.Zone); err != nil {
		return usageError("--" + err.Error())
	}
	made, err := report.Read(ctx, archive, o)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	if c.Output == "" {
		return made.Write(s.Stdout)
	}
	return c.write(s, made, profile.Slug+"-report.html")
}

// write writes a file, in a folder under a name of its own.
func (c reportCommand) write(s *session, made report.Report, name string) error {
	path := c.Output
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, name)
	}
	file, err := createExport(path)
	if err != nil {
		return err
	}
	if err := made.Write(file); err != nil {
		return errors.Join(err, file.Discard())
	}
	if err := file.Commit(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	s.printf("Wrote %s.\n", path)
	return nil
}
