package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Numbers of the vendor's that something hangs on.
const (
	// profileCategory is about the person's account, not about data.
	profileCategory = 46
	bedIn           = 50
	bedOut          = 51
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

// subject is what the vendor's numbers are about.
type subject struct {
	category  int
	endpoints []sensors.Endpoint
}

func subjects() []subject {
	return []subject{
		{1, []sensors.Endpoint{sensors.EndpointMeasures}},
		{2, []sensors.Endpoint{sensors.EndpointMeasures}},
		{4, []sensors.Endpoint{sensors.EndpointMeasures}},
		{16, []sensors.Endpoint{sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts}},
		{44, []sensors.Endpoint{sensors.EndpointNights, sensors.EndpointStages}},
		{bedIn, []sensors.Endpoint{sensors.EndpointEvents}},
		{bedOut, []sensors.Endpoint{sensors.EndpointEvents}},
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
	categories := []int{profileCategory}
	for _, s := range subjects() {
		if slices.ContainsFunc(s.endpoints, func(e sensors.Endpoint) bool { return slices.Contains(needed, e) }) {
			categories = append(categories, s.category)
		}
	}
	slices.Sort(categories)
	return categories
}

// Knows says whether an account belongs to one of the profiles.
func (b *Bridge) Knows(userID string) bool {
	return userID != "" && slices.ContainsFunc(b.people, func(p *person) bool { return p.whose() == userID })
}

// Hint follows a hint; it does not wait. It returns false when the account is
// nobody's here.
func (b *Bridge) Hint(h Hint) bool {
	for _, p := range b.people {
		if h.UserID == "" || p.whose() != h.UserID {
			continue
		}
		if h.Category == bedIn || h.Category == bedOut {
			p.bed(h)
			return true
		}
		p.follow(endpointsAbout(h.Category), h)
		return true
	}
	return false
}

// endpointsAbout are the endpoints of a category; all for one that nobody knows.
func endpointsAbout(category int) []sensors.Endpoint {
	for _, s := range subjects() {
		if s.category == category {
			return s.endpoints
		}
	}
	return nil
}

// bed takes in what a mat says: this event is nowhere else to be had.
func (p *person) bed(h Hint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hear(h.Received)
	event := sensors.BedEvent{Device: h.Device, In: h.Category == bedIn, At: h.At}
	p.publish(p.remember.State.ApplyBedEvent(event, p.rules(cursor{})))
	p.unsaved = true
	p.showDevices()
	p.publishPush()
	p.save()
}

// whose is the id of the account, "" while it is not known.
func (p *person) whose() string {
	if id := p.owner.Load(); id != nil {
		return *id
	}
	return ""
}
