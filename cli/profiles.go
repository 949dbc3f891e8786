package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/config"
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
	// Findings are those of the verdict about this profile.
	Findings []health.Status `json:"findings"`
}

func (c profilesCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	verdict, _, _ := currentVerdict(ctx, settings)
	var listed []listedProfile
	for _, p := range settings.Withings.Profiles {
		listed = append(listed, listProfile(settings, &p, verdict.Of(p.Slug)))
	}
	if c.JSON {
		return s.printJSON(listed)
	}
	return s.printProfiles(listed)
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
	entry.SignedIn = entry.Account != "" && len(health.SignInFindings(findings)) == 0
	return entry
}

func (s *session) printProfiles(listed []listedProfile) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROFILE\tTOPIC\tSIGNED IN\tACCOUNT\tSCOPES\tACCESS UNTIL")
	for _, p := range listed {
		signedIn, until := "yes", ""
		if !p.SignedIn {
			signedIn = "no: vitals2mqtt login " + p.Slug
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
	var said []string
	for _, p := range listed {
		for _, f := range p.Findings {
			// The table has said who never signed in.
			if text := strings.TrimSpace(f.Text + " " + f.Remedy); f.Code != health.CodeNotSignedIn && !slices.Contains(said, text) {
				said = append(said, text)
			}
		}
	}
	if len(said) > 0 {
		s.printf("\n%s\n", strings.Join(said, "\n"))
	}
	return nil
}
