package withings

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const defaultPerMinute = 120

// throttle keeps all accounts of a client below the cloud's rate limit, and
// blocks them after the cloud has requested a pause.
type throttle struct {
	limiter *rate.Limiter

	mu           sync.Mutex
	blockedUntil time.Time
}

// newThrottle allows perMinute requests in any sliding minute: a token bucket
// lets through its burst plus what flows in, so the two together must stay
// below.
func newThrottle(perMinute int) *throttle {
	burst := max(1, perMinute/6)
	perSecond := float64(perMinute-burst) / 60
	if perMinute == burst {
		perSecond = 1.0 / 61
	}
	return &throttle{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// wait waits for a turn. It fails at once during a pause that the cloud has
// requested, also when the pause begins during the wait.
func (p *throttle) wait(ctx context.Context, q apiRequest) error {
	if err := p.throttledError(q); err != nil {
		return err
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: err}
	}
	if err := p.throttledError(q); err != nil {
		return err
	}
	return nil
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
