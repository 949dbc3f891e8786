// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/sensors"
)

// step is a part of a round, whose endpoints are fetched side by side.
type step int

// The steps of a round, in order. Only an adaptive one has the first and the
// third: what the devices announce, and what the news of the second announce.
const (
	stepDevices step = iota
	stepAnnounced
	stepFollowing
	stepDependent
	stepsOfRound
)

// isIn reports whether a step of a round fetches an endpoint.
func (e endpoint) isIn(s step, adaptive bool) bool {
	switch s {
	case stepDevices:
		return adaptive && e.name == sensors.EndpointDevices
	case stepAnnounced:
		return !e.dependent && (!adaptive || e.name != sensors.EndpointDevices)
	case stepFollowing:
		return adaptive && !e.dependent && e.name != sensors.EndpointDevices
	case stepDependent:
		return e.dependent
	default:
		return false
	}
}

// startPoll decides whether a scheduled poll looks for news.
func (p *poller) startPoll(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if reason == triggerSchedule {
		p.adaptive.startPoll(p.roundStart)
	}
}

// claimFetch decides whether to fetch an endpoint in a step of a round. A hint
// for a dependent endpoint that is not needed is canceled; it would stay due
// forever.
func (p *poller) claimFetch(e endpoint, s step, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	adaptive := reason == triggerSchedule && p.adaptsLocked(now)
	if !e.isIn(s, adaptive) {
		return false
	}
	if e.dependent && !p.state.wantsSeries() {
		p.hints.cancel(e.name, now, nil)
	}
	if adaptive {
		p.observeDevicesLocked()
	}
	return p.isDueLocked(e, reason, adaptive, now)
}

// isDueLocked reports whether an endpoint is due. A refused endpoint is paused,
// some have an interval of their own, and the series of a night is fetched
// once. A refresh or a sign-in fetches everything. p.mu must be held.
func (p *poller) isDueLocked(e endpoint, reason string, adaptive bool, now time.Time) bool {
	health := p.endpoints[e.name]
	switch {
	case health == nil, e.fetch == nil: // not needed, or delivered by notifications only
		return false
	case e.dependent && !p.state.wantsSeries():
		return false
	}
	switch reason {
	case triggerSchedule:
		switch {
		case health.isPaused(now):
			return false
		case adaptive && !health.startedAt.Before(p.roundStart): // in an earlier step
			return false
		case health.failure != nil:
			return true
		case adaptive:
			return p.adaptive.isDue(e, health.lastRoundStart, now)
		}
		return e.isDueAt(health.lastRoundStart, now)
	case triggerHint:
		return e.dependent && !health.isPaused(now) || p.hints.isDue(e.name, now)
	}
	return true
}

// adaptsLocked reports whether the list of devices decides what a scheduled
// poll fetches: without it, everything is fetched. p.mu must be held.
func (p *poller) adaptsLocked(now time.Time) bool {
	devices := p.endpoints[sensors.EndpointDevices]
	return p.adaptive.enabled && devices.failure == nil && !devices.lastSuccess.IsZero() && !devices.isPaused(now)
}

// observeDevicesLocked notes the sessions of the devices as last listed. p.mu
// must be held.
func (p *poller) observeDevicesLocked() {
	listedAt := p.endpoints[sensors.EndpointDevices].fetchedAt
	if listedAt.Equal(p.adaptive.listedAt) {
		return
	}
	tracker, program := p.state.Sensors.StepCounter()
	program = program || p.state.Sensors.LeftOut()[sensors.KindDevices][sensors.LeftOutApp] > 0
	missed := p.adaptive.observe(p.state.Devices, listedAt, counter{tracker, program}, p.endpoints.fetchedAt)
	for _, e := range missed {
		p.log.Warn().Str("profile", p.Slug).Str("endpoint", string(e)).
			Msg("the list of devices did not announce new data; fetching this endpoint in every poll for a day")
	}
	for e, until := range p.adaptive.distrusted {
		p.endpoints[e].everyPollUntil = until
	}
}

// note notes what a response has.
func (p *poller) note(e endpoint, s seen) {
	if !p.adaptive.enabled {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.adaptive.note(e.name, s, time.Now())
}
