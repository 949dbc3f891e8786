package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

type logoutCommand struct {
	Profile      string `arg:"" help:"Profile name from the configuration."`
	ForgetAnyway bool   `help:"Delete the tokens even if revoking the consent is not confirmed."`
}

func (l logoutCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(c, l.Profile)
	if err != nil {
		return err
	}
	message, err := s.signOut(ctx, c, profile.Slug, profile.Name, l.ForgetAnyway)
	switch {
	case err != nil:
		return err
	case message == "":
		s.printf("%s is not signed in.\n", profile.Name)
	default:
		s.printf("%s is signed out. %s", profile.Name, message)
	}
	return nil
}

type profilesCommand struct{}

func (profilesCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	renames, err := daemon.PlannedRenames(c)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROFILE\tTOPIC\tSIGNED IN\tACCOUNT\tSCOPES\tACCESS UNTIL")
	for _, p := range c.Withings.Profiles {
		topic := c.MQTT.BaseTopic + "/" + p.Slug
		token, err := tokens.Load(ctx, p.Slug)
		switch {
		case errors.Is(err, withings.ErrNoToken) && renames[p.Slug] != "":
			_, _ = fmt.Fprintf(table, "%s\t%s\tas %s, from the next start of the daemon\t\t\t\n", p.Name, topic, renames[p.Slug])
		case errors.Is(err, withings.ErrNoToken):
			_, _ = fmt.Fprintf(table, "%s\t%s\tno: vitals2mqtt login %s\t\t\t\n", p.Name, topic, p.Slug)
		case err != nil:
			return err
		default:
			_, _ = fmt.Fprintf(table, "%s\t%s\tyes\t%s\t%s\t%s\n", p.Name, topic, token.UserID,
				strings.Join(token.Scopes, ","), token.Expiry.Local().Format(time.DateTime))
		}
	}
	return errors.Join(table.Flush(), printFormerProfiles(s.Stdout, c, renames))
}

// printFormerProfiles lists the profiles that are not configured any more and
// still have tokens.
func printFormerProfiles(out io.Writer, c *config.Config, renames map[string]string) error {
	former, err := daemon.FormerProfiles(c)
	if err != nil {
		return err
	}
	for _, p := range former {
		if slices.Contains(slices.Collect(maps.Values(renames)), p.Slug) {
			continue
		}
		printTo(out, "%s is no longer configured; its tokens are kept. If it was renamed: "+
			"vitals2mqtt rename %s NEW-NAME. To delete it: vitals2mqtt purge %s\n", p.Name, p.Slug, p.Slug)
	}
	return nil
}
