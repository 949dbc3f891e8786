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
	// countedPause is the same for what a watch counts all day, while polls are
	// relaxed: it tells of each of its uploads, forty times a day.
	countedPause = time.Hour
)

// retries are the pauses before it is asked again when nothing new came: a hint
// can arrive before the data can be read. lastRetry is for the rest of a burst,
// whose beginning was followed already.
func retries() []time.Duration {
	return []time.Duration{impatience, 30 * time.Second, 90 * time.Second}
}
func lastRetry() []time.Duration { return retries()[2:] }

// hinted is an endpoint that a hint says has something new.
type hinted struct {
	due   time.Time
	since time.Time // when the hint came
	last  time.Time // when the newest about the same came
	// pauses lie before the further tries, while nothing new comes.
	pauses []time.Duration
	// waiting are those who asked for the fetch, and not the cloud.
	waiting []func(profile string, err error)
}

// follow notes which endpoints to ask; none means all of them. It is done at once,
// unless they were asked just now.
func (p *person) follow(endpoints []sensors.Endpoint, hint Hint) {
	p.mu.Lock()
	p.hear(hint.Received)
	for endpoint := range p.endpoints {
		if endpoint == sensors.EndpointEvents || endpoints != nil && !slices.Contains(endpoints, endpoint) {
			continue
		}
		pause, pauses := p.pace(endpoint, hint.Span)
		p.note(endpoint, hint.Received, pause, pauses)
	}
	p.mu.Unlock()
	p.nudge()
}

// pace is how soon after the last question a hint is followed, and how often it
// is tried again. It wants p.mu held.
func (p *person) pace(endpoint sensors.Endpoint, span bool) (pause time.Duration, pauses []time.Duration) {
	switch endpoint {
	case sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts:
		switch {
		case span && endpoint == sensors.EndpointWorkouts:
		case p.relaxed:
			return countedPause, nil
		default:
			return foldTime, nil // the next poll is not far
		}
	default:
	}
	if time.Since(p.endpoints[endpoint].asked()) < foldTime {
		return foldTime, lastRetry()
	}
	return foldTime, retries()
}

// note notes a hint of one endpoint. It wants p.mu held, and the loop nudged.
func (p *person) note(endpoint sensors.Endpoint, received time.Time, pause time.Duration, pauses []time.Duration) {
	now, asked := time.Now(), p.endpoints[endpoint].asked()
	h, noted := p.hinted[endpoint]
	if !noted {
		p.hinted[endpoint] = hinted{due: later(now, asked.Add(pause)), since: received, last: now, pauses: pauses}
		return
	}
	// This one may be about something else than the one that is being retried: at
	// any rate when it does not belong to the same burst.
	if len(h.pauses) == 0 || now.Sub(h.last) >= impatience && len(pauses) > len(h.pauses) {
		h.pauses = pauses
	}
	h.last = now
	if sooner := later(now, asked.Add(max(impatience, pause))); sooner.Before(h.due) {
		h.due = sooner
	}
	p.hinted[endpoint] = h
}

// nudge has the loop look which hint is due next.
func (p *person) nudge() {
	select {
	case p.nudges <- struct{}{}:
	default: // it is about to
	}
}

// fetch has one endpoint asked as soon as possible, like a hint: again and again,
// for a while, when it brings nothing new. done hears of the first answer; nil:
// nobody does.
func (p *person) fetch(endpoint sensors.Endpoint, done func(profile string, err error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note(endpoint, time.Now(), foldTime, retries())
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
	switch {
	case !ok:
		return
	case h.last.After(p.endpoints[endpoint].began):
		// It came while the cloud was answering, and may be about what the answer has
		// missed.
		h.due = later(h.due, now.Add(foldTime))
		if news {
			h.since, h.pauses = h.last, lastRetry()
		}
	case news || len(h.pauses) == 0:
		delete(p.hinted, endpoint)
		return
	case now.Before(h.due):
		return // an ordinary poll came before the hint was due, and found nothing
	default:
		h.due, h.pauses = now.Add(h.pauses[0]), h.pauses[1:]
	}
	p.hinted[endpoint] = h
}
