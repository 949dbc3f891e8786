// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// confirmRereadAfter is how soon a range is reread once more after a requested
// refresh found a change in it: the replicas of the cloud can lag behind each
// other, so that a record seemed deleted.
const confirmRereadAfter = 15 * time.Minute

// syncEndpoint fetches new data and, once a day or when a refresh was
// requested, rereads the recent past. Waiters are notified when both are done.
func (p endpointSync) syncEndpoint(ctx context.Context, e endpoint) error {
	news, err := p.exchange(ctx, e, e.fetch, p.startFetch(e))
	if err != nil {
		return err
	}
	if due, byRefresh := p.claimReread(ctx, e); due {
		changed, err := p.exchange(ctx, e, e.reread, byRefresh)
		p.finishReread(ctx, e, byRefresh, changed, err)
		if err != nil {
			return err
		}
		news = news || changed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hints.notify(e.name, p.endpoints[e.name].startedAt, nil)
	p.hints.onData(e.name, news, p.endpoints[e.name].startedAt, time.Now())
	if news {
		p.adaptive.finishFetch(e.name, p.endpoints[e.name].startedAt)
	}
	return nil
}

// startFetch records that an endpoint is being fetched, and reports whether the
// fetch also serves a requested reread, because the endpoint has none of its
// own.
func (p endpointSync) startFetch(e endpoint) (requested bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[e.name]
	health.startedAt = time.Now()
	p.adaptive.startFetch(e.name)
	if requested = e.reread == nil && health.rereadRequested; requested {
		health.rereadRequested = false
	}
	return requested
}

// claimReread decides whether to reread the recent past now, and whether
// because of a refresh, whose request then counts as served. A history that was
// just read for the first time is not reread.
func (p endpointSync) claimReread(ctx context.Context, e endpoint) (due, byRefresh bool) {
	if e.reread == nil {
		return false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[e.name]
	last := p.state.Cursors[e.name].RereadAt
	switch {
	case last.IsZero():
		health.rereadRequested = false
		p.setRereadLocked(ctx, e.name, time.Now())
		return false, false
	case health.rereadRequested && health.rereadLimiter.Allow():
		health.rereadRequested = false
		return true, true
	}
	return !time.Now().Before(p.state.AbsentSince.rereadDue(e.name, last)), false
}

// finishReread records that the recent past was reread, or restores the request
// after a failure.
func (p endpointSync) finishReread(ctx context.Context, e endpoint, byRefresh, changed bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		health := p.endpoints[e.name]
		health.rereadRequested = health.rereadRequested || byRefresh
		return
	}
	last := time.Now()
	if byRefresh && changed {
		last = last.Add(confirmRereadAfter - rereadEvery)
	}
	p.setRereadLocked(ctx, e.name, last)
	p.state.save()
}

// setRereadLocked records when the recent past was reread. p.mu must be held.
func (p endpointSync) setRereadLocked(ctx context.Context, e sensors.Endpoint, at time.Time) {
	cursor := p.state.Cursors[e]
	cursor.RereadAt = at
	p.state.Cursors[e] = cursor
	progress := sensors.Progress{Endpoint: e, Cursor: cursor}
	p.records.report(p.archive.Advance(context.WithoutCancel(ctx), p.state.UserID, progress))
}
