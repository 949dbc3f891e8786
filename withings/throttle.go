package withings

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	defaultPerMinute = 120
	// minBackgroundPause is how often at most a request in the background looks for
	// its turn.
	minBackgroundPause = 10 * time.Millisecond
	// maxBackgroundWait is how long a request in the background lets others go
	// first.
	maxBackgroundWait = 5 * time.Second
)

// throttle keeps all accounts of a client below the cloud's rate limit, and
// blocks them after the cloud has requested a pause.
type throttle struct {
	limiter *rate.Limiter
	// background lets through half of that. What it lets through also counts for
	// limiter.
	background *rate.Limiter

	mu           sync.Mutex
	blockedUntil time.Time
}

// newThrottle allows perMinute requests in any sliding minute: a token bucket
// lets through its burst plus what flows in, so the two together must stay
// below.
func newThrottle(perMinute int) *throttle {
	return &throttle{
		limiter:    newLimiter(perMinute, max(1, perMinute/6)),
		background: newLimiter(max(1, perMinute/2), 1),
	}
}

func newLimiter(perMinute, burst int) *rate.Limiter {
	perSecond := float64(perMinute-burst) / 60
	if perMinute == burst {
		perSecond = 1.0 / 61
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// wait waits for a turn. It fails at once during a pause that the cloud has
// requested, also when the pause begins during the wait.
func (p *throttle) wait(ctx context.Context, q apiRequest) error {
	if err := p.throttledError(q); err != nil {
		return err
	}
	wait := p.limiter.Wait
	if q.background {
		wait = p.waitBehind
	}
	if err := wait(ctx); err != nil {
		return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: err}
	}
	if err := p.throttledError(q); err != nil {
		return err
	}
	return nil
}

// waitBehind waits for the turn of a request that all others go before. It
// reserves nothing, so that none of them waits for it, and it takes a turn only
// while half of the burst is left for them.
func (p *throttle) waitBehind(ctx context.Context) error {
	if err := p.background.Wait(ctx); err != nil {
		return err
	}
	// Where polls take the whole budget, a history still goes on, slowly.
	patience := time.NewTimer(maxBackgroundWait)
	defer patience.Stop()
	for {
		short := float64(1+p.limiter.Burst()/2) - p.limiter.Tokens()
		if short <= 0 && p.limiter.Allow() {
			return nil
		}
		pause := time.Duration(short / float64(p.limiter.Limit()) * float64(time.Second))
		select {
		case <-time.After(max(pause, minBackgroundPause)):
		case <-patience.C:
			return p.limiter.Wait(ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (p *throttle) throttledError(q apiRequest) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.blockedUntil)
	if left <= 0 {
		return nil
	}
	return &Error{
		Service: q.service, Action: q.action, Status: statusLimited, Class: Limited,
		Text: "rate limited by the Withings API", RetryAfter: left,
	}
}

// blockFor blocks all calls for a time; a shorter block never cuts a longer
// one.
func (p *throttle) blockFor(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(wait); until.After(p.blockedUntil) {
		p.blockedUntil = until
	}
}
