package bridge

import "time"

// claimFetch decides whether to fetch an endpoint now. A hint for a dependent
// endpoint that is not needed is canceled; it would stay due forever.
func (p *poller) claimFetch(e endpoint, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if e.dependent && !p.state.wantsSeries() {
		p.hints.cancel(e.name, now, nil)
	}
	return p.isDueLocked(e, reason, now)
}

// isDueLocked reports whether an endpoint is due. A refused endpoint is paused,
// some have an interval of their own, and the series of a night is fetched
// once. A refresh or a sign-in fetches everything. p.mu must be held.
func (p *poller) isDueLocked(e endpoint, reason string, now time.Time) bool {
	health := p.endpoints[e.name]
	switch {
	case health == nil, e.fetch == nil: // not needed, or delivered by notifications only
		return false
	case e.dependent && !p.state.wantsSeries():
		return false
	}
	switch reason {
	case triggerSchedule:
		return !health.isPaused(now) && (health.failure != nil || e.isDueAt(health.lastRoundStart, now))
	case triggerHint:
		return e.dependent && !health.isPaused(now) || p.hints.isDue(e.name, now)
	}
	return true
}
