// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/tokenstore"
)

// renameLockTimeout bounds the wait for the tokens of a profile, which a
// command may be changing.
const renameLockTimeout = 15 * time.Second

// AdoptProfiles lets the files of profiles follow them to their new slugs, when
// the configuration has renamed them. Nothing may run yet.
func AdoptProfiles(
	ctx context.Context, c *config.Config, folder *checkpoint.Folder, tokens *tokenstore.File, log zerolog.Logger,
) error {
	roster, err := folder.Roster()
	if damaged, ok := errors.AsType[*checkpoint.DamagedError](err); ok {
		log.Error().Err(damaged).Msg("list of profiles is unreadable; renamed profiles must sign in again")
	} else if err != nil {
		return err
	}
	mover := profileMover{folder: folder, tokens: tokens}
	if roster, err = mover.resume(ctx, roster); err != nil {
		return err
	}
	requests, err := folder.RenameRequests()
	if err != nil {
		return err
	}
	now := configuredProfiles(c)
	plan := roster.Plan(now, storedProfiles{c.StateDir, folder}, requests)
	if roster, err = mover.resume(ctx, plan.Roster); err != nil {
		return err
	}
	if err := folder.SaveRoster(roster); err != nil {
		return err
	}
	for _, renamed := range plan.Renamed {
		log.Info().Str("profile", renamed.To).Str("former", renamed.From).
			Msg("profile renamed; it keeps its account, values and entities")
	}
	for _, gone := range plan.Unclear {
		log.Warn().Str("profile", gone.Slug).Str("remedy", "vitals2mqtt rename "+gone.Slug+" NEW-NAME").
			Msg("profile no longer configured; its sign-in is kept in case it was renamed")
	}
	for to := range requests {
		if !isApplicable(requests, to, now) {
			continue // it is for a later configuration
		}
		if err := folder.RemoveRenameRequest(to); err != nil {
			log.Warn().Err(err).Str("profile", to).Msg("could not delete a request to rename; it has no effect any more")
		}
	}
	return nil
}

// watchRenameRequests reports that a request for this configuration was added.
func watchRenameRequests(
	ctx context.Context, folder *checkpoint.Folder, c *config.Config, interval time.Duration,
) <-chan struct{} {
	added, now := make(chan struct{}), configuredProfiles(c)
	before, _ := folder.RenameRequests() // those that cannot be read cannot be followed either
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(untilTick(interval)):
			}
			requests, _ := folder.RenameRequests()
			for to, from := range requests {
				if before[to] != from && isApplicable(requests, to, now) {
					close(added)
					return
				}
			}
		}
	}()
	return added
}

// isApplicable reports whether a request concerns this configuration: it has
// the new slug, and no longer the former one.
func isApplicable(requests map[string]string, to string, now []checkpoint.RosterEntry) bool {
	has := func(slug string) bool {
		return slices.ContainsFunc(now, func(e checkpoint.RosterEntry) bool { return e.Slug == slug })
	}
	return has(to) && !has(requests[to])
}

func configuredProfiles(c *config.Config) []checkpoint.RosterEntry {
	entries := make([]checkpoint.RosterEntry, 0, len(c.Withings.Profiles))
	for _, p := range c.Withings.Profiles {
		entries = append(entries, checkpoint.RosterEntry{Name: p.Name, Slug: p.Slug})
	}
	return entries
}

// profileMover gives the files of profiles other slugs. A list of moves in the
// roster survives a crash: the next start continues it.
type profileMover struct {
	folder *checkpoint.Folder
	tokens *tokenstore.File
}

// resume carries out the moves of a roster, and returns it without them. First
// all files are taken out of the way, because profiles can exchange slugs. The
// roster is stored with them, so that a second comparison does not exchange
// them back.
func (m profileMover) resume(ctx context.Context, roster checkpoint.Roster) (checkpoint.Roster, error) {
	if len(roster.Moves) == 0 {
		return roster, nil
	}
	unlock, err := m.lock(ctx, roster.Moves)
	if err != nil {
		return roster, err
	}
	defer unlock()
	for _, step := range m.steps(ctx, roster) {
		if err := step(); err != nil {
			return roster, err
		}
	}
	roster.Moves, roster.Staged = nil, false
	return roster, nil
}

// steps are what remains to be done for a roster, in order. The process may be
// killed after any of them: then the steps for the stored roster, some of them
// repeated, lead to the same result.
func (m profileMover) steps(ctx context.Context, roster checkpoint.Roster) (steps []func() error) {
	if !roster.Staged {
		begun := roster
		steps = append(steps, func() error { return m.folder.SaveRoster(begun) })
		for _, move := range roster.Moves {
			if move.KeepTokens { // now, because another profile may get the slug
				steps = append(steps, func() error { return m.tokens.Delete(ctx, move.From) })
			} else {
				steps = append(steps, func() error { return m.tokens.Stage(move.From, move.To) })
			}
			steps = append(steps, func() error { return m.folder.Stage(move.From, move.To) })
		}
		roster.Staged = true
		steps = append(steps, func() error { return m.folder.SaveRoster(roster) })
	}
	for _, move := range roster.Moves {
		if !move.KeepTokens {
			steps = append(steps, func() error { return m.tokens.Unstage(move.To) })
		}
		steps = append(steps, func() error { return m.folder.Unstage(move.To) })
	}
	return steps
}

// lock locks the tokens of all profiles that are moved, in a fixed order.
func (m profileMover) lock(ctx context.Context, moves []checkpoint.Move) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, renameLockTimeout)
	defer cancel()
	var slugs []string
	for _, move := range moves {
		slugs = append(slugs, move.From, move.To)
	}
	slices.Sort(slugs)
	var held []func()
	unlock = func() {
		for _, release := range slices.Backward(held) {
			release()
		}
	}
	for _, slug := range slices.Compact(slugs) {
		release, err := m.tokens.Lock(ctx, slug)
		if err != nil {
			unlock()
			return nil, fmt.Errorf("renaming profiles: %w", err)
		}
		held = append(held, release)
	}
	return unlock, nil
}
