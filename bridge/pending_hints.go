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
	// coalesceWindow gathers the hints of a burst: a weigh-in makes eight in three seconds.
	// The first is followed at once, the others together.
	coalesceWindow = 2 * time.Second
	// minFetchInterval is the least time between two fetches that bring nothing, however
	// many hints come.
	minFetchInterval = 10 * time.Second
	// relaxedFetchInterval is the same for what a watch counts all day, while polls are
	// relaxed: it tells of each of its uploads, forty times a day.
	relaxedFetchInterval = time.Hour
	// maxBackoff is the most between two tries while the cloud does not answer.
	maxBackoff = 15 * time.Minute
)

// retryDelays are the pauses before it is asked again when nothing new came: a hint
// can arrive before the data can be read. lastRetry is for the rest of a burst,
// whose beginning was followed already.
func retryDelays() []time.Duration {
	return []time.Duration{minFetchInterval, 30 * time.Second, 90 * time.Second}
}
func lastRetryDelays() []time.Duration { return retryDelays()[2:] }

// pendingHint is an endpoint that a hint says has something new.
type pendingHint struct {
	due            time.Time
	receivedAt     time.Time // when the hint came
	lastReceivedAt time.Time // when the newest about the same came
	// fromNotification says that the cloud has fromNotification of it, and not somebody who asks.
	fromNotification bool
	// delays lie before the further tries, while nothing new comes; rest is the least
	// time between two of them.
	delays      []time.Duration
	minInterval time.Duration
	failures    int // tries without an answer, in a row
	// waiters are those who asked for the fetch, and not the cloud.
	waiters []waiter
}

// waiter is somebody who waits for a fetch that begins after the asking.
type waiter struct {
	requestedAt time.Time
	done        func(profile string, err error)
}

// enqueue notes which endpoints to ask; none means all of them. It is done at once,
// unless they were asked just now.
func (p *poller) enqueue(endpoints []sensors.Endpoint, hint Hint) {
	p.mu.Lock()
	p.recordNotificationLocked(hint.Received)
	for endpoint, health := range p.endpoints {
		switch {
		case endpoint == sensors.EndpointEvents, endpoints != nil && !slices.Contains(endpoints, endpoint):
			continue
		case time.Now().Before(health.pausedUntil):
			continue // it was refused, and that does not change with what is new
		}
		pause, delays := p.backoffForLocked(endpoint, hint.Span)
		p.addHintLocked(endpoint, hint.Received, pause, delays)
		h := p.pendingHints[endpoint]
		h.fromNotification = true
		p.pendingHints[endpoint] = h
	}
	p.mu.Unlock()
	p.wake()
}

// backoffForLocked is how soon after the last question a hint is followed, and how often it
// is tried again. It wants p.mu held.
func (p *poller) backoffForLocked(endpoint sensors.Endpoint, span bool) (pause time.Duration, delays []time.Duration) {
	switch endpoint {
	case sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts:
		switch {
		case span && endpoint == sensors.EndpointWorkouts:
		case p.usingRelaxedSchedule:
			return relaxedFetchInterval, nil
		default:
			return coalesceWindow, nil // the next poll is not far
		}
	default:
	}
	if time.Since(p.endpoints[endpoint].lastAnswered()) < coalesceWindow {
		return coalesceWindow, lastRetryDelays()
	}
	return coalesceWindow, retryDelays()
}

// addHintLocked notes a hint of one endpoint. It wants p.mu held, and the loop nudged.
func (p *poller) addHintLocked(endpoint sensors.Endpoint, received time.Time, pause time.Duration, delays []time.Duration) {
	now, lastAnswered := time.Now(), p.endpoints[endpoint].lastAnswered()
	h, pending := p.pendingHints[endpoint]
	if !pending {
		p.pendingHints[endpoint] = pendingHint{
			due: laterOf(now, lastAnswered.Add(pause)), receivedAt: received, lastReceivedAt: now, delays: delays, minInterval: max(minFetchInterval, pause),
		}
		return
	}
	// This one may be about something else than the one that is being retried: at
	// any rate when it does not belong to the same burst.
	if len(h.delays) == 0 || now.Sub(h.lastReceivedAt) >= minFetchInterval && len(delays) > len(h.delays) {
		h.delays = delays
	}
	h.lastReceivedAt = now
	h.minInterval = min(h.minInterval, max(minFetchInterval, pause))
	if sooner := laterOf(now, lastAnswered.Add(h.minInterval)); sooner.Before(h.due) && h.failures == 0 {
		h.due = sooner
	}
	p.pendingHints[endpoint] = h
}

