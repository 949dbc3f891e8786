// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"encoding/json"
	"fmt"

	"vitals2mqtt/sensors"
)

// archiveLoader reads the archive into the state of one poller.
type archiveLoader struct{ *poller }

// load reads the stored state and the archive. Nothing runs yet.
func (p archiveLoader) load(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.load()
	if id := p.state.UserID; id != "" {
		p.account.Store(&id)
		p.adoptFormerLocked(ctx)
		p.loadRecordsLocked(ctx)
	}
}

// setAccountLocked records the account of the profile, loads what the archive
// has of a new one, and reports whether it replaces another. p.mu must be held.
func (p archiveLoader) setAccountLocked(ctx context.Context, userID string) (replaced bool) {
	before := p.state.UserID
	replaced = p.topics.setAccount(userID)
	if p.state.UserID != before {
		p.publishLocked(p.loadRecordsLocked(ctx))
	}
	return replaced
}

// catchUp loads the archive again when another process has changed it, such as
// an import, or when it could not be read before.
func (p archiveLoader) catchUp(ctx context.Context) {
	p.records.mu.Lock()
	defer p.records.mu.Unlock()
	p.catchUpLocked(ctx)
}

// catchUpLocked does the same; p.records.mu must be held.
func (p archiveLoader) catchUpLocked(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.setAccountLocked(ctx, p.Cloud.State().UserID) || p.state.UserID == "" {
		return
	}
	p.records.told(p.state.UserID, nil)
	revision, err := p.archive.Revision(ctx, p.state.UserID)
	p.records.report(err)
	if err != nil || p.records.loaded == p.state.UserID && revision == p.records.revision {
		return
	}
	p.adoptFormerLocked(ctx)
	p.publishLocked(p.loadRecordsLocked(ctx))
}

// loadRecordsLocked reads the current readings, the cursors and the pending
// events from the archive and returns the difference in the readings. p.mu must
// be held.
func (p archiveLoader) loadRecordsLocked(ctx context.Context) sensors.Update {
	update, err := p.tryLoadRecordsLocked(ctx)
	p.records.report(err)
	if err != nil {
		p.log.Error().Err(err).Str("profile", p.Slug).Msg("could not read the archive; fetching again")
		return sensors.Update{}
	}
	p.records.loaded = p.state.UserID
	p.missing.invalidate()
	p.settled.clear()
	return update
}

func (p archiveLoader) tryLoadRecordsLocked(ctx context.Context) (none sensors.Update, err error) {
	user := p.state.UserID
	revision, err := p.archive.Revision(ctx, user)
	if err != nil {
		return none, fmt.Errorf("reading the archive: %w", err)
	}
	update, err := p.state.loadRecords(ctx, p.archive, p.Profile, p.applyOptionsLocked(sensors.Cursor{}))
	if err != nil {
		return none, err
	}
	pending, err := p.archive.Untold(ctx, user)
	if err != nil {
		return none, fmt.Errorf("reading the pending events: %w", err)
	}
	p.records.report(p.archive.SetProfile(ctx, user, p.Slug))
	p.records.revision = revision
	p.events.restoreLocked(p.state.Sensors.EventsOf(pending))
	return update, nil
}

// adoptFormerLocked moves what a version without an archive has stored to the
// archive. What was measured is fetched again. p.mu must be held.
func (p archiveLoader) adoptFormerLocked(ctx context.Context) {
	if len(p.state.Former) == 0 {
		return
	}
	var former formerState
	err := json.Unmarshal(p.state.Former, &former)
	if err == nil {
		err = former.adopt(ctx, p.archive, p.state.UserID)
	}
	if err != nil {
		p.log.Warn().Err(err).Str("profile", p.Slug).Msg("could not take over the bed presence of an earlier version")
		return
	}
	p.log.Info().Str("profile", p.Slug).Msg("the archive is new; fetching all measurements")
	p.state.Former, p.state.dirty = nil, true
}
