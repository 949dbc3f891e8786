package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// confirmRereadAfter is when a range is read once more in which a refresh found
// something gone or changed: the cloud's copies can lag behind one another, and
// what was only late comes back.
const confirmRereadAfter = 15 * time.Minute

// syncEndpoint asks what is new, and once a day, or when somebody has asked for a
// refresh, also what is still there. Whoever waits for the endpoint hears of it
// when both are done.
func (p *poller) syncEndpoint(ctx context.Context, s source) error {
	fetch := s.fetch
	if p.startFetch(s) && s.reread == nil {
		fetch = asRefresh(fetch) // if it reads a range whole, it does so each time
	}
	news, err := p.exchange(ctx, s, fetch)
	if err != nil {
		return err
	}
	if due, byRefresh := p.claimReread(s); due {
		reread := s.reread
		if byRefresh {
			reread = asRefresh(reread)
		}
		changed, err := p.exchange(ctx, s, reread)
		p.finishReread(s, byRefresh, changed, err)
		if err != nil {
			return err
		}
		news = news || changed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hints.notify(s.endpoint, p.endpoints[s.endpoint].startedAt, nil)
	p.hints.onData(s.endpoint, news, p.endpoints[s.endpoint].startedAt, time.Now())
	return nil
}

// asRefresh has the answer judged as one to somebody who may have deleted something.
func asRefresh(fetch fetchFunc) fetchFunc {
	return func(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
		apply, err := fetch(ctx, cloud, q)
		return func(state *sensors.State, rules sensors.ApplyOptions) sensors.Update {
			rules.TrustAbsence = true
			return apply(state, rules)
		}, err
	}
}

// startFetch notes that an endpoint is being asked, and returns whether somebody wants
// to know what is still there. One without a reread takes that as fulfilled.
func (p *poller) startFetch(s source) (requested bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	health.startedAt, requested = time.Now(), health.rereadRequested
	if s.reread == nil {
		health.rereadRequested = false
	}
	return requested
}

// claimReread reports whether a recent range is to be read again whole now, and
// whether that is because of a refresh. It takes the wish as fulfilled: one that
// comes from now on is a new one. A history that was just read for the first time
// need not be read again.
func (p *poller) claimReread(s source) (due, byRefresh bool) {
	if s.reread == nil {
		return false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	last, known := p.state.Reread[s.endpoint]
	switch {
	case !known:
		health.rereadRequested = false
		p.state.Reread[s.endpoint], p.state.dirty = time.Now(), true
		p.state.saveUnlessStopping()
		return false, false
	case health.rereadRequested && health.rereadLimiter.Allow():
		health.rereadRequested = false
		return true, true
	}
	return !time.Now().Before(p.state.AbsentSince.rereadDue(s.endpoint, last)), false
}

// finishReread notes that a recent range was read again, or that it is still to
// be done.
func (p *poller) finishReread(s source, byRefresh, changed bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		health := p.endpoints[s.endpoint]
		health.rereadRequested = health.rereadRequested || byRefresh
		return
	}
	last := time.Now()
	if byRefresh && changed {
		last = last.Add(confirmRereadAfter - rereadEvery)
	}
	p.state.Reread[s.endpoint], p.state.dirty = last, true
	p.state.save()
}
