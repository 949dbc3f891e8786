package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// exchange fetches from the cursor on, a page at a time, publishes the changes,
// and moves the cursor last, so that a crash repeats records but never skips
// any. It reports whether the response had news.
func (p *poller) exchange(ctx context.Context, e endpoint, fetch fetchFunc, trustAbsence bool) (news bool, err error) {
	q := p.newQuery(e)
	for batch, err := range fetch(ctx, p.Cloud, q) {
		if err != nil {
			return news, p.fail(ctx, e, err)
		}
		update, err := p.apply(ctx, e, q, batch, trustAbsence)
		if errors.Is(err, errAccountChanged) {
			return p.exchange(ctx, e, e.fetch, false)
		}
		if err != nil {
			return news, err
		}
		news = news || update.HasNews()
	}
	return news, nil
}

// errAccountChanged says that the profile was signed in with another account
// during a fetch, so that the response does not match the cursor.
var errAccountChanged = errors.New("bridge: the account has changed")

// apply applies a batch, publishes the changes, and moves the cursor.
func (p *poller) apply(
	ctx context.Context, e endpoint, q query, batch sensors.Batch, trustAbsence bool,
) (sensors.Update, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil { // the cursor has not moved, so the next start fetches again
		return sensors.Update{}, context.Cause(ctx)
	}
	if p.topics.setAccount(p.Cloud.State().UserID) || q.userID != "" && q.userID != p.state.UserID {
		return sensors.Update{}, errAccountChanged
	}
	options := p.applyOptionsLocked(q.cursor)
	options.TrustAbsence = trustAbsence
	options.RejectRemovals = !p.state.AbsentSince.isConfirmed(string(e.name), options.Now)
	update := p.state.Sensors.Apply(batch, options)
	p.publishLocked(update)
	p.advanceLocked(e.name, batch, update)
	return update, nil
}

// newQuery returns the query for fetching an endpoint now.
func (p *poller) newQuery(e endpoint) query {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	from := p.state.Cursors[e.name].clampFuture(now)
	night, _ := p.state.Sensors.NextSeries()
	return query{
		cursor:      from,
		userID:      p.state.UserID,
		now:         now,
		since:       from.queryStart(now),
		lastSuccess: p.endpoints[e.name].lastSuccess,
		night:       night,
		zone:        p.Zone,
		extra:       p.Extra,
	}
}

// applyOptionsLocked returns the options for applying a batch now. p.mu must be
// held.
func (p *poller) applyOptionsLocked(from cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{
		Policy:      p.Policy,
		Now:         time.Now(),
		InitialSync: !from.Backfilled,
		Since:       from.Since,
		Zone:        p.Zone,
	}
}

// advanceLocked moves the cursor of an endpoint after a batch, records a success
// after the last one, and stores the state. p.mu must be held.
func (p *poller) advanceLocked(endpoint sensors.Endpoint, batch sensors.Batch, update sensors.Update) {
	now := time.Now()
	p.plan.alive = now
	p.missing.invalidate()
	p.changes.devices = p.topics.updateDevices(update.Devices, now) || p.changes.devices
	p.state.dirty = p.state.AbsentSince.update(endpoint, update, now) || p.state.dirty
	p.unknown.warn(p.log, p.Slug, update.Unknown)
	received, announced := p.hints.notifiedAt(endpoint)
	p.push.recordNewData(update.Events, received, announced, now)
	advanced := p.state.advance(endpoint, batch, now)
	if !batch.Continues {
		p.endpoints[endpoint].recordSuccess(now, p.roundStart)
		if p.endpoints[endpoint].recordMore(update.More) {
			p.log.Warn().Str("profile", p.Slug).Str("endpoint", string(endpoint)).
				Msg("response was announced to continue and did not; values may be missing")
		}
		advanced = p.state.finish(endpoint, update) || advanced
	}
	p.state.dirty = advanced || len(update.Changed) > 0 || len(update.Gone) > 0 || p.state.dirty
	if len(update.Events) > 0 {
		p.state.save() // even while stopping, because events are sent once they are stored
	} else {
		p.state.saveUnlessStopping()
	}
	p.events.sendNextLocked()
}

// refusedPause is how long an endpoint is paused that the scopes or the plan of
// the account do not include: fetching it every five minutes would not help.
const refusedPause = 24 * time.Hour

// fail records an error and returns it with its endpoint. The end of the
// context does not count as a failure.
func (p *poller) fail(ctx context.Context, e endpoint, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err = fmt.Errorf("%s: %w", e.name, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.plan.alive = now
	p.missing.invalidate()
	health := p.endpoints[e.name]
	health.lastFailure, health.failure = now, err
	p.hints.notify(e.name, p.endpoints[e.name].startedAt, err)
	if e.name == sensors.EndpointDevices {
		p.devices.markKnown(p.Slug)
	}
	p.hints.onError(e.name, err, now)
	if withings.ClassOf(err) == withings.Forbidden {
		health.pausedUntil = now.Add(refusedPause)
	}
	failure := newEndpointFailure(err, now)
	if known, again := p.state.Failing[e.name]; !again || !known.isSameAs(failure) {
		p.state.Failing[e.name], p.state.dirty = failure, true
	}
	return err
}
