package withings

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const defaultPerMinute = 120

// pace keeps all accounts of a client under the cloud's ceiling, and silent
// while the cloud says wait.
type pace struct {
	limiter *rate.Limiter

	mu    sync.Mutex
	until time.Time
}

// newPace allows perMinute requests in any sliding minute: a token bucket lets
// through its burst plus what flows in, so the two together must stay below.
func newPace(perMinute int) *pace {
	burst := max(1, perMinute/6)
	perSecond := float64(perMinute-burst) / 60
	if perMinute == burst {
		perSecond = 1.0 / 61
	}
	return &pace{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// admit waits for a turn. It refuses at once while the cloud wants to be left
// alone, also when it began to say so during the wait.
func (p *pace) admit(ctx context.Context, q query) error {
	if err := p.refusal(q); err != nil {
		return err
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: err}
	}
	if err := p.refusal(q); err != nil {
		return err
	}
	return nil
}

func (p *pace) refusal(q query) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.until)
	if left <= 0 {
		return nil
	}
	return &Error{
		Service: q.service, Action: q.action, Status: statusLimited, Class: Limited,
		Text: "still waiting as the cloud asked", RetryAfter: left,
	}
}

// hold makes everybody wait; a shorter wait never cuts a longer one.
func (p *pace) hold(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(wait); until.After(p.until) {
		p.until = until
	}
}
