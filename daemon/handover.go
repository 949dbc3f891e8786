// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
)

// publishOfflineTimeout bounds publishing "offline" for the previous client.
const publishOfflineTimeout = 5 * time.Second

// handover is the "online" that a client has left on the broker for the client
// of the next configuration. When that one never connects, it must become
// "offline".
type handover struct {
	previous *mqtt.Client // nil when there is nothing to take over
}

// clientEnded records how a client has ended. One that has never connected
// changes nothing: the "online" is still that of the client before it.
func (h *handover) clientEnded(client *mqtt.Client, handedOver bool) {
	switch {
	case !client.Status().EverConnected:
	case handedOver:
		h.previous = client
	default:
		h.previous = nil
	}
}

// deadline fires when the next client should have connected, and never when
// there is nothing to take over.
func (h *handover) deadline(after time.Duration) <-chan time.Time {
	if h.previous == nil {
		return nil
	}
	return time.After(after)
}

// publishOfflineForPrevious publishes "offline" for the client that has left
// "online".
func (h *handover) publishOfflineForPrevious(ctx context.Context, log zerolog.Logger) {
	if h.previous == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, publishOfflineTimeout)
	defer cancel()
	if err := h.previous.PublishOfflineOnce(ctx); err != nil {
		log.Warn().Err(err).Msg(`could not publish offline; the broker may still show "online"`)
		return
	}
	h.previous = nil
}
