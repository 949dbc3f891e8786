// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

type showCommand struct {
	jsonFlag

	Profile string   `arg:"" help:"Profile name from the configuration."`
	Keys    []string `arg:"" name:"key" optional:"" help:"Only these sensors (listed by vitals2mqtt sensors)."`

	Since  string `placeholder:"WHEN" help:"Show the past since then instead: 7d, 6mo, 2025-01-31, 2025."`
	Until  string `placeholder:"WHEN" help:"The past before then."`
	Bucket string `placeholder:"SPAN" enum:",none,hour,day,week,month,year" default:"" help:"Combine the past by hour, day, week, month or year; none for single values."`
}

// Help is the long help text.
func (showCommand) Help() string {
	return "The values come from the running daemon, else from its stored state, in the units of the profile. " +
		"With --json, value has the metric value as published, and text the value in the units of the profile.\n\n" +
		"With --since, --until or --bucket, the values come from the archive: a summary of all sensors, or the values of " +
		"those that are named. There are at most 100 lines for each, or 800 with --bucket or --json; more values are combined " +
		"by a larger span. Numbers in JSON are metric."
}

// currentValues are what show prints.
type currentValues struct {
	Profile string         `json:"profile"`
	Source  string         `json:"source"` // sourceDaemon or sourceStored
	Values  []currentValue `json:"values"`
	// Missing are the keys without a value: those that were asked for, else the
	// configured ones.
	Missing []bridge.Explanation `json:"missing"`
}

// currentValue is a value with its age.
type currentValue struct {
	web.Value

	AgeSeconds int64 `json:"age_seconds"`
}

// Where values come from.
const (
	sourceDaemon = "daemon"
	sourceStored = "stored"
)

func (c showCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	if c.Since != "" || c.Until != "" || c.Bucket != "" {
		return c.showPast(ctx, s, settings, &profile)
	}
	explanations, err := explainKeys(ctx, settings, &profile)
	if err != nil {
		return err
	}
	keys, err := findKeys(c.Keys, explanations)
	if err != nil {
		return err
	}
	values, source, err := readValues(ctx, settings, &profile)
	if err != nil {
		return err
	}
	shown := selectValues(values, explanations, keys, time.Now())
	shown.Profile, shown.Source = profile.Slug, source
	if c.JSON {
		err = s.printJSON(shown)
	} else {
		err = s.printValues(profile.Name, shown, len(keys) > 0)
	}
	if err == nil && len(shown.Values) == 0 {
		return noValuesError(&profile, shown)
	}
	return err
}

// explainKeys gives the reason for each key, from the stored state. It changes
// nothing: the command may run as another user than the daemon.
func explainKeys(
	ctx context.Context, c *config.Config, profile *config.Profile,
) ([]bridge.Explanation, error) {
	token, _, err := tokenstore.Peek(c.StateDir, profile.Slug)
	if err != nil && !errors.Is(err, withings.ErrNoToken) {
		return nil, err
	}
	stored, done, err := daemon.OpenStored(ctx, c)
	if err != nil {
		return nil, err
	}
	defer done()
	return stored.Explain(ctx, daemon.Profile(c, profile), token)
}

// findKeys checks that the keys exist, and suggests others.
func findKeys(asked []string, known []bridge.Explanation) (keys []string, err error) {
	for _, key := range asked {
		key = strings.ToLower(key)
		if slices.ContainsFunc(known, func(e bridge.Explanation) bool { return e.Key == key }) {
			keys = append(keys, key)
			continue
		}
		text := fmt.Sprintf("unknown sensor %q", key)
		if nearest, found := sensors.Nearest(key); found {
			text += fmt.Sprintf(", did you mean %q?", nearest)
		} else {
			text += "; `vitals2mqtt sensors` lists them"
		}
		return nil, usageError(text)
	}
	return keys, nil
}

