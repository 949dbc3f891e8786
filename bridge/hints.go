// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Hint announces that data of an account has changed. Its sender is not
// authenticated, so nothing in it counts as data, except for bed events.
type Hint struct {
	UserID   string
	Category withings.Category
	// Device and At are for bed events: the Withings id of the mat, and the time.
	Device   string
	At       time.Time
	Received time.Time
	// Span says that the hint announces something with a start and an end, such as
	// a workout, rather than the totals of a day.
	Span bool
}

// HasAccount reports whether an account belongs to one of the profiles.
func (b *Bridge) HasAccount(userID string) bool {
	return slices.ContainsFunc(b.pollers, func(p *poller) bool { return p.account.is(userID) })
}

// HandleHint schedules the fetches for a hint and returns at once. It returns
// false if no profile has the account.
func (b *Bridge) HandleHint(h Hint) bool {
	for _, p := range b.pollers {
		if !p.account.is(h.UserID) {
			continue
		}
		if h.Category == withings.CategoryBedIn || h.Category == withings.CategoryBedOut {
			p.handleBedEvent(h)
			return true
		}
		p.enqueue(endpointsForCategory(h.Category), h)
		return true
	}
	return false
}

// handleBedEvent applies a bed event, which no endpoint returns.
func (p *poller) handleBedEvent(h Hint) {
	p.records.mu.Lock()
	defer p.records.mu.Unlock()
	event := sensors.BedEvent{Device: h.Device, In: h.Category == withings.CategoryBedIn, At: h.At}
	batch := sensors.DecodeBedEvent(event, query{}.decodeOptions())
	p.mu.Lock()
	p.push.recordNotification(h.Received, time.Now())
	options := p.applyOptionsLocked(sensors.Cursor{})
	p.mu.Unlock()
	if err := p.storeEvent(batch, options); err != nil {
		p.log.Error().Err(err).Str("profile", p.Slug).Msg("could not apply a bed event")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.dirty = true
	p.topics.publishDevices()
	p.topics.publishPush(time.Now())
	p.state.save()
	p.logPublishedLocked(triggerBed)
}

// enqueue queues the endpoints of a notification; nil means all of them.
func (p *poller) enqueue(endpoints []sensors.Endpoint, hint Hint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.push.recordNotification(hint.Received, now)
	p.state.dirty = true
	for endpoint, health := range p.endpoints {
		switch {
		case endpoint == sensors.EndpointEvents, endpoints != nil && !slices.Contains(endpoints, endpoint):
			continue
		case health.isPaused(now):
			continue // it was refused, which new data does not change
		}
		answered := health.lastAnswered()
		b := backoffFor(endpoint, hint.Span, p.plan.relaxed, now.Sub(answered))
		p.hints.add(endpoint, hint.Received, answered, now, b)
		p.hints.markNotified(endpoint)
	}
	p.pace.hurry()
	p.wakeups.raise()
}
