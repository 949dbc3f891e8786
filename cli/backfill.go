// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

type backfillCommand struct {
	jsonFlag

	Profile string   `arg:"" help:"Profile name from the configuration."`
	Since   string   `placeholder:"WHEN" help:"Only back to this time, such as 1y or 2020-01-31."`
	Kind    []string `placeholder:"KIND" help:"Only these records: measures, nights, days, workouts, heart, sounds."`
	Minutes bool     `help:"Also the minutes of each day and night."`
}

// Help is the long help text.
func (backfillCommand) Help() string {
	return "The daemon reads all years when it starts for the first time; this reads them again, or the minutes, which it " +
		"does not read. With --since it also finds what was deleted in that time. --minutes makes one request for each " +
		"day and each night, and so takes two hours for ten years. The daemon may be running: at most half of the " +
		"requests that Withings allows are made. After an interruption the same command goes on where it stopped."
}

func (c backfillCommand) run(ctx context.Context, s *session) (err error) {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	kinds, err := c.parseKinds()
	if err != nil {
		return err
	}
	since, err := parseWhen(c.Since, time.Now(), time.Local)
	if err != nil {
		return err
	}
	account, err := openAccount(s, settings, &profile)
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	warnOfDamage(s, archive)
	work := bridge.Backfill{
		Cloud:   account.Account,
		Archive: archive,
		UserID:  account.user,
		Since:   since,
		Kinds:   kinds,
		Minutes: c.Minutes,
		Policy:  settings.Withings.Attributions,
		Zone:    zoneOr(ctx, archive, account.user, time.Local),
		Extra:   settings.Withings.ExtraTypes,
	}
	return c.backfill(ctx, s, &work, profile.Slug)
}

// backfill reads the past and prints what came.
func (c backfillCommand) backfill(ctx context.Context, s *session, work *bridge.Backfill, slug string) error {
	result := backfillResult{Profile: slug}
	shown := newProgress(s.Stderr, "backfill", "records", 0)
	work.OnStep = func(step bridge.BackfillStep) {
		result.add(step)
		shown.Describe(string(step.Kind))
		shown.Add(int64(step.Records))
	}
	refused, failed := work.Run(ctx)
	shown.Close()
	result.setRefused(refused)
	result.Complete = failed == nil && len(refused) == 0
	if err := result.report(s, c.JSON); err != nil {
		return errors.Join(failed, err)
	}
	if failed != nil && ctx.Err() != nil {
		return fmt.Errorf("%w; the same command goes on where it was", failed)
	}
	return errors.Join(failed, result.failure())
}

// parseKinds returns the kinds of the flag.
func (c backfillCommand) parseKinds() ([]sensors.Kind, error) {
	known := bridge.BackfillKinds()
	kinds := make([]sensors.Kind, 0, len(c.Kind))
	for _, text := range c.Kind {
		kind := sensors.Kind(text)
		if !slices.Contains(known, kind) {
			var names []string
			for _, k := range known {
				names = append(names, string(k))
			}
			return nil, usageError(fmt.Sprintf("unknown kind %q; kinds: %s", text, strings.Join(names, ", ")))
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// signedInAccount is the access to an account of the cloud.
type signedInAccount struct {
	*withings.Account

	user string
}

// openAccount opens the account that a profile is signed in with.
func openAccount(s *session, c *config.Config, profile *config.Profile) (signedInAccount, error) {
	user, err := signedInUser(c, profile)
	if err != nil {
		return signedInAccount{}, err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return signedInAccount{}, err
	}
	client, err := s.newCloud(c)
	if err != nil {
		return signedInAccount{}, err
	}
	return signedInAccount{client.Account(profile.Slug, tokens), user}, nil
}

// zoneOr is the time zone of an account, or another while it is not known.
func zoneOr(ctx context.Context, archive *history.Archive, user string, other *time.Location) *time.Location {
	if zone := accountZone(ctx, archive, user); zone != nil {
		return zone
	}
	return other
}
