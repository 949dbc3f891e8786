// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"maps"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	defaultPerMinute = 120
	// maxInFlight bounds the requests, and so the connections, at a time. The
	// vendor's ceiling does not let as many begin before those that hang have
	// timed out; without it, a thousand profiles would open a thousand
	// connections at the start.
	maxInFlight = 100
	// maxHold is how long a request keeps back the others of its profile. If the
	// response arrives in time, the next request reuses its connection; otherwise
	// the others use connections of their own.
	maxHold = 2 * time.Second
)

// throttle gives all requests of a client their turn. It keeps them below the
// cloud's rate limit and below maxInFlight, and refuses them after the cloud has
// requested a pause.
//
// A request can hold the others of its profile back, so that a poll takes one
// connection, and one handshake: over HTTP/1.1 until its response is read, over
// HTTP/2, where all use the same connection, until that is there. The very first
// request holds those of all profiles back.
type throttle struct {
	limiter *rate.Limiter
	// background lets through half of that. What it lets through also counts for
	// limiter.
	background *rate.Limiter
	maxHold    time.Duration

	mu           sync.Mutex
	queue        turnQueue
	inFlight     int
	holders      map[string]*turn // by profile; "" for all
	begun        bool             // the very first request holds nothing back any more
	timer        *time.Timer      // until the next turn; nil for none
	blockedUntil time.Time
}

// newThrottle allows perMinute requests in any sliding minute: a token bucket
// lets through its burst plus what flows in, so the two together must stay
// below.
func newThrottle(perMinute int) *throttle {
	return &throttle{
		limiter:    newLimiter(perMinute, burstOf(perMinute)),
		background: newLimiter(max(1, perMinute/2), 1),
		maxHold:    maxHold,
		holders:    map[string]*turn{},
	}
}

// burstOf is how many requests may begin at the same moment.
func burstOf(perMinute int) int { return max(1, perMinute/6) }

