// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"slices"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/health"
)

type statusCommand struct {
	jsonFlag

	Profile string `arg:"" optional:"" help:"Profile name from the configuration: also explain why its sensors have no value."`
	All     bool   `help:"List every key, also those with a value and those that are not configured."`
	Format  string `enum:"table,json" default:"table" hidden:"" help:"table or json."`
}

// Help is the long help text.
func (statusCommand) Help() string {
	return "The verdict is that of the running daemon, the same as on its page; without one, its stored state is judged."
}

// statusReport is what status prints.
type statusReport struct {
	// Source is sourceDaemon or sourceStored.
	Source   string          `json:"source"`
	Verdict  health.Verdict  `json:"verdict"`
	Profiles []profileStatus `json:"profiles"`
}

// profileStatus says what a profile has and lacks.
type profileStatus struct {
	Slug    string               `json:"profile"`
	Name    string               `json:"name"`
	Current int                  `json:"current"` // keys with a value
	Keys    []bridge.Explanation `json:"keys"`    // those without one, or all
	// Error is why the stored state cannot be read, "" if it can.
	Error string `json:"error,omitempty"`
	// LeftOut counts records that were left out, by kind and reason.
	LeftOut bridge.LeftOut `json:"left_out,omitempty"`
}

func (c statusCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profiles := settings.Withings.Profiles
	if c.Profile != "" {
		profile, err := findProfile(settings, c.Profile)
		if err != nil {
			return err
		}
		profiles = []config.Profile{profile}
	}
	verdict, fromDaemon, pageErr := currentVerdict(ctx, settings)
	report := statusReport{Source: sourceStored, Verdict: verdict}
	if fromDaemon {
		report.Source = sourceDaemon
	}
	for _, p := range profiles {
		report.Profiles = append(report.Profiles, c.profileStatus(ctx, settings, &p))
	}
	if c.JSON || c.Format == "json" {
		return s.printJSON(report)
	}
	findings := report.Verdict.Findings
	if c.Profile != "" {
		findings = slices.DeleteFunc(slices.Clone(findings), func(f health.Status) bool {
			return f.Profile != "" && f.Profile != profiles[0].Slug
		})
	}
	report.writeVerdict(s.Stdout, findings, pageErr)
	if others := len(report.Verdict.Findings) - len(findings); others > 0 {
		s.printf("\n%s about other profiles (see `vitals2mqtt status`)\n", plural(others, "finding", "findings"))
	}
	for i, status := range report.Profiles {
		if i == 0 || c.All {
			s.printf("\n")
		}
		switch {
		case status.Error != "":
			s.printf("%s: %s\n", status.Name, status.Error)
		case c.All:
			err = status.writeEveryKey(s.Stdout)
		case c.Profile != "":
			status.writeMissing(s.Stdout)
		default:
			s.printf("%s\n", status.summary())
		}
	}
	return err
}

func (c statusCommand) profileStatus(
	ctx context.Context, settings *config.Config, profile *config.Profile,
) profileStatus {
	status := profileStatus{Slug: profile.Slug, Name: profile.Name, Keys: []bridge.Explanation{}}
	explanations, err := explainKeys(ctx, settings, profile)
	if err != nil {
		status.Error = err.Error()
		return status
	}
	for _, why := range explanations {
		if why.Reason == bridge.ReasonCurrent {
			status.Current++
		}
		if c.All || why.Reason != bridge.ReasonCurrent && why.Reason != bridge.ReasonNotConfigured {
			status.Keys = append(status.Keys, why)
		}
	}
	stored, done, err := daemon.OpenStored(ctx, settings)
	if err == nil {
		defer done()
		status.LeftOut, err = stored.LeftOut(ctx, daemon.Profile(settings, profile))
	}
	if err != nil {
		status.Error = err.Error()
	}
	return status
}
