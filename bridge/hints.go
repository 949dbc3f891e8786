package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Numbers of the vendor's that something hangs on.
const (
	// categoryProfile is about the person's account, not about data.
	categoryProfile = 46
	categoryBedIn   = 50
	categoryBedOut  = 51
)

// Hint says that something of an account has changed at the cloud. Nobody can
// tell who sent it, so that it is never taken for data, except for beds.
type Hint struct {
	UserID   string
	Category int // the vendor's number of what it is about
	// Device and At belong to beds: the cloud's id of the mat and the event's time.
	Device   string
	At       time.Time
	Received time.Time
	// Span says that it is about something with a beginning and an end, such as a
	// workout, and not about a day.
	Span bool
}

// categoryEndpoints is what the vendor's numbers are about.
type categoryEndpoints struct {
	category  int
	endpoints []sensors.Endpoint
}

func categoryTable() []categoryEndpoints {
	return []categoryEndpoints{
		{1, []sensors.Endpoint{sensors.EndpointMeasures}},
		{2, []sensors.Endpoint{sensors.EndpointMeasures}},
		{4, []sensors.Endpoint{sensors.EndpointMeasures}},
		{16, []sensors.Endpoint{sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts}},
		{44, []sensors.Endpoint{sensors.EndpointNights, sensors.EndpointStages}},
		{categoryBedIn, []sensors.Endpoint{sensors.EndpointEvents}},
		{categoryBedOut, []sensors.Endpoint{sensors.EndpointEvents}},
		{54, []sensors.Endpoint{sensors.EndpointHeart, sensors.EndpointMeasures}},
		{58, []sensors.Endpoint{sensors.EndpointMeasures}},
		{61, []sensors.Endpoint{sensors.EndpointStetho}},
		{62, []sensors.Endpoint{sensors.EndpointIntraday}},
		{63, []sensors.Endpoint{sensors.EndpointMeasures}},
	}
}

// Categories lists the vendor's numbers that a profile's keys are about, the
// account itself included.
func Categories(profile Profile) []int {
	needed := endpointsOf(profile)
	categories := []int{categoryProfile}
	for _, s := range categoryTable() {
		if slices.ContainsFunc(s.endpoints, func(e sensors.Endpoint) bool { return slices.Contains(needed, e) }) {
			categories = append(categories, s.category)
		}
	}
	slices.Sort(categories)
	return categories
}

// HasAccount says whether an account belongs to one of the profiles.
func (b *Bridge) HasAccount(userID string) bool {
	return slices.ContainsFunc(b.pollers, func(p *poller) bool { return p.account.is(userID) })
}

// HandleHint follows a hint; it does not wait. It returns false when the account is
// nobody's here.
func (b *Bridge) HandleHint(h Hint) bool {
	for _, p := range b.pollers {
		if !p.account.is(h.UserID) {
			continue
		}
		if h.Category == categoryBedIn || h.Category == categoryBedOut {
			p.handleBedEvent(h)
			return true
		}
		p.enqueue(endpointsForCategory(h.Category), h)
		return true
	}
	return false
}

// endpointsForCategory are the endpoints of a category; all for one that nobody knows.
func endpointsForCategory(category int) []sensors.Endpoint {
	for _, s := range categoryTable() {
		if s.category == category {
			return s.endpoints
		}
	}
	return nil
}

// handleBedEvent takes in what a mat says: this event is nowhere else to be had.
func (p *poller) handleBedEvent(h Hint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.push.recordNotification(h.Received, time.Now())
	p.state.dirty = true
	event := sensors.BedEvent{Device: h.Device, In: h.Category == categoryBedIn, At: h.At}
	p.publishLocked(p.state.Sensors.ApplyBedEvent(event, p.applyOptionsLocked(cursor{})))
	p.state.dirty = true
	p.topics.publishDevices()
	p.topics.publishPush(time.Now())
	p.state.save()
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
			continue // it was refused, and new data does not change that
		}
		answered := health.lastAnswered()
		p.hints.add(endpoint, hint.Received, answered, now, backoffFor(endpoint, hint.Span, p.plan.relaxed, now.Sub(answered)))
		p.hints.markNotified(endpoint)
	}
	p.wakeups.raise()
}