// readValues returns the current values of a profile and of its devices: from
// the daemon if it answers, else as stored. The page does not list the values
// of devices, which change slowly.
func readValues(ctx context.Context, c *config.Config, profile *config.Profile) ([]web.Value, string, error) {
	stored, done, err := daemon.OpenStored(ctx, c)
	if err != nil {
		return nil, "", err
	}
	defer done()
	own, devices, err := stored.Readings(ctx, daemon.Profile(c, profile))
	if err != nil {
		return nil, "", err
	}
	ofDevices := daemon.Values(c, profile, devices)
	if page, enabled := pageOf(c); enabled && checkDaemonRuns(c) == nil {
		ctx, cancel := context.WithTimeout(ctx, overviewTimeout)
		defer cancel()
		overview, err := page.overview(ctx)
		for _, p := range overview.Profiles {
			if err == nil && p.Slug == profile.Slug {
				return append(p.Values, ofDevices...), sourceDaemon, nil
			}
		}
	}
	return append(daemon.Values(c, profile, own), ofDevices...), sourceStored, nil
}

// overviewTimeout bounds a request to the daemon on this machine.
const overviewTimeout = 5 * time.Second

// selectValues picks the values of the keys, or all, and the keys that have
// none.
func selectValues(values []web.Value, known []bridge.Explanation, keys []string, now time.Time) currentValues {
	shown := currentValues{Values: []currentValue{}, Missing: []bridge.Explanation{}}
	has := map[string]bool{}
	for _, value := range values {
		has[value.Key] = true
		if len(keys) == 0 || slices.Contains(keys, value.Key) {
			shown.Values = append(shown.Values, currentValue{value, int64(now.Sub(value.MeasuredAt).Seconds())})
		}
	}
	slices.SortStableFunc(shown.Values, func(a, b currentValue) int { // as they were asked for
		return cmp.Compare(slices.Index(keys, a.Key), slices.Index(keys, b.Key))
	})
	for _, e := range known {
		wanted := slices.Contains(keys, e.Key) || len(keys) == 0 && e.Reason != bridge.ReasonNotConfigured
		if wanted && !has[e.Key] && e.Reason != bridge.ReasonCurrent {
			shown.Missing = append(shown.Missing, e)
		}
	}
	return shown
}

// printValues prints a table, and the reason for missing values that were asked
// for.
func (s *session) printValues(name string, shown currentValues, asked bool) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	if len(shown.Values) > 0 {
		_, _ = fmt.Fprintln(table, "KEY\tVALUE\tMEASURED\tDEVICE")
	}
	for _, value := range shown.Values {
		age := display.Age(time.Now(), value.MeasuredAt)
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", value.Key, value.Shown, age, value.Device)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the values: %w", err)
	}
	switch {
	case len(shown.Values) == 0: // the error says why
		return nil
	case asked:
		for _, why := range shown.Missing {
			s.printf("%s has no value: %s\n", why.Key, missingText(why))
		}
	case len(shown.Missing) > 0:
		s.printf("\n%s no value; `vitals2mqtt status %s` explains why.\n",
			plural(len(shown.Missing), "sensor has", "sensors have"), shown.Profile)
	}
	if shown.Source == sourceStored {
		_, _ = fmt.Fprintf(s.Stderr, "note: as stored by the last run; no running daemon answers for %s\n", name)
	}
	return nil
}

// missingText explains why a key has no value.
func missingText(why bridge.Explanation) string {
	if why.Note != "" {
		return reasonText(why.Reason) + "; " + why.Note
	}
	return reasonText(why.Reason)
}

// noValuesError says why there is nothing to show.
func noValuesError(profile *config.Profile, shown currentValues) error {
	for _, why := range shown.Missing {
		if why.Reason == bridge.ReasonSignInNeeded {
			return fmt.Errorf("%s: %w: vitals2mqtt login %s", profile.Name, withings.ErrSignIn, profile.Slug)
		}
	}
	var reasons []string
	for _, why := range shown.Missing {
		if reason := why.Key + ": " + missingText(why); len(reasons) < maxReasons {
			reasons = append(reasons, reason)
		}
	}
	if len(reasons) == 0 || len(shown.Missing) > len(reasons) {
		return fmt.Errorf("%s has no values; `vitals2mqtt status %s` explains why", profile.Name, profile.Slug)
	}
	return fmt.Errorf("no value of %s", strings.Join(reasons, "; "))
}

// maxReasons is how many reasons fit into an error.
const maxReasons = 5

// plural counts something.
func plural(count int, one, many string) string {
	if count == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", count, many)
}
