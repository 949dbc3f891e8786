// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"fmt"
	"iter"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// newMirror returns what copies the archive to the database of history.mirror,
// nil without one.
func newMirror(
	c *config.Config, archive *history.Archive, state bridge.StateStore, spread *jitter.Source, log zerolog.Logger,
) (*mirror.Mirror, error) {
	target := c.History.Mirror
	if target.URL == "" {
		return nil, nil //nolint:nilnil // no mirror is not an error
	}
	m, err := mirror.New(mirror.Options{
		Target:   mirror.Target(target),
		Source:   MirrorSource{archive},
		Accounts: func(ctx context.Context) []mirror.Account { return mirroredAccounts(ctx, c, archive, state, log) },
		Jitter:   spread,
		Log:      log,
	})
	if err != nil {
		return nil, fmt.Errorf("history.mirror: %w", err)
	}
	return m, nil
}

// mirroredAccounts are the accounts of the configured profiles that have signed
// in.
func mirroredAccounts(
	ctx context.Context, c *config.Config, archive *history.Archive, state bridge.StateStore, log zerolog.Logger,
) []mirror.Account {
	var accounts []mirror.Account
	for _, p := range c.Withings.Profiles {
		account, found, err := bridge.LoadStoredAccount(state, p.Slug)
		if err != nil {
			log.Debug().Err(err).Str("profile", p.Slug).Msg("mirror cannot tell the account of a profile")
		}
		if !found || err != nil {
			continue
		}
		accounts = append(accounts, mirror.Account{
			User:    account.UserID,
			Profile: p.Slug,
			Zone:    AccountZone(ctx, archive, account.UserID),
		})
	}
	return accounts
}

// MirrorSource is the archive as the mirror reads it.
type MirrorSource struct{ *history.Archive }

// Changed implements mirror.Source. Of the sessions of a night only the one that
// counts is the night.
func (s MirrorSource) Changed(ctx context.Context, user string, after int64) iter.Seq2[mirror.Change, error] {
	return func(yield func(mirror.Change, error) bool) {
		for stored, err := range s.Archive.Changed(ctx, user, after) {
			change := mirror.Change{Sequence: stored.Sequence, Item: transfer.Item{
				Kind:   stored.Kind,
				Nap:    stored.Kind == sensors.KindNights && stored.Part != string(sensors.PartNight),
				Record: stored.Record,
			}}
			if !yield(change, err) || err != nil {
				return
			}
		}
	}
}

// mirroredArchive tells the mirror what the bridge has stored, what returns
// memory, and what draws pictures.
type mirroredArchive struct {
	*history.Archive

	mirror *mirror.Mirror
	memory *memoryReturner
	images *imagePublisher // nil without pictures
}

// Apply implements bridge.Archive.
func (a mirroredArchive) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (sensors.Changes, error) {
	changes, err := a.Archive.Apply(ctx, user, b, o, at)
	a.memory.stored(len(changes.Put))
	if len(changes.Put)+len(changes.Gone) > 0 {
		a.images.notify()
	}
	if a.mirror != nil && len(changes.Put)+len(changes.Gone) > 0 {
		a.mirror.Notify()
	}
	return changes, err
}

// StoreWaveform implements bridge.Archive.
func (a mirroredArchive) StoreWaveform(
	ctx context.Context, user string, id int64, w sensors.Waveform,
) (stored bool, err error) {
	stored, err = a.Archive.StoreWaveform(ctx, user, id, w)
	if stored {
		a.images.notify()
	}
	return stored, err
}

// mirrorFacts are what the verdict needs to know of the mirror.
func mirrorFacts(m *mirror.Mirror) *health.Copy {
	if m == nil {
		return nil
	}
	var facts health.Copy
	if problem := m.Status().Problem; problem != nil {
		facts.Error, facts.Remedy = problem.Text, problem.Remedy
		facts.Since, facts.NextTry = problem.Since, problem.NextTry
	}
	return &facts
}
