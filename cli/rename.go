// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
)

type renameCommand struct {
	Old string `arg:"" help:"Profile name, or slug, before."`
	New string `arg:"" help:"Profile name in the configuration."`
}

// Help is the long help text.
func (renameCommand) Help() string {
	return "A profile that gets a new name in its place of the list keeps its account, values and entities by itself. " +
		"After other edits that is not certain, and a new sign-in is needed, or this command, before or after the edit. " +
		"A running daemon follows it within seconds."
}

// run says that a profile of the configuration is a former one under another
// name. A running daemon follows the request by itself.
func (r renameCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	before, err := findStored(c, r.Old)
	if err != nil {
		return err
	}
	after, unknown := findProfile(c, r.New)
	if unknown != nil {
		after = config.Profile{Name: r.New, Slug: topics.ProfileSlug(r.New)}
	}
	isOld := func(p config.Profile) bool { return p.Slug == before.Slug }
	pending := unknown != nil || slices.ContainsFunc(c.Withings.Profiles, isOld)
	switch {
	case after.Slug == "" || topics.IsReserved(after.Slug):
		return usageError(fmt.Sprintf("%q cannot be the name of a profile", r.New))
	case after.Slug == before.Slug:
		s.printf("%s has the topic of %s already: nothing to do.\n", after.Name, before.Name)
		return nil
	case unknown == nil && pending:
		return usageError(fmt.Sprintf("%s and %s are both configured: remove %s from the configuration first",
			before.Name, after.Name, before.Name))
	case daemon.StoredAccount(c, after.Slug) != "":
		return fmt.Errorf("%s is signed in already: sign it out first with `vitals2mqtt logout %s`",
			after.Name, after.Slug)
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	if err := folder.RequestRename(before.Slug, after.Slug); err != nil {
		return err
	}
	if pending {
		s.printf("Noted: %s takes over when the configuration lists it instead of %s.\n", after.Name, before.Name)
		return nil
	}
	err = adoptNow(ctx, s, c)
	if errors.Is(err, checkpoint.ErrInUse) {
		s.printf("The running daemon renames %s to %s within a few seconds.\n", before.Name, after.Name)
		return nil
	}
	if err != nil {
		return errors.Join(err, folder.RemoveRenameRequest(after.Slug))
	}
	s.printf("%s has the account of %s now; its values and entities follow at the next start.\n", after.Name, before.Name)
	return nil
}

// adoptNow lets the files follow their profiles. It returns ErrInUse when a
// daemon runs.
func adoptNow(ctx context.Context, s *session, c *config.Config) error {
	folder, err := checkpoint.Open(c.StateDir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	return daemon.AdoptProfiles(ctx, c, folder, tokens, s.newLogger(c))
}

// findStored finds a profile with an account, by name or slug, whether or not it
// is still configured.
func findStored(c *config.Config, name string) (checkpoint.RosterEntry, error) {
	known, err := daemon.KnownProfiles(c)
	if err != nil {
		return checkpoint.RosterEntry{}, err
	}
	var names []string
	for _, p := range known {
		if daemon.StoredAccount(c, p.Slug) == "" {
			continue
		}
		if strings.EqualFold(p.Name, name) || p.Slug == name || p.Slug == topics.ProfileSlug(name) {
			return p, nil
		}
		names = append(names, p.Slug)
	}
	if len(names) == 0 {
		return checkpoint.RosterEntry{}, usageError(fmt.Sprintf("unknown profile %q: no profile has signed in", name))
	}
	return checkpoint.RosterEntry{}, usageError(
		fmt.Sprintf("unknown profile %q; profiles with an account: %s", name, strings.Join(names, ", ")))
}
