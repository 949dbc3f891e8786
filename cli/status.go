package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/daemon"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

type statusCommand struct {
	Profile string `arg:"" help:"Profile name from the configuration."`
	All     bool   `help:"Include keys that have a value and keys that are not configured."`
	Format  string `enum:"table,json" default:"table" help:"table or json."`
}

func (c statusCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	tokens, err := tokenstore.New(settings.StateDir)
	if err != nil {
		return err
	}
	token, err := tokens.Load(ctx, profile.Slug)
	if err != nil && !errors.Is(err, withings.ErrNoToken) {
		return err
	}
	folder := checkpoint.OpenReadOnly(settings.StateDir)
	explanations, err := bridge.Explain(folder, daemon.Profile(settings, &profile), token)
	if err != nil {
		return err
	}
	shown := explanations[:0:0]
	current := 0
	for _, why := range explanations {
		if why.Reason == bridge.ReasonCurrent {
			current++
		}
		if c.All || why.Reason != bridge.ReasonCurrent && why.Reason != bridge.ReasonNotConfigured {
			shown = append(shown, why)
		}
	}
	if c.Format == "json" {
		encoder := json.NewEncoder(s.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(map[string]any{"profile": profile.Slug, "current": current, "keys": shown})
	}
	s.printf("%s: %d current values", profile.Name, current)
	if len(shown) == 0 {
		s.printf(", none missing.\n")
		return nil
	}
	s.printf(".\n\n")
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tSTATE\tREMARK")
	for _, why := range shown {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", why.Key, reasonText(why.Reason), explanationText(why))
	}
	return table.Flush()
}

// reasonText is a reason for the terminal.
func reasonText(reason bridge.Reason) string {
	return map[bridge.Reason]string{
		bridge.ReasonNotConfigured:  "not configured",
		bridge.ReasonCurrent:        "current",
		bridge.ReasonSignInNeeded:   "sign-in needed",
		bridge.ReasonScopeMissing:   "scope not granted",
		bridge.ReasonNotOnPlan:      "not included in the plan",
		bridge.ReasonFailing:        "endpoint failing",
		bridge.ReasonApplication:    "client id and secret refused",
		bridge.ReasonAmbiguousOnly:  "only ambiguous measurements",
		bridge.ReasonHidden:         "hidden by policy",
		bridge.ReasonNotPolledYet:   "not polled yet",
		bridge.ReasonNoPush:         "needs notifications",
		bridge.ReasonTrackerSilent:  "tracker not syncing",
		bridge.ReasonNeverDelivered: "never received",
	}[reason]
}

func explanationText(why bridge.Explanation) string {
	if why.Reason == bridge.ReasonCurrent {
		return "measured " + why.MeasuredAt.Local().Format(time.DateTime)
	}
	return why.Note
}
