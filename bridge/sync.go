package bridge

import (
	"context"
	"fmt"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// refusedPause is how long an endpoint is paused that the account's scope or plan
// does not open: a request every five minutes would not change that.
const refusedPause = 24 * time.Hour

// applyOptionsLocked are the options for an answer of now. p.mu must be held.
func (p *poller) applyOptionsLocked(from cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{
		Policy:      p.Policy,
		Now:         time.Now(),
		InitialSync: !from.Backfilled,
		Since:       from.Since,
		Zone:        p.Zone,
		Extra:       p.Extra,
	}
}

// newQuery is what a source is asked with, at the state of now: the question, the
// cursor it rests on, and whose that is ("" when nobody's yet).
func (p *poller) newQuery(s source) (q query, from cursor, user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	from = p.state.Cursors[s.endpoint].clampFuture(now)
	q = query{now: now, since: from.queryStart(now), lastSuccess: p.endpoints[s.endpoint].lastSuccess, backfilled: from.Backfilled}
	q.night.from, q.night.to, _ = p.state.Sensors.NextSeries()
	return q, from, p.state.UserID
}

// exchange is the straight line from the cursor over the reply to the topics,
// and back to the cursor, which is saved last: a crash repeats, it never skips. It
// returns whether the reply brought anything.
func (p *poller) exchange(ctx context.Context, s source, fetch fetchFunc) (news bool, err error) {
	q, from, user := p.newQuery(s)
	apply, err := fetch(ctx, p.Cloud, q)
	if ctx.Err() != nil {
		// Not a failure of the cloud, and no answer to work on any more: the cursor
		// has not moved, so the next start asks again.
		return false, context.Cause(ctx)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.endpoint, err)
		p.recordFailure(s.endpoint, err)
		return false, err
	}
	news, ok := p.applyResponse(ctx, s, from, user, apply)
	switch {
	case !ok && ctx.Err() != nil:
		return false, context.Cause(ctx)
	case !ok:
		// Somebody else signed in for this profile while we asked: what came
		// belongs to an account we hold no cursor for.
		return p.exchange(ctx, s, s.fetch)
	}
	return news, nil
}

// applyResponse takes an answer over and returns whether it brought anything; ok is
// false when the account is another one by now than that which the question was
// meant for, or when the end has come while others of the round were taken over.
func (p *poller) applyResponse(ctx context.Context, s source, from cursor, user string, apply applyFunc) (news, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.topics.setAccount(p.Cloud.State().UserID) || user != "" && user != p.state.UserID {
		return false, false
	}
	rules := p.applyOptionsLocked(from)
	rules.RejectEmpty = !p.state.AbsentSince.isConfirmed(string(s.endpoint), rules.Now)
	return p.commitUpdateLocked(s, apply(p.state.Sensors, rules)), true
}

// commitUpdateLocked brings what an answer changed to the subscribers, then moves the cursor.
// It returns whether there was anything. p.mu must be held.
func (p *poller) commitUpdateLocked(s source, update sensors.Update) (news bool) {
	now := time.Now()
	p.publishLocked(update)
	p.topics.updateDevices(update.Devices, now)
	p.state.dirty = p.state.AbsentSince.update(s.endpoint, update, now) || p.state.dirty
	p.unknown.warn(p.log, p.Slug, update.Unknown)
	p.endpoints[s.endpoint].recordSuccess(now, p.roundStart)
	received, announced := p.hints.notifiedAt(s.endpoint)
	p.push.recordNewData(update.Events, received, announced, now)
	advanced := p.state.advance(s.endpoint, update.Cursor, now)
	if _, failed := p.state.Failing[s.endpoint]; failed {
		delete(p.state.Failing, s.endpoint)
		advanced = true
	}
	if update.Refill {
		// The history may hold what the deleted values have hidden. It is read
		// again in the next round, as at the first time: without events.
		delete(p.state.Cursors, s.endpoint)
		advanced = true
	}
	p.state.dirty = advanced || len(update.Changed) > 0 || len(update.Gone) > 0 || p.state.dirty
	if len(update.Events) > 0 {
		p.state.save() // also at the end: they are sent once they are stored
	} else {
		p.state.saveUnlessStopping()
	}
	p.events.sendNextLocked()
	return len(update.Changed)+len(update.Events)+len(update.Gone) > 0
}

// recordFailure notes what went wrong at an endpoint.
func (p *poller) recordFailure(endpoint sensors.Endpoint, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	health := p.endpoints[endpoint]
	health.lastFailure, health.failure = now, err
	p.hints.notify(endpoint, p.endpoints[endpoint].startedAt, err)
	if endpoint == sensors.EndpointDevices {
		p.devices.markKnown(p.Slug)
	}
	p.hints.onError(endpoint, err, now)
	if withings.ClassOf(err) == withings.Forbidden {
		health.pausedUntil = now.Add(refusedPause)
	}
	failure := newEndpointFailure(err, now)
	if known, again := p.state.Failing[endpoint]; !again || !known.isSameAs(failure) {
		p.state.Failing[endpoint], p.state.dirty = failure, true
	}
}
