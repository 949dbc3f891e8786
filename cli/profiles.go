// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/health"
	"vitals2mqtt/tokenstore"
)

type profilesCommand struct{ jsonFlag }

// listedProfile is what profiles prints about one.
type listedProfile struct {
	Slug     string   `json:"profile"`
	Name     string   `json:"name"`
	Topic    string   `json:"topic"`
	SignedIn bool     `json:"signed_in"`
	Account  string   `json:"account,omitempty"`
	Scopes   []string `json:"scopes,omitempty"`
	// AccessUntil is the end of the access token, which is renewed by itself.
	AccessUntil time.Time `json:"access_until,omitzero"`
	// Continues is the former slug of a profile that the daemon renames at its next
	// start.
	Continues string `json:"continues,omitempty"`
	// Former is true for one that is no longer configured, and has tokens.
	Former bool `json:"former,omitempty"`
	// Findings are those of the verdict about this profile.
	Findings []health.Status `json:"findings"`
}

func (c profilesCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	renames, err := daemon.PlannedRenames(settings)
	if err != nil {
		return err
	}
	former, err := daemon.FormerProfiles(settings)
	if err != nil {
		return err
	}
	verdict, _, _ := currentVerdict(ctx, settings)
	var listed []listedProfile
	for _, p := range settings.Withings.Profiles {
		entry := listProfile(settings, &p, verdict.Of(p.Slug))
		if !entry.SignedIn {
			entry.Continues = renames[p.Slug]
		}
		listed = append(listed, entry)
	}
	for _, p := range former {
		if !slices.Contains(slices.Collect(maps.Values(renames)), p.Slug) {
			listed = append(listed, listedProfile{Slug: p.Slug, Name: p.Name, Former: true, Findings: []health.Status{}})
		}
	}
	if c.JSON {
		return s.printJSON(listed)
	}
	return writeProfiles(s.Stdout, listed)
}

func listProfile(c *config.Config, p *config.Profile, findings []health.Status) listedProfile {
	entry := listedProfile{
		Slug:     p.Slug,
		Name:     p.Name,
		Topic:    c.MQTT.BaseTopic + "/" + p.Slug,
		Findings: append([]health.Status{}, findings...),
	}
	// A token that cannot be read is a finding.
	if token, _, err := tokenstore.Peek(c.StateDir, p.Slug); err == nil {
		entry.Account, entry.Scopes, entry.AccessUntil = token.UserID, token.Scopes, token.Expiry
	}
	entry.SignedIn = !slices.ContainsFunc(findings, func(f health.Status) bool {
		return f.Subject == health.SignIn && f.Level == health.Failed
	})
	return entry
}

func writeProfiles(out io.Writer, listed []listedProfile) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROFILE\tTOPIC\tSIGNED IN\tACCOUNT\tSCOPES\tRENEWED BEFORE")
	var said []string
	for _, p := range listed {
		if p.Former {
			said = append(said, fmt.Sprintf("%s is no longer configured; its tokens are kept. If it was renamed: "+
				"vitals2mqtt rename %s NEW-NAME. To delete it: vitals2mqtt purge %s", p.Name, p.Slug, p.Slug))
			continue
		}
		signedIn, until := "yes", ""
		switch {
		case p.Continues != "":
			signedIn = "as " + p.Continues + ", from the next start of the daemon"
		case !p.SignedIn && len(health.SignInFindings(p.Findings)) > 0:
			signedIn = "no: vitals2mqtt login " + p.Slug
		case !p.SignedIn: // a sign-in would not help
			signedIn = "no: see below"
		}
		if p.Account != "" {
			until = p.AccessUntil.Local().Format(time.DateTime)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n",
			p.Name, p.Topic, signedIn, p.Account, strings.Join(p.Scopes, ","), until)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, p := range listed {
		for _, f := range p.Findings {
			// The table has said who never signed in.
			if text := strings.TrimSpace(f.Text + " " + f.Remedy); f.Code != health.CodeNotSignedIn && !slices.Contains(said, text) {
				said = append(said, text)
			}
		}
	}
	if len(said) > 0 {
		printTo(out, "\n%s\n", strings.Join(said, "\n"))
	}
	return nil
}
