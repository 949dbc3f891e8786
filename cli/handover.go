package cli

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
)

const (
	// takeOverTime is how long nobody may stand behind a word that was left.
	takeOverTime = 5 * time.Second
	// takeBackTime bounds taking it back.
	takeBackTime = 5 * time.Second
)

// handover is the "online" that a client left on the broker for the client of
// the next configuration. When that one never gets there, it must be taken back.
type handover struct {
	from *mqtt.Client // nil when there is nothing to take back
}

// ended learns how the run of a client went. One that never met the broker
// changes nothing: whoever came before it is still the one to ask.
func (h *handover) ended(client *mqtt.Client, left bool) {
	switch {
	case !client.Status().EverConnected:
	case left:
		h.from = client
	default:
		h.from = nil
	}
}

// overdue fires when the next client should have been there; never when there
// is nothing to take over.
func (h *handover) overdue() <-chan time.Time {
	if h.from == nil {
		return nil
	}
	return time.After(takeOverTime)
}

// takeBack says "offline" for whoever left "online".
func (h *handover) takeBack(ctx context.Context, log zerolog.Logger) {
	if h.from == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, takeBackTime)
	defer cancel()
	if err := h.from.PublishOfflineOnce(ctx); err != nil {
		log.Warn().Err(err).Msg(`the broker may still hold "online"`)
		return
	}
	h.from = nil
}
