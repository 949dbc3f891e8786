// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"errors"
	"slices"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// storedProfiles tells which accounts are stored in a state directory.
type storedProfiles struct {
	stateDir string
	folder   *checkpoint.Folder
}

// Account implements checkpoint.Accounts.
func (s storedProfiles) Account(slug string) string {
	token, _, err := tokenstore.Peek(s.stateDir, slug)
	switch {
	case err == nil:
		return cmp.Or(token.UserID, checkpoint.UnknownAccount)
	case !errors.Is(err, withings.ErrNoToken):
		return checkpoint.UnknownAccount
	}
	var state struct {
		UserID string `json:"user_id"`
	}
	// Read-only, so that a damaged file stays for the poller to report.
	if _, err := checkpoint.OpenReadOnly(s.stateDir).Load(slug, &state); err != nil {
		return checkpoint.UnknownAccount
	}
	return state.UserID
}

// Slugs implements checkpoint.Accounts.
func (s storedProfiles) Slugs() []string {
	slugs, _ := s.folder.Profiles() // a folder that cannot be listed fails elsewhere
	signedIn, _ := tokenstore.List(s.stateDir)
	slugs = append(slugs, signedIn...)
	slices.Sort(slugs)
	return slices.DeleteFunc(slices.Compact(slugs), topics.IsReserved) // the ledger of the bridge
}

// StoredAccount is the account that is stored under a slug, "" for none, or
// checkpoint.UnknownAccount.
func StoredAccount(c *config.Config, slug string) string {
	return storedProfiles{c.StateDir, checkpoint.OpenReadOnly(c.StateDir)}.Account(slug)
}

// KnownProfiles lists the profiles of the last start, the former ones, and
// those that only have files. They may not be configured any more.
func KnownProfiles(c *config.Config) ([]checkpoint.RosterEntry, error) {
	folder := checkpoint.OpenReadOnly(c.StateDir)
	roster, err := folder.Roster()
	if _, damaged := errors.AsType[*checkpoint.DamagedError](err); err != nil && !damaged {
		return nil, err
	}
	return roster.Known(storedProfiles{c.StateDir, folder}), nil
}

// FormerProfiles lists the profiles that are no longer configured and have
// tokens.
func FormerProfiles(c *config.Config) ([]checkpoint.RosterEntry, error) {
	known, err := KnownProfiles(c)
	return slices.DeleteFunc(known, func(e checkpoint.RosterEntry) bool {
		_, _, err := tokenstore.Peek(c.StateDir, e.Slug)
		return errors.Is(err, withings.ErrNoToken) ||
			slices.ContainsFunc(c.Withings.Profiles, func(p config.Profile) bool { return p.Slug == e.Slug })
	}), err
}

// PlannedRenames are what the next start of the daemon will do: the former
// profiles whose account it gives to profiles of the configuration, by slug.
func PlannedRenames(c *config.Config) (map[string]string, error) {
	folder := checkpoint.OpenReadOnly(c.StateDir)
	roster, err := folder.Roster()
	if _, damaged := errors.AsType[*checkpoint.DamagedError](err); err != nil && !damaged {
		return nil, err
	}
	requests, err := folder.RenameRequests()
	if err != nil {
		return nil, err
	}
	planned := map[string]string{}
	for _, move := range roster.Plan(configuredProfiles(c), storedProfiles{c.StateDir, folder}, requests).Renamed {
		planned[move.To] = move.From
	}
	return planned, nil
}
