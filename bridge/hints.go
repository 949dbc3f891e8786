package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// How a hint is followed.
const (
	// foldTime gathers the hints of a burst: a weigh-in makes eight in three seconds.
	// The first is followed at once, the others together.
	foldTime = 2 * time.Second
	// impatience is the least time between two fetches that bring nothing, however
	// many hints come.
	impatience = 10 * time.Second
	// profileCategory is about the person's account, not about data.
	profileCategory = 46
	bedIn           = 50
	bedOut          = 51
)

// hintRetries are the pauses before it is asked again when nothing new came: a
// hint can arrive before the data can be read.
func hintRetries() []time.Duration {
	return []time.Duration{impatience, 30 * time.Second, 90 * time.Second}
}

// Hint says that something of an account has changed at the cloud. Nobody can
// tell who sent it, so that it is never taken for data, except for beds.
type Hint struct {
	UserID   string
	Category int // the vendor's number of what it is about
	// Device and At belong to beds: the cloud's id of the mat and the event's time.
	Device   string
	At       time.Time
	Received time.Time
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
		p.follow(endpointsAbout(h.Category), h.Received)
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

// hinted is an endpoint that a hint says has something new.
type hinted struct {
	due   time.Time
	since time.Time // when the hint came
	tries int
	// waiting are those who asked for the fetch, and not the cloud.
	waiting []func(profile string, err error)
}

// follow notes which endpoints to ask; none means all of them. It is done at once,
// unless they were asked just now.
func (p *person) follow(endpoints []sensors.Endpoint, received time.Time) {
	p.mu.Lock()
	p.hear(received)
	p.note(endpoints, received)
	p.mu.Unlock()
	p.nudge()
}

// nudge has the loop look which hint is due next.
func (p *person) nudge() {
	select {
	case p.nudges <- struct{}{}:
	default: // it is about to
	}
}

// note is follow for the loop, which must be told. It wants p.mu held.
func (p *person) note(endpoints []sensors.Endpoint, received time.Time) {
	now := time.Now()
	for endpoint, health := range p.endpoints {
		if endpoint == sensors.EndpointEvents || endpoints != nil && !slices.Contains(endpoints, endpoint) {
			continue
		}
		h, noted := p.hinted[endpoint]
		if !noted {
			p.hinted[endpoint] = hinted{due: later(now, health.asked().Add(foldTime)), since: received}
			continue
		}
		// This one may be about something else than the one that is being retried.
		if sooner := later(now, health.asked().Add(impatience)); sooner.Before(h.due) {
			h.due = sooner
			p.hinted[endpoint] = h
		}
	}
}

// fetch has one endpoint asked as soon as possible, like a hint: again and again,
// for a while, when it brings nothing new. done hears of the first answer; nil:
// nobody does.
func (p *person) fetch(endpoint sensors.Endpoint, done func(profile string, err error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note([]sensors.Endpoint{endpoint}, time.Now())
	h := p.hinted[endpoint]
	switch {
	case done == nil:
	case len(h.waiting) >= maxWaiting:
		done(p.Slug, errCrowded)
	default:
		h.waiting = append(h.waiting, done)
		p.hinted[endpoint] = h
	}
	p.nudge()
}

// reply tells those who wait for an endpoint how it went. It wants p.mu held.
func (p *person) reply(endpoint sensors.Endpoint, err error) {
	h, ok := p.hinted[endpoint]
	if !ok {
		return
	}
	for _, done := range h.waiting {
		done(p.Slug, err)
	}
	h.waiting = nil
	p.hinted[endpoint] = h
}

// hangUp tells everybody who still waits for an endpoint that it is over.
func (p *person) hangUp(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint := range p.hinted {
		p.reply(endpoint, err)
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// asked is when the endpoint last answered, well or not.
func (h *endpointHealth) asked() time.Time { return later(h.lastSuccess, h.lastFailure) }

// bed takes in what a mat says: this event is nowhere else to be had.
func (p *person) bed(h Hint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hear(h.Received)
	event := sensors.BedEvent{Device: h.Device, In: h.Category == bedIn, At: h.At}
	p.publish(p.remember.State.Bed(event, p.rules(cursor{})))
	p.unsaved = true
	p.showDevices()
	p.save()
}

// whose is the id of the account, "" while it is not known.
func (p *person) whose() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.remember.UserID
}

// nextHint is when the next hinted endpoint is due, the zero time for none.
func (p *person) nextHint() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := time.Time{}
	for _, h := range p.hinted {
		if next.IsZero() || h.due.Before(next) {
			next = h.due
		}
	}
	return next
}

// isHinted reports whether an endpoint is due by a hint. It wants p.mu held.
func (p *person) isHinted(endpoint sensors.Endpoint, now time.Time) bool {
	h, ok := p.hinted[endpoint]
	return ok && !now.Before(h.due)
}

// fruitful notes whether asking has brought something; if not, it is asked again
// a few times. It wants p.mu held.
func (p *person) fruitful(endpoint sensors.Endpoint, news bool, now time.Time) {
	h, ok := p.hinted[endpoint]
	if !ok {
		return
	}
	retries := hintRetries()
	if news || h.tries >= len(retries) {
		delete(p.hinted, endpoint)
		return
	}
	if now.Before(h.due) {
		return // an ordinary poll came before the hint was due, and found nothing
	}
	h.due, h.tries = now.Add(retries[h.tries]), h.tries+1
	p.hinted[endpoint] = h
}
