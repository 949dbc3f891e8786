// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer/vendor"
)

type importCommand struct {
	jsonFlag

	Profile      string `arg:"" help:"Profile name from the configuration."`
	File         string `arg:"" name:"file" help:"File or folder to read; - is standard input."`
	Format       string `enum:"auto,tidy,jsonl,vendor" default:"auto" help:"auto, tidy, jsonl, vendor."`
	Zone         string `placeholder:"ZONE" help:"Time zone of times without an offset, such as Europe/Berlin."`
	DistanceUnit string `enum:",m,km,mi" default:"" placeholder:"UNIT" help:"Unit of distances that a data download gives without one: m, km or mi."`
	DryRun       bool   `help:"Only say what would be imported."`
}

// Help is the long help text.
func (importCommand) Help() string {
	return "Reads the data download of a Withings account (the ZIP, its folder or one of its files), tidy CSV and the " +
		"JSON Lines of `vitals2mqtt export`. What the archive has already is not imported again, so that an import " +
		"that was interrupted or had mistakes can be repeated. The daemon may be running."
}

// importResult is what an import did.
type importResult struct {
	Profile string `json:"profile"`
	File    string `json:"file"`
	DryRun  bool   `json:"dry_run"`
	exchange.Result
}

func (c importCommand) run(ctx context.Context, s *session) (err error) {
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
	zone, err := parseZone(c.Zone)
	if err != nil {
		return err
	}
	archive, done, err := c.openTarget(ctx, s, settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	zone = cmp.Or(zone, accountZone(ctx, archive, user))
	into := &exchange.Importer{
		Archive: archive,
		User:    user,
		Options: sensors.ApplyOptions{
			Policy:      settings.Withings.Attributions,
			Now:         time.Now(),
			InitialSync: true,
			Zone:        zone,
			Extra:       settings.Withings.ExtraTypes,
		},
	}
	failed := c.importFrom(ctx, s, into)
	result := importResult{profile.Slug, c.File, c.DryRun, into.Result}
	if err := result.show(s, c.JSON, failed); err != nil {
		return errors.Join(failed, err)
	}
	return failed
}

// importFrom reads the file into the archive.
func (c importCommand) importFrom(ctx context.Context, s *session, into *exchange.Importer) error {
	in, err := exchange.Open(c.File, c.Format, s.Stdin)
	if err != nil {
		return err
	}
	in.DistanceUnit = c.DistanceUnit
	defer func() { _ = in.Close() }() // it was only read
	shown := newProgress(s.Stderr, "import", unitBytes, in.Size())
	defer shown.Close()
	if err := into.Read(ctx, in, shown.Add); err != nil {
		return c.explain(ctx, err, into.Result.Added)
	}
	if into.Result.FilesRead() == 0 {
		return fmt.Errorf("%s has no file of the vendor's download; a CSV or JSON Lines file is imported by its own name", c.File)
	}
	if count := into.Result.ProblemCount; count > 0 {
		return fmt.Errorf("%s in the file; everything else was read", plural(count, "problem", "problems"))
	}
	return nil
}

// explain says that an import that failed can be repeated.
func (c importCommand) explain(ctx context.Context, err error, added int) error {
	switch {
	case ctx.Err() != nil:
		err = errors.New("interrupted")
	case errors.Is(err, vendor.ErrNoZone):
		return usageError(err.Error() + "; name it, as in --zone Europe/Berlin")
	}
	if c.DryRun || added == 0 {
		return err
	}
	return fmt.Errorf("%w; %s stored, run the same command again for the rest", err,
		plural(added, "record is", "records are"))
}

// parseZone returns the zone of a flag, nil without one.
func parseZone(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no zone is no mistake
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, usageError(fmt.Sprintf("unknown time zone %q; use a name such as Europe/Berlin", name))
	}
	return zone, nil
}

// accountZone is the time zone of an account, nil when it is not known.
func accountZone(ctx context.Context, archive *history.Archive, user string) *time.Location {
	name, err := archive.Zone(ctx, user)
	if err != nil || name == "" || name == "Local" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// openTarget opens the archive that is imported into: for a dry run a copy, so
// that it says exactly what an import would do.
func (c importCommand) openTarget(
	ctx context.Context, s *session, settings *config.Config,
) (archive *history.Archive, done func() error, err error) {
	if !c.DryRun {
		archive, err = openArchive(ctx, settings, false)
		if err != nil {
			return nil, nil, err
		}
		warnOfDamage(s, archive)
		return archive, archive.Close, nil
	}
	return daemon.OpenDryRun(ctx, settings, settings.StateDir)
}
