// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// How fast and how often a hint triggers fetches.
const (
	// coalesceWindow joins the hints of a burst: a weigh-in causes eight within
	// three seconds. The first triggers a fetch at once, the others one together.
	coalesceWindow = 2 * time.Second
	// minFetchInterval is the least time between two fetches without new data,
	// however many hints arrive.
	minFetchInterval = 10 * time.Second
	// relaxedFetchInterval is the same for what a watch counts all day, on the
	// relaxed schedule: a watch uploads, and is announced, about forty times a
	// day.
	relaxedFetchInterval = time.Hour
	// maxBackoff is the longest delay between two attempts while fetching fails.
	maxBackoff = 15 * time.Minute
	// maxWaiters is how many requests may wait for a fetch.
	maxWaiters = 100
)

// errTooManyRequests refuses a request beyond maxWaiters.
var errTooManyRequests = errors.New("too many pending requests")

// retryDelays are the delays before further fetches when one returns nothing
// new: a hint can arrive before the data is available. lastRetryDelays is for
// the rest of a burst whose first hint has already triggered a fetch.
func retryDelays() []time.Duration {
	return []time.Duration{minFetchInterval, 30 * time.Second, 90 * time.Second}
}
func lastRetryDelays() []time.Duration { return retryDelays()[2:] }

// hintQueue holds the endpoints to fetch soon, because a notification announced
// new data or a user requested a refresh. It has no lock.
type hintQueue struct {
	pending map[sensors.Endpoint]pendingHint
}

// pendingHint is an endpoint that may have new data.
type pendingHint struct {
	due            time.Time
	receivedAt     time.Time // when the hint arrived
	lastReceivedAt time.Time // when the newest hint for the same endpoint arrived
	// fromNotification distinguishes notifications from requests.
	fromNotification bool
	backoff
	failures int // failed attempts in a row
	// waiters requested the fetch.
	waiters []waiter
}

// backoff says how a hint is retried.
type backoff struct {
	// minInterval is the least time between two fetches; delays are the delays
	// before further fetches while nothing new arrives.
	minInterval time.Duration
	delays      []time.Duration
}

// waiter waits for a fetch that begins after the request.
type waiter struct {
	requestedAt time.Time
	done        func(error)
}

func newHintQueue() hintQueue { return hintQueue{pending: map[sensors.Endpoint]pendingHint{}} }

// requestBackoff is the backoff of a request by a user.
func requestBackoff() backoff { return backoff{coalesceWindow, retryDelays()} }

// backoffFor is the backoff of a notification. span says that it announces
// something with a start and an end, relaxed that polls are rare.
func backoffFor(endpoint sensors.Endpoint, span, relaxed bool, sinceAnswer time.Duration) backoff {
	switch endpoint {
	case sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts:
		switch {
		case span && endpoint == sensors.EndpointWorkouts:
		case relaxed:
			return backoff{relaxedFetchInterval, nil}
		default:
			return backoff{coalesceWindow, nil}
		}
	default:
	}
	if sinceAnswer < coalesceWindow {
		return backoff{coalesceWindow, lastRetryDelays()}
	}
	return backoff{coalesceWindow, retryDelays()}
}

// add queues an endpoint. It is due at once, unless it was fetched just before.
func (q *hintQueue) add(endpoint sensors.Endpoint, received, lastAnswered, now time.Time, b backoff) {
	h, pending := q.pending[endpoint]
	if !pending {
		h = pendingHint{receivedAt: received, lastReceivedAt: now, due: laterOf(now, lastAnswered.Add(b.minInterval))}
		h.backoff = backoff{max(minFetchInterval, b.minInterval), b.delays}
		q.pending[endpoint] = h
		return
	}
	// This hint may announce something else than the one that is being retried,
	// certainly if it does not belong to the same burst.
	if len(h.delays) == 0 || now.Sub(h.lastReceivedAt) >= minFetchInterval && len(b.delays) > len(h.delays) {
		h.delays = b.delays
	}
	h.lastReceivedAt = now
	h.minInterval = min(h.minInterval, max(minFetchInterval, b.minInterval))
	if sooner := laterOf(now, lastAnswered.Add(h.minInterval)); sooner.Before(h.due) && h.failures == 0 {
		h.due = sooner
	}
	q.pending[endpoint] = h
}

