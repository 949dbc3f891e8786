package bridge

import (
	"encoding/json"
	"slices"
)

// maxOutbox is how many events of a profile are kept while the broker is
// unreachable; a month has about three hundred. Beyond that, the oldest is
// dropped.
const maxOutbox = 500

// outbox holds the events that the broker has not confirmed, oldest first. It
// is stored together with the cursors: if a measurement counts as seen, its
// event has been confirmed or is in the outbox.
type outbox struct {
	Events []*outboxEvent `json:"events,omitempty"`
	// Dropped counts the events that did not fit, for the current account.
	Dropped int `json:"dropped,omitempty"`

	sending *outboxEvent // passed to the publisher, not confirmed
}

// outboxEvent is an event as it will be sent.
type outboxEvent struct {
	Payload json.RawMessage `json:"payload"`
}

// add appends an event, and reports whether another one was dropped for it. The
// event that is being sent is never dropped.
func (o *outbox) add(payload []byte) (dropped bool) {
	if len(o.Events) >= maxOutbox {
		oldest := 0
		if o.Events[0] == o.sending {
			oldest = 1
		}
		o.Events = slices.Delete(o.Events, oldest, oldest+1)
		o.Dropped++
		dropped = true
	}
	o.Events = append(o.Events, &outboxEvent{payload})
	return dropped
}

// startNext marks the oldest event as being sent and returns it; nil if one is
// already being sent, or if there is none.
func (o *outbox) startNext() *outboxEvent {
	if o.sending != nil || len(o.Events) == 0 {
		return nil
	}
	o.sending = o.Events[0]
	return o.sending
}

// confirm removes a sent event, and reports whether it was still there: it is
// not if the account has changed in the meantime.
func (o *outbox) confirm(sent *outboxEvent) bool {
	o.sending = nil
	at := slices.Index(o.Events, sent)
	if at >= 0 {
		o.Events = slices.Delete(o.Events, at, at+1)
	}
	return at >= 0
}
