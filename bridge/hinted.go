package bridge

import (
	"errors"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
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
	// longestWait is the most between two tries while the cloud does not answer.
	longestWait = 15 * time.Minute
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
	// told says that the cloud has told of it, and not somebody who asks.
	told bool
	// pauses lie before the further tries, while nothing new comes; rest is the least
	// time between two of them.
	pauses []time.Duration
	rest   time.Duration
	failed int // tries without an answer, in a row
	// waiting are those who asked for the fetch, and not the cloud.
	waiting []waiter
}

// waiter is somebody who waits for a fetch that begins after the asking.
type waiter struct {
	since time.Time
	done  func(profile string, err error)
}

// follow notes which endpoints to ask; none means all of them. It is done at once,
// unless they were asked just now.
func (p *person) follow(endpoints []sensors.Endpoint, hint Hint) {
	p.mu.Lock()
	p.hear(hint.Received)
	for endpoint, health := range p.endpoints {
		switch {
		case endpoint == sensors.EndpointEvents, endpoints != nil && !slices.Contains(endpoints, endpoint):
			continue
		case time.Now().Before(health.restUntil):
			continue // it was refused, and that does not change with what is new
		}
		pause, pauses := p.pace(endpoint, hint.Span)
		p.note(endpoint, hint.Received, pause, pauses)
		h := p.hinted[endpoint]
		h.told = true
		p.hinted[endpoint] = h
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
		p.hinted[endpoint] = hinted{
			due: later(now, asked.Add(pause)), since: received, last: now, pauses: pauses, rest: max(impatience, pause),
		}
		return
	}
	// This one may be about something else than the one that is being retried: at
	// any rate when it does not belong to the same burst.
	if len(h.pauses) == 0 || now.Sub(h.last) >= impatience && len(pauses) > len(h.pauses) {
		h.pauses = pauses
	}
	h.last = now
	h.rest = min(h.rest, max(impatience, pause))
	if sooner := later(now, asked.Add(h.rest)); sooner.Before(h.due) && h.failed == 0 {
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
		h.waiting = append(h.waiting, waiter{time.Now(), done})
		p.hinted[endpoint] = h
	}
	p.nudge()
}

// reply tells those who wait for an endpoint how it went; not those who came when
// the cloud was already answering. It wants p.mu held.
func (p *person) reply(endpoint sensors.Endpoint, err error) {
	p.replyUpTo(endpoint, p.endpoints[endpoint].began, err)
}

func (p *person) replyUpTo(endpoint sensors.Endpoint, began time.Time, err error) {
	h, ok := p.hinted[endpoint]
	if !ok {
		return
	}
	var left []waiter
	for _, w := range h.waiting {
		if w.since.After(began) {
			left = append(left, w)
			continue
		}
		w.done(p.Slug, err)
	}
	h.waiting = left
	p.hinted[endpoint] = h
}

// abandon gives a hint up, and tells everybody who waits. It wants p.mu held.
func (p *person) abandon(endpoint sensors.Endpoint, err error) {
	p.replyUpTo(endpoint, time.Now(), err)
	delete(p.hinted, endpoint)
}

// hangUp tells everybody who still waits for an endpoint that it is over.
func (p *person) hangUp(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint := range p.hinted {
		p.replyUpTo(endpoint, time.Now(), err)
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

// fruitless notes that asking has failed: what the hint was about is still to be
// had, and is asked for until the cloud answers. It wants p.mu held.
func (p *person) fruitless(endpoint sensors.Endpoint, err error, now time.Time) {
	h, ok := p.hinted[endpoint]
	if !ok {
		return
	}
	if withings.ClassOf(err) == withings.Forbidden || errors.Is(err, withings.ErrSignIn) {
		p.abandon(endpoint, err) // whoever signs in gets everything
		return
	}
	wait := impatience << min(h.failed, 7)
	h.failed++
	h.due = now.Add(max(min(wait, longestWait), withings.RetryAfter(err)))
	p.hinted[endpoint] = h
}

// fruitful notes whether asking has brought something; if not, it is asked again
// a few times. It wants p.mu held.
func (p *person) fruitful(endpoint sensors.Endpoint, news bool, now time.Time) {
	h, ok := p.hinted[endpoint]
	h.failed = 0
	switch {
	case !ok:
		return
	case h.last.After(p.endpoints[endpoint].began):
		// It came while the cloud was answering, and may be about what the answer has
		// missed.
		h.due = later(h.due, now.Add(h.rest))
		if news {
			h.since, h.pauses = h.last, lastRetry()
			if h.rest == impatience {
				h.due = now.Add(foldTime)
			}
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