func newLimiter(perMinute, burst int) *rate.Limiter {
	perSecond := float64(perMinute-burst) / 60
	if perMinute == burst {
		perSecond = 1.0 / 61
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// wait waits for the turn of a request, until ctx ends. The caller ends the turn.
// It fails at once during a pause that the cloud has requested, also when the
// pause begins during the wait.
func (p *throttle) wait(ctx context.Context, q apiRequest) (*turn, error) {
	if ctx.Err() != nil {
		return nil, q.waitError(ctx)
	}
	t := &turn{profile: q.profile, urgency: q.urgency, exclusive: q.exclusive, decided: make(chan struct{})}
	p.enter(t)
	var raised <-chan struct{}
	if t.urgency == urgencyPoll {
		raised = raisedFrom(ctx)
	}
	for {
		select {
		case <-t.decided:
			if !t.granted {
				return nil, p.pauseError(q)
			}
			return t, nil
		case <-raised:
			raised = nil
			p.raise(t)
		case <-ctx.Done():
			p.cancel(t)
			return nil, q.waitError(ctx)
		}
	}
}

func (p *throttle) enter(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Until(p.blockedUntil) > 0 {
		close(t.decided)
		return
	}
	p.queue.add(t)
	p.dispatchLocked()
}

// cancel gives up a turn, also one that was granted just now.
func (p *throttle) cancel(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue.remove(t)
	p.endLocked(t)
}

// raise makes a waiting request more urgent.
func (p *throttle) raise(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queue.remove(t) {
		t.urgency = urgencyRaised
		p.queue.add(t)
		p.dispatchLocked()
	}
}

// dispatchLocked gives turns to all requests that may be made now, and sets the
// timer for the next. p.mu must be held.
func (p *throttle) dispatchLocked() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	for p.inFlight < maxInFlight {
		next, delay := p.nextLocked()
		switch {
		case next == nil:
			return
		case delay > 0:
			p.timer = time.AfterFunc(delay, func() {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.dispatchLocked()
			})
			return
		}
		p.grantLocked(next)
	}
}

// nextLocked returns the request whose turn is next, and in how long; nil if
// none waits for time to pass. p.mu must be held.
func (p *throttle) nextLocked() (next *turn, delay time.Duration) {
	for _, u := range p.queue.order() {
		t := p.queue.first(u, p.isFreeLocked)
		if t == nil {
			continue
		}
		if d := p.delayLocked(u); next == nil || d < delay {
			next, delay = t, d
		}
		if delay == 0 {
			break
		}
	}
	return next, delay
}

// delayLocked is how long the limits require requests of an urgency to wait. A
// history leaves half of the burst to others, until they have gone before it for
// long enough. p.mu must be held.
func (p *throttle) delayLocked(u urgency) time.Duration {
	if u != urgencyBackground {
		return untilTokens(p.limiter, 1)
	}
	want := 1 + p.limiter.Burst()/2
	if p.queue.isEntitled(u) {
		want = 1
	}
	return max(untilTokens(p.background, 1), untilTokens(p.limiter, want))
}

// untilTokens is how long it takes until a limiter has so many tokens.
func untilTokens(limiter *rate.Limiter, n int) time.Duration {
	short := (float64(n) - limiter.Tokens()) / float64(limiter.Limit()) * float64(time.Second)
	if short < 1 {
		return 0 // what the limiter rounds away
	}
	return time.Duration(math.Ceil(short))
}

// grantLocked gives a request its turn. p.mu must be held.
func (p *throttle) grantLocked(t *turn) {
	p.queue.take(t)
	p.limiter.Allow()
	if t.urgency == urgencyBackground {
		p.background.Allow()
	}
	p.inFlight++
	t.granted = true
	close(t.decided)
	if key, holds := p.holdKeyLocked(t); holds {
		p.holders[key] = t
		t.slow = time.AfterFunc(p.maxHold, func() { p.share(t) })
	}
}

// holdKeyLocked is what a request holds back while it is made, if it does.
// p.mu must be held.
func (p *throttle) holdKeyLocked(t *turn) (profile string, holds bool) {
	if !p.begun {
		return "", t.urgency != urgencyBackground // whose response can take long
	}
	return t.profile, t.exclusive
}

// isFreeLocked reports whether no other request holds this one back. p.mu must
// be held.
func (p *throttle) isFreeLocked(t *turn) bool {
	key, holds := p.holdKeyLocked(t)
	return !holds || p.holders[key] == nil
}

// share lets the requests go on that this one has held back, before its response
// is read.
func (p *throttle) share(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shareLocked(t)
	p.dispatchLocked()
}

func (p *throttle) shareLocked(t *turn) {
	if t.slow == nil {
		return
	}
	t.slow.Stop()
	t.slow, p.begun = nil, true
	maps.DeleteFunc(p.holders, func(_ string, holder *turn) bool { return holder == t })
}

// end makes the place of a request free after its response was read.
func (p *throttle) end(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endLocked(t)
}

// endLocked ends a turn that was granted. p.mu must be held.
func (p *throttle) endLocked(t *turn) {
	if t.granted {
		t.granted = false
		p.inFlight--
		p.shareLocked(t)
	}
	p.dispatchLocked()
}

// blockFor blocks all calls for a time, also those that wait; a shorter block
// never cuts a longer one.
func (p *throttle) blockFor(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(wait); until.After(p.blockedUntil) {
		p.blockedUntil = until
	}
	for _, t := range p.queue.clear() {
		close(t.decided)
	}
}

// pauseError is the error of a request that is refused during a pause.
func (p *throttle) pauseError(q apiRequest) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &Error{
		Service: q.service, Action: q.action, Status: statusLimited, Class: Limited,
		Text: "rate limited by the Withings API", RetryAfter: time.Until(p.blockedUntil),
	}
}

// waitError is the error of a request that its caller gave up before its turn.
func (q *apiRequest) waitError(ctx context.Context) error {
	return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: context.Cause(ctx)}
}
