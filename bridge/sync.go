// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// endpointSync reads the endpoints of one poller into the archive.
type endpointSync struct{ *poller }

// exchange fetches from the cursor on, a page at a time: it stores the records
// of a page together with the cursor, and publishes what they change. A crash in
// between publishes the stored records at the next start. It reports whether
// the response had news.
func (p endpointSync) exchange(ctx context.Context, e endpoint, fetch fetchFunc, trustAbsence bool) (news bool, err error) {
	news, err = p.read(ctx, e, fetch, trustAbsence)
	if errors.Is(err, errCursorChanged) {
		return p.exchange(ctx, e, e.fetch, false)
	}
	return news, err
}

// read is exchange without another attempt when the cursor changes.
func (p endpointSync) read(ctx context.Context, e endpoint, fetch fetchFunc, trustAbsence bool) (news bool, err error) {
	q := p.newQuery(e)
	for batch, err := range fetch(ctx, p.Cloud, q) {
		if err != nil {
			return news, p.fail(ctx, e, err)
		}
		seen := summarize(batch.Records) // before they are handed over
		update, err := p.apply(ctx, e, &q, batch, trustAbsence)
		if err != nil {
			return news, err
		}
		news = news || update.HasNews()
		p.note(e, seen)
	}
	return news, nil
}

// errCursorChanged says that the cursor of a fetch is another one meanwhile: the
// profile was signed in with another account, the archive could not be read
// before, or a new one was begun.
var errCursorChanged = errors.New("bridge: the cursor has changed")

