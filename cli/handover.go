package cli

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
)

const (
	// takeoverTimeout is how long nobody may stand behind a word that was left.
	takeoverTimeout = 5 * time.Second
	// publishOfflineTimeout bounds taking it back.
	publishOfflineTimeout = 5 * time.Second
)

// handover is the "online" that a client left on the broker for the client of
// the next configuration. When that one never gets there, it must be taken back.
type handover struct {
	previous *mqtt.Client // nil when there is nothing to take back
}

// clientEnded learns how the run of a client went. One that never met the broker
// changes nothing: whoever came before it is still the one to ask.
func (h *handover) clientEnded(client *mqtt.Client, handedOver bool) {
	switch {
	case !client.Status().EverConnected:
	case handedOver:
		h.previous = client
	default:
		h.previous = nil
	}
}

// takeoverDeadline fires when the next client should have been there; never when there
// is nothing to take over.
func (h *handover) takeoverDeadline() <-chan time.Time {
	if h.previous == nil {
		return nil
	}
	return time.After(takeoverTimeout)
}

// publishOfflineForPrevious says "offline" for whoever left "online".
func (h *handover) publishOfflineForPrevious(ctx context.Context, log zerolog.Logger) {
	if h.previous == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, publishOfflineTimeout)
	defer cancel()
	if err := h.previous.PublishOfflineOnce(ctx); err != nil {
		log.Warn().Err(err).Msg(`the broker may still hold "online"`)
		return
	}
	h.previous = nil
}
