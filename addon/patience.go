package addon

import (
	"context"
	"errors"
	"time"

	"vitals2mqtt/internal/secret"
)

// Patience asks the Supervisor until it names a broker. At the start of a machine
// both may come later than this add-on.
type Patience struct {
	// Limit is when it gives up.
	Limit time.Duration
	// Waiting hears why there is nothing yet, and how long the next pause is.
	Waiting func(why error, pause time.Duration)
}

const (
	firstPause   = time.Second
	longestPause = 15 * time.Second
)

// Ask is an Asker. It comes back with the last error at the limit or when the
// context ends, and at once with one that waiting does not cure.
func (p Patience) Ask(ctx context.Context, supervisor string, token secret.Text) (Broker, error) {
	end := time.Now().Add(p.Limit)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		broker, err := Ask(ctx, supervisor, token)
		mayCome := errors.Is(err, ErrUnanswered) || errors.Is(err, ErrNoBroker)
		if !mayCome || ctx.Err() != nil || time.Now().Add(pause).After(end) {
			return broker, err
		}
		p.Waiting(err, pause)
		select {
		case <-ctx.Done():
			return Broker{}, err
		case <-time.After(pause):
		}
	}
}