// wake has the loop look which hint is due next.
func (p *poller) wake() {
	select {
	case p.wakeups <- struct{}{}:
	default: // it is about to
	}
}

// requestFetch has one endpoint asked as soon as possible, like a hint: again and again,
// for a while, when it brings nothing new. done hears of the first answer; nil:
// nobody does.
func (p *poller) requestFetch(endpoint sensors.Endpoint, done func(profile string, err error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addHintLocked(endpoint, time.Now(), coalesceWindow, retryDelays())
	h := p.pendingHints[endpoint]
	switch {
	case done == nil:
	case len(h.waiters) >= maxWaiters:
		done(p.Slug, errTooManyRequests)
	default:
		h.waiters = append(h.waiters, waiter{time.Now(), done})
		p.pendingHints[endpoint] = h
	}
	p.wake()
}

// notifyEndpointWaitersLocked tells those who wait for an endpoint how it went; not those who came when
// the cloud was already answering. It wants p.mu held.
func (p *poller) notifyEndpointWaitersLocked(endpoint sensors.Endpoint, err error) {
	p.notifyWaitersUpToLocked(endpoint, p.endpoints[endpoint].startedAt, err)
}

func (p *poller) notifyWaitersUpToLocked(endpoint sensors.Endpoint, began time.Time, err error) {
	h, ok := p.pendingHints[endpoint]
	if !ok {
		return
	}
	var left []waiter
	for _, w := range h.waiters {
		if w.requestedAt.After(began) {
			left = append(left, w)
			continue
		}
		w.done(p.Slug, err)
	}
	h.waiters = left
	p.pendingHints[endpoint] = h
}

// cancelLocked gives a hint up, and tells everybody who waits. It wants p.mu held.
func (p *poller) cancelLocked(endpoint sensors.Endpoint, err error) {
	p.notifyWaitersUpToLocked(endpoint, time.Now(), err)
	delete(p.pendingHints, endpoint)
}

// cancelAll tells everybody who still waits for an endpoint that it is over.
func (p *poller) cancelAll(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint := range p.pendingHints {
		p.notifyWaitersUpToLocked(endpoint, time.Now(), err)
	}
}

func laterOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// lastAnswered is when the endpoint last answered, well or not.
func (h *endpointHealth) lastAnswered() time.Time { return laterOf(h.lastSuccess, h.lastFailure) }

// nextHintDue is when the next hinted endpoint is due, the zero time for none.
func (p *poller) nextHintDue() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := time.Time{}
	for _, h := range p.pendingHints {
		if next.IsZero() || h.due.Before(next) {
			next = h.due
		}
	}
	return next
}

// isHintDueLocked reports whether an endpoint is due by a hint. It wants p.mu held.
func (p *poller) isHintDueLocked(endpoint sensors.Endpoint, now time.Time) bool {
	h, ok := p.pendingHints[endpoint]
	return ok && !now.Before(h.due)
}

// onErrorLocked notes that asking has failed: what the hint was about is still to be
// had, and is asked for until the cloud answers. It wants p.mu held.
func (p *poller) onErrorLocked(endpoint sensors.Endpoint, err error, now time.Time) {
	h, ok := p.pendingHints[endpoint]
	if !ok {
		return
	}
	if withings.ClassOf(err) == withings.Forbidden || errors.Is(err, withings.ErrSignIn) {
		p.cancelLocked(endpoint, err) // whoever signs in gets everything
		return
	}
	backoff := minFetchInterval << min(h.failures, 7)
	h.failures++
	h.due = now.Add(max(min(backoff, maxBackoff), withings.RetryAfter(err)))
	p.pendingHints[endpoint] = h
}

// onDataLocked notes whether asking has brought something; if not, it is asked again
// a few times. It wants p.mu held.
func (p *poller) onDataLocked(endpoint sensors.Endpoint, news bool, now time.Time) {
	h, ok := p.pendingHints[endpoint]
	h.failures = 0
	switch {
	case !ok:
		return
	case h.lastReceivedAt.After(p.endpoints[endpoint].startedAt):
		// It came while the cloud was answering, and may be about what the answer has
		// missed.
		h.due = laterOf(h.due, now.Add(h.minInterval))
		if news {
			h.receivedAt, h.delays = h.lastReceivedAt, lastRetryDelays()
			if h.minInterval == minFetchInterval {
				h.due = now.Add(coalesceWindow)
			}
		}
	case news || len(h.delays) == 0:
		delete(p.pendingHints, endpoint)
		return
	case now.Before(h.due):
		return // an ordinary poll came before the hint was due, and found nothing
	default:
		h.due, h.delays = now.Add(h.delays[0]), h.delays[1:]
	}
	p.pendingHints[endpoint] = h
}
