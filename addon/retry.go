// SPDX-License-Identifier: MIT

package addon

import (
	"context"
	"errors"
	"time"

	"vitals2mqtt/internal/secret"
)

// Retry queries the Supervisor until it offers a broker. When a machine boots,
// both may start later than this add-on.
type Retry struct {
	// Timeout bounds all attempts.
	Timeout time.Duration
	// OnRetry is called before each pause with the error of the last attempt.
	OnRetry func(why error, pause time.Duration)
}

const (
	minBackoff = time.Second
	maxBackoff = 15 * time.Second
)

// LookupBroker is a LookupFunc. It returns the last error after Timeout or when
// the context ends, and permanent errors at once.
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
