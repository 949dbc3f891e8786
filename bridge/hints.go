package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Hint says that something of an account has changed at the cloud. Nobody can
// tell who sent it, so that it is never taken for data, except for beds.
type Hint struct {
	UserID   string
	Category withings.Category
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
	category  withings.Category
	endpoints []sensors.Endpoint
}

func categoryTable() []categoryEndpoints {
	return []categoryEndpoints{
		{withings.CategoryWeight, []sensors.Endpoint{sensors.EndpointMeasures}},
		{withings.CategoryTemperature, []sensors.Endpoint{sensors.EndpointMeasures}},
		{withings.CategoryPressure, []sensors.Endpoint{sensors.EndpointMeasures}},
		{withings.CategoryActivity, []sensors.Endpoint{sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts}},
		{withings.CategorySleep, []sensors.Endpoint{sensors.EndpointNights, sensors.EndpointStages}},
		{withings.CategoryBedIn, []sensors.Endpoint{sensors.EndpointEvents}},
		{withings.CategoryBedOut, []sensors.Endpoint{sensors.EndpointEvents}},
		{withings.CategoryECG, []sensors.Endpoint{sensors.EndpointHeart, sensors.EndpointMeasures}},
		{withings.CategoryGlucose, []sensors.Endpoint{sensors.EndpointMeasures}},
		{withings.CategoryStethoscope, []sensors.Endpoint{sensors.EndpointStetho}},
		{withings.CategoryHRV, []sensors.Endpoint{sensors.EndpointIntraday}},
		{withings.CategoryUrine, []sensors.Endpoint{sensors.EndpointMeasures}},
	}
}

// Categories lists the vendor's numbers that a profile's keys are about, the
// account itself included.
func Categories(profile Profile) []withings.Category {
	needed := endpointsOf(profile)
	categories := []withings.Category{withings.CategoryProfile}
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
	return userID != "" && slices.ContainsFunc(b.pollers, func(p *poller) bool { return p.userID() == userID })
}

// HandleHint follows a hint; it does not wait. It returns false when the account is
// nobody's here.
func (b *Bridge) HandleHint(h Hint) bool {
	for _, p := range b.pollers {
		if h.UserID == "" || p.userID() != h.UserID {
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

// endpointsForCategory are the endpoints of a category; all for one that nobody knows.
func endpointsForCategory(category withings.Category) []sensors.Endpoint {
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
	p.recordNotificationLocked(h.Received)
	event := sensors.BedEvent{Device: h.Device, In: h.Category == withings.CategoryBedIn, At: h.At}
	p.publishLocked(p.state.Sensors.ApplyBedEvent(event, p.applyOptionsLocked(cursor{})))
	p.dirty = true
	p.publishDevicesLocked()
	p.publishPushLocked()
	p.saveLocked()
}

// userID is the id of the account, "" while it is not known.
func (p *poller) userID() string {
	if id := p.atomicUserID.Load(); id != nil {
		return *id
	}
	return ""
}