// apply stores a batch with the cursor after it, and publishes the changes.
func (p endpointSync) apply(
	ctx context.Context, e endpoint, q *query, batch sensors.Batch, trustAbsence bool,
) (sensors.Update, error) {
	p.records.mu.Lock()
	defer p.records.mu.Unlock()
	if ctx.Err() != nil { // the cursor has not moved, so the next start fetches again
		return sensors.Update{}, context.Cause(ctx)
	}
	digest := p.settled.digest(batch)
	if update, settled := p.skipSettled(e, q, batch, digest); settled {
		return update, nil
	}
	archiveLoader(p).catchUpLocked(ctx) // a new file must not get the cursor of the old one
	options, err := p.prepareApply(ctx, e, q, trustAbsence)
	if err != nil {
		return sensors.Update{}, err
	}
	next := advanceCursor(q.cursor, batch, time.Now())
	done, err := p.store(ctx, batch, options, sensors.Progress{Endpoint: e.name, Cursor: next})
	if err != nil {
		return sensors.Update{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done.stored && !done.Rejected {
		p.state.Cursors[e.name], q.cursor = next, next
	}
	if done.settled {
		p.settled.add(e.name, digest, done.confirmed, options.Now)
	}
	p.missing.invalidate()
	p.recordBatchLocked(e.name, done.Update, !batch.Continues)
	return done.Update, nil
}

// skipSettled records a response that would change nothing, and reports whether
// it is one. The archive is not asked: whether another process has changed it is
// known from the start of the round. p.records.mu must be held.
func (p endpointSync) skipSettled(
	e endpoint, q *query, batch sensors.Batch, digest uint64,
) (update sensors.Update, settled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, user := time.Now(), p.state.UserID
	from := q.cursor
	from.RereadAt = p.state.Cursors[e.name].RereadAt // it may have been reread meanwhile
	if batch.Continues || batch.Devices != nil || q.userID != user || p.Cloud.State().UserID != user ||
		!p.isLoadedLocked() || from != p.state.Cursors[e.name] || advanceCursor(from, batch, now) != from ||
		!p.settled.has(e.name, batch, digest, now) {
		return sensors.Update{}, false
	}
	update = sensors.Update{Complete: batch.Range != nil, More: batch.More, LeftOut: batch.LeftOut, Cursor: batch.Cursor}
	p.recordBatchLocked(e.name, update, true)
	return update, true
}

// prepareApply returns the options for applying a batch, or errCursorChanged.
func (p endpointSync) prepareApply(
	ctx context.Context, e endpoint, q *query, trustAbsence bool,
) (sensors.ApplyOptions, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	replaced := archiveLoader(p).setAccountLocked(ctx, p.Cloud.State().UserID)
	if p.isStaleLocked(ctx) {
		p.publishLocked(archiveLoader(p).loadRecordsLocked(ctx))
	}
	isLoaded := !q.isLoaded && p.isLoadedLocked()
	isNew := q.cursor.Backfilled && !p.state.isBackfilled(e.name) // the archive
	if replaced || isLoaded || isNew || q.userID != p.state.UserID && q.userID != "" {
		return sensors.ApplyOptions{}, errCursorChanged
	}
	q.cursor.RereadAt = p.state.Cursors[e.name].RereadAt // it may have been reread meanwhile
	options := p.applyOptionsLocked(q.cursor)
	options.TrustAbsence = trustAbsence
	options.RejectRemovals = !p.state.AbsentSince.isConfirmed(string(e.name), options.Now)
	return options, nil
}

// isLoadedLocked reports whether the cursors are those of the archive. p.mu must
// be held.
func (p endpointSync) isLoadedLocked() bool { return p.records.loaded == p.state.UserID }

// isStaleLocked reports whether the archive has to be loaded again: it could not
// be read before, or another file or process has changed it. p.mu must be held.
func (p endpointSync) isStaleLocked(ctx context.Context) bool {
	if !p.isLoadedLocked() {
		return true
	}
	revision, err := p.archive.Revision(ctx, p.state.UserID)
	return err == nil && revision != p.records.revision
}

// applied is what applying a batch has done.
type applied struct {
	sensors.Update

	stored bool // in the archive
	// settled says that nothing has changed, and that the same batch would change
	// nothing again; confirmed is that of sensors.Changes.
	settled   bool
	confirmed *sensors.Range
}

// store applies a batch to the archive, or in memory while the archive cannot
// store, and publishes the changes. p.records.mu must be held.
func (p endpointSync) store(
	ctx context.Context, batch sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (done applied, err error) {
	changes, isStale, failed := p.records.applyLocked(ctx, p.account.value(), batch, o, at)
	if ctx.Err() != nil {
		return applied{}, context.Cause(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if isStale {
		p.records.loaded = "" // the next batch loads it again
	}
	window := p.records.window(ctx, p.state.UserID, p.Policy)
	if failed != nil {
		if changes, err = sensors.Reconcile(batch, o, p.state.Sensors); err != nil {
			return applied{}, err
		}
		changes.News = p.records.markUnstoredLocked(changes)
		window = nil // the archive lacks what could not be stored
	} else {
		changes.News = p.records.withoutAnnouncedLocked(p.state.UserID, changes, &p.state.Outbox)
	}
	update, err := p.updateLocked(changes, o, window)
	done = applied{Update: update, stored: failed == nil, confirmed: changes.Confirmed}
	done.settled = done.stored && !isStale && err == nil && !update.Rejected && !update.LeftOutChanged &&
		len(changes.Put)+len(changes.Gone) == 0
	if !done.settled {
		p.settled.clear()
	}
	return done, nil
}

// updateLocked brings the current readings up to date, publishes the
// difference, and queues the events. window reads the archive; nil leaves it
// out. After an error, which was reported as one of the archive, what the batch
// has is known all the same, and the next update reads again what it hid. p.mu
// must be held.
func (p endpointSync) updateLocked(
	changes sensors.Changes, o sensors.ApplyOptions, window func(sensors.Window) ([]sensors.Record, error),
) (sensors.Update, error) {
	update, err := p.state.Sensors.Update(changes, o, window)
	p.publishLocked(update)
	p.records.told(p.state.UserID, update.Silent)
	return update, err
}

// newQuery returns the query for fetching an endpoint now.
func (p endpointSync) newQuery(e endpoint) query {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	from := clampFuture(p.state.Cursors[e.name], now)
	night, _ := p.state.Sensors.NextSeries()
	return query{
		cursor:      from,
		userID:      p.state.UserID,
		isLoaded:    p.isLoadedLocked(),
		now:         now,
		since:       queryStart(from, now),
		lastSuccess: p.endpoints[e.name].lastSuccess,
		night:       night,
		zone:        p.Zone,
		extra:       p.Extra,
	}
}

// recordBatchLocked records what a batch brought, and a success after the last
// one of a reading. p.mu must be held.
func (p endpointSync) recordBatchLocked(endpoint sensors.Endpoint, update sensors.Update, last bool) {
	now := time.Now()
	p.plan.alive = now
	p.changes.devices = p.topics.updateDevices(update.Devices, now) || p.changes.devices
	p.state.dirty = p.state.AbsentSince.update(endpoint, update, now) || p.state.dirty
	p.unknown.warn(p.log, p.Slug, update.Unknown)
	received, announced := p.hints.notifiedAt(endpoint)
	p.push.recordNewData(update.Events, received, announced, now)
	if last {
		p.recordSuccessLocked(endpoint, update, now)
	}
	if p.topics.status != online {
		p.topics.publishStatus(now) // the first values count as soon as they are there
	}
	p.topics.publishSnapshot()
	p.state.saveUnlessStopping()
	p.events.sendNextLocked()
}

// recordSuccessLocked records that an endpoint was read to its end. p.mu must be
// held.
func (p endpointSync) recordSuccessLocked(endpoint sensors.Endpoint, update sensors.Update, now time.Time) {
	p.endpoints[endpoint].recordSuccess(now, p.roundStart)
	if p.endpoints[endpoint].recordMore(update.More) {
		p.log.Warn().Str("profile", p.Slug).Str("endpoint", string(endpoint)).
			Msg("response was announced to continue and did not; values may be missing")
	}
	if _, failed := p.state.Failing[endpoint]; failed {
		delete(p.state.Failing, endpoint)
		p.state.dirty = true
		p.missing.invalidate()
	}
}

// refusedPause is how long an endpoint is paused that the scopes or the plan of
// the account do not include: fetching it every five minutes would not help.
const refusedPause = 24 * time.Hour

// fail records an error and returns it with its endpoint. The end of the
// context does not count as a failure.
func (p endpointSync) fail(ctx context.Context, e endpoint, err error) error {
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
	p.hints.notify(e.name, p.endpoints[e.name].startedAt, err)
	if e.name == sensors.EndpointDevices {
		p.devices.markKnown(p.Slug)
	}
	p.hints.onError(e.name, err, now)
	if health.onlyForPolling && withings.ClassOf(err) == withings.Forbidden {
		// No value is missing. Everything is fetched in every poll instead.
		health.pausedUntil = now.Add(refusedPause)
		return nil
	}
	health.lastFailure, health.failure = now, err
	if withings.ClassOf(err) == withings.Forbidden {
		health.pausedUntil = now.Add(refusedPause)
	}
	failure := newEndpointFailure(err, now)
	if known, again := p.state.Failing[e.name]; !again || !known.isSameAs(failure) {
		p.state.Failing[e.name], p.state.dirty = failure, true
	}
	return err
}
