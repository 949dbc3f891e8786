// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/homeassistant"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
)

type statisticsCommand struct {
	jsonFlag

	Profile   string             `arg:"" help:"Profile name from the configuration."`
	Keys      []string           `arg:"" name:"key" optional:"" help:"Only these sensors (listed by vitals2mqtt sensors)."`
	Mode      homeassistant.Mode `enum:"entity,external" default:"entity" help:"entity: before what Home Assistant has recorded of each entity; external: as statistics of their own."`
	Since     string             `placeholder:"WHEN" help:"Only what was measured since then: 2y, 2025-01-31."`
	Hold      int                `placeholder:"DAYS" help:"Repeat a measurement in the hours after it for so many days."`
	DryRun    bool               `help:"Only print what would be sent or removed."`
	Remove    bool               `help:"Remove what was imported, nothing else."`
	URL       string             `name:"url" placeholder:"URL" help:"Address of Home Assistant (else homeassistant.url)."`
	TokenFile string             `placeholder:"FILE" help:"File with an access token (else homeassistant.token)."`
}

// Help is the long help text.
func (statisticsCommand) Help() string {
	return "It brings the archive into the long-term statistics of Home Assistant, so that its graphs show the years " +
		"before the first start. Only hours before those that Home Assistant has recorded itself are written; everything " +
		"that is sent is read back. It can be interrupted and repeated. It needs a long-lived access token of an " +
		"administrator; inside the Home Assistant app none."
}

// Validate checks the flags.
func (c statisticsCommand) Validate() error {
	const maxHold = 366
	if c.Hold < 0 || c.Hold > maxHold {
		return fmt.Errorf("--hold must be from 0 to %d days", maxHold)
	}
	if c.Remove && (c.Since != "" || c.Hold != 0) {
		return errors.New("--remove removes all that was imported: it has no --since and no --hold")
	}
	return nil
}

func (c statisticsCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	keys, err := c.keys(daemon.Profile(settings, &profile))
	if err != nil {
		return err
	}
	access, err := c.access(settings)
	if err != nil {
		return err
	}
	user, err := findAccount(settings, &profile)
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, true)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	zone := daemon.AccountZone(ctx, archive, user)
	since, err := parseWhen(c.Since, time.Now(), zone)
	if err != nil {
		return err
	}
	client, err := homeassistant.Dial(ctx, access)
	if err != nil {
		return err
	}
	defer client.Close()
	importer := &homeassistant.Importer{
		Client:  client,
		Source:  daemon.StatisticsSource{Archive: archive, User: user, Zone: zone},
		Journal: daemon.StatisticsJournal(settings),
	}
	outcomes, err := c.work(ctx, s, importer, homeassistant.Job{
		Mode:   c.Mode,
		Series: daemon.StatisticsSeries(daemon.Profile(settings, &profile), user, keys),
		Since:  since,
		Hold:   time.Duration(c.Hold) * 24 * time.Hour,
		DryRun: c.DryRun,
	})
	return errors.Join(c.print(s, outcomes), err)
}

// access is how to reach Home Assistant.
func (c statisticsCommand) access(settings *config.Config) (homeassistant.Options, error) {
	o := homeassistant.Options{URL: settings.HomeAssistant.URL, Token: settings.HomeAssistant.Token}
	if c.URL != "" {
		o.URL = c.URL
	}
	if c.TokenFile != "" {
		token, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return o, fmt.Errorf("reading the access token: %w", err)
		}
		o.Token = secret.New(strings.TrimSpace(string(token)))
	}
	switch {
	case o.URL == "":
		return o, usageError("where is Home Assistant? Set homeassistant.url, or use --url")
	case o.Token.IsEmpty():
		return o, usageError("an access token of an administrator of Home Assistant is needed (user profile, Security, " +
			"Long-lived access tokens): set homeassistant.token, or use --token-file")
	}
	if _, err := homeassistant.WebsocketURL(o.URL); err != nil {
		return o, usageError(err.Error())
	}
	return o, nil
}

// keys are what to import or remove.
func (c statisticsCommand) keys(profile bridge.Profile) ([]string, error) {
	switch {
	case len(c.Keys) > 0:
		return findStatistics(profile, c.Keys)
	case c.Remove: // also of keys that are no longer configured
		keys := slices.Concat(sensors.Keys(), profile.Keys)
		slices.Sort(keys)
		return slices.Compact(keys), nil
	}
	return profile.Keys, nil
}

// findStatistics checks the keys that were asked for.
func findStatistics(profile bridge.Profile, asked []string) (keys []string, err error) {
	for _, key := range asked {
		key = strings.ToLower(key)
		row, known := profile.Row(key)
		nearest, similar := sensors.Nearest(key)
		switch {
		case known && daemon.HasStatistics(row):
			keys = append(keys, key)
		case known:
			return nil, usageError(fmt.Sprintf("%s is not a number that Home Assistant makes statistics of", key))
		case similar:
			return nil, usageError(fmt.Sprintf("unknown sensor %q, did you mean %q?", key, nearest))
		default:
			return nil, usageError(fmt.Sprintf("unknown sensor %q; `vitals2mqtt sensors` lists them", key))
		}
	}
	return keys, nil
}

// work imports or removes, and shows how far it is.
func (c statisticsCommand) work(
	ctx context.Context, s *session, importer *homeassistant.Importer, job homeassistant.Job,
) ([]homeassistant.Outcome, error) {
	shown := newProgress(s.Stderr, "statistics", "sensors", int64(len(job.Series)))
	defer shown.Close()
	job.Progress = func(key string, done, total int) {
		shown.Describe(fmt.Sprintf("%s (%d of %d hours)", key, done, total))
	}
	job.Finished = func() { shown.Add(1) }
	if c.Remove {
		return importer.Remove(ctx, job)
	}
	return importer.Import(ctx, job)
}
