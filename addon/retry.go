package addon

import (
	"context"
	"errors"
	"time"

	"vitals2mqtt/internal/secret"
)

// Retry asks the Supervisor until it names a broker. At the start of a machine
// both may come later than this add-on.
type Retry struct {
	// Timeout is when it gives up.
	Timeout time.Duration
	// OnRetry hears why there is nothing yet, and how long the next pause is.
	OnRetry func(why error, pause time.Duration)
}

const (
	minBackoff = time.Second
	maxBackoff = 15 * time.Second
)

// LookupBroker is an Asker. It comes back with the last error at the limit or when the
// context ends, and at once with one that waiting does not cure.
func (p Retry) LookupBroker(ctx context.Context, supervisor string, token secret.Text) (Broker, error) {
	end := time.Now().Add(p.Timeout)
	for pause := minBackoff; ; pause = min(2*pause, maxBackoff) {
		broker, err := LookupBroker(ctx, supervisor, token)
		isTemporary := errors.Is(err, ErrSupervisorUnavailable) || errors.Is(err, ErrNoBroker)
		if !isTemporary || ctx.Err() != nil || time.Now().Add(pause).After(end) {
			return broker, err
		}
		p.OnRetry(err, pause)
		select {
		case <-ctx.Done():
			return Broker{}, err
		case <-time.After(pause):
		}
	}
}
