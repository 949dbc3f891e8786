package bridge

import (
	"context"
	"fmt"

	"vitals2mqtt/sensors"
)

// setAccountLocked records the account of the profile, loads what the archive
// has of a new one, and reports whether it replaces another. p.mu must be held.
func (p *poller) setAccountLocked(ctx context.Context, userID string) (replaced bool) {
	before := p.state.UserID
	replaced = p.topics.setAccount(userID)
	if p.state.UserID != before {
		p.publishLocked(p.loadRecordsLocked(ctx))
	}
	return replaced
}

// catchUp loads the archive again when another process has changed it, such as
// an import, or when it could not be read before.
func (p *poller) catchUp(ctx context.Context) {
	p.records.mu.Lock()
	defer p.records.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.setAccountLocked(ctx, p.Cloud.State().UserID) || p.state.UserID == "" {
		return
	}
	revision, err := p.archive.Revision(ctx, p.state.UserID)
	p.records.report(err)
	if p.records.loaded == p.state.UserID && (err != nil || revision == p.records.revision) {
		return
	}
	p.publishLocked(p.loadRecordsLocked(ctx))
}

// loadRecordsLocked reads the current readings, the cursors and the pending
// events from the archive and returns the difference in the readings. p.mu must
// be held.
func (p *poller) loadRecordsLocked(ctx context.Context) sensors.Update {
	update, err := p.tryLoadRecordsLocked(ctx)
	p.records.report(err)
	if err != nil {
		p.log.Error().Err(err).Str("profile", p.Slug).Msg("could not read the archive; fetching again")
		return sensors.Update{}
	}
	p.records.loaded = p.state.UserID
	p.missing.invalidate()
	return update
}

func (p *poller) tryLoadRecordsLocked(ctx context.Context) (none sensors.Update, err error) {
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

// loadRecords reads the current readings and the cursors of the account from
// the archive and returns the difference in the readings.
func (r *profileState) loadRecords(
	ctx context.Context, archive Archive, profile Profile, o sensors.ApplyOptions,
) (none sensors.Update, err error) {
	zone, err := archive.Zone(ctx, r.UserID)
	if err != nil {
		return none, fmt.Errorf("reading the archive: %w", err)
	}
	cursors := map[sensors.Endpoint]sensors.Cursor{}
	for _, endpoint := range endpointsOf(profile) {
		at, err := archive.Cursor(ctx, r.UserID, endpoint)
		if err != nil {
			return none, fmt.Errorf("reading the archive: %w", err)
		}
		if at != (sensors.Cursor{}) {
			cursors[endpoint] = at
		}
	}
	update, err := r.Sensors.Reload(o, func(w sensors.Window) ([]sensors.Record, error) {
		return archive.Window(ctx, r.UserID, w, profile.Policy)
	})
	if err != nil {
		return none, fmt.Errorf("reading the archive: %w", err)
	}
	r.Sensors.SetZone(zone)
	r.Cursors = cursors
	return update, nil
}