// markNotified records that a notification announced the data of an endpoint.
func (q *hintQueue) markNotified(endpoint sensors.Endpoint) {
	h := q.pending[endpoint]
	h.fromNotification = true
	q.pending[endpoint] = h
}

// notifiedAt is when a notification announced the data of an endpoint; ok is
// false if none did.
func (q *hintQueue) notifiedAt(endpoint sensors.Endpoint) (received time.Time, ok bool) {
	h := q.pending[endpoint]
	return h.receivedAt, h.fromNotification
}

// wait registers done to be called with the outcome of the first fetch of a
// queued endpoint that starts after now.
func (q *hintQueue) wait(endpoint sensors.Endpoint, now time.Time, done func(error)) {
	h := q.pending[endpoint]
	if len(h.waiters) >= maxWaiters {
		done(errTooManyRequests)
		return
	}
	h.waiters = append(h.waiters, waiter{now, done})
	q.pending[endpoint] = h
}

// notify reports the outcome of a fetch to the waiters who registered before it
// started.
func (q *hintQueue) notify(endpoint sensors.Endpoint, began time.Time, err error) {
	h, ok := q.pending[endpoint]
	if !ok {
		return
	}
	var left []waiter
	for _, w := range h.waiters {
		if w.requestedAt.After(began) {
			left = append(left, w)
			continue
		}
		w.done(err)
	}
	h.waiters = left
	q.pending[endpoint] = h
}

// cancel removes an endpoint and reports an error, or nil, to its waiters.
func (q *hintQueue) cancel(endpoint sensors.Endpoint, now time.Time, err error) {
	q.notify(endpoint, now, err)
	delete(q.pending, endpoint)
}

// cancelWaiters reports an error to all waiters.
func (q *hintQueue) cancelWaiters(now time.Time, err error) {
	for endpoint := range q.pending {
		q.notify(endpoint, now, err)
	}
}

// nextDue is when the next endpoint is due, the zero time for none.
func (q *hintQueue) nextDue() time.Time {
	next := time.Time{}
	for _, h := range q.pending {
		if next.IsZero() || h.due.Before(next) {
			next = h.due
		}
	}
	return next
}

// isDue reports whether an endpoint is queued and due.
func (q *hintQueue) isDue(endpoint sensors.Endpoint, now time.Time) bool {
	h, ok := q.pending[endpoint]
	return ok && !now.Before(h.due)
}

// onError schedules the next attempt after a failure: the announced data still
// has to be fetched.
func (q *hintQueue) onError(endpoint sensors.Endpoint, err error, now time.Time) {
	h, ok := q.pending[endpoint]
	if !ok {
		return
	}
	if withings.ClassOf(err) == withings.Forbidden || errors.Is(err, withings.ErrSignIn) {
		q.cancel(endpoint, now, err) // a sign-in fetches everything
		return
	}
	delay := minFetchInterval << min(h.failures, 7)
	h.failures++
	h.due = now.Add(max(min(delay, maxBackoff), withings.RetryAfter(err)))
	q.pending[endpoint] = h
}

// onData removes an endpoint after a fetch with news. A fetch without news is
// repeated a few times.
func (q *hintQueue) onData(endpoint sensors.Endpoint, news bool, began, now time.Time) {
	h, ok := q.pending[endpoint]
	h.failures = 0
	switch {
	case !ok:
		return
	case h.lastReceivedAt.After(began):
		// A hint during the fetch may announce data that the response lacks.
		h.due = laterOf(h.due, now.Add(h.minInterval))
		if news {
			h.receivedAt, h.delays = h.lastReceivedAt, lastRetryDelays()
			if h.minInterval == minFetchInterval {
				h.due = now.Add(coalesceWindow)
			}
		}
	case news || len(h.delays) == 0:
		delete(q.pending, endpoint)
		return
	case now.Before(h.due):
		return // a scheduled poll ran before the hint was due, and found nothing
	default:
		h.due, h.delays = now.Add(h.delays[0]), h.delays[1:]
	}
	q.pending[endpoint] = h
}
