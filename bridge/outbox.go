// SPDX-License-Identifier: MIT

package bridge

import (
	"bytes"
	"encoding/json"
	"slices"

	"vitals2mqtt/sensors"
)

// maxOutbox is how many events of a profile are kept while the broker is
// unreachable; a month has about three hundred. Beyond that, the oldest is
// dropped.
const maxOutbox = 500

// outbox holds the events that the broker has not confirmed, oldest first. The
// archive knows their records, so that a restart makes them again.
type outbox struct {
	events  []*outboxEvent
	sending *outboxEvent // passed to the publisher, not confirmed
}

// outboxEvent is an event as it will be sent.
type outboxEvent struct {
	payload []byte
	// refs are the records that the event announces; none for an event that an
	// earlier version of the program stored.
	refs []sensors.Ref
}

// add appends an event, and returns another one that was dropped for it. The
// event that is being sent is never dropped.
func (o *outbox) add(event *outboxEvent) (dropped *outboxEvent) {
	if len(o.events) >= maxOutbox {
		oldest := 0
		if o.events[0] == o.sending {
			oldest = 1
		}
		dropped = o.events[oldest]
		o.events = slices.Delete(o.events, oldest, oldest+1)
	}
	o.events = append(o.events, event)
	return dropped
}

// has reports whether an event announces one of these records already.
func (o *outbox) has(refs []sensors.Ref) bool {
	return slices.ContainsFunc(o.events, func(e *outboxEvent) bool {
		return slices.ContainsFunc(e.refs, func(r sensors.Ref) bool { return slices.Contains(refs, r) })
	})
}

// startNext marks the oldest event as being sent and returns it; nil if one is
// already being sent, or if there is none.
func (o *outbox) startNext() *outboxEvent {
	if o.sending != nil || len(o.events) == 0 {
		return nil
	}
	o.sending = o.events[0]
	return o.sending
}

// confirm removes a sent event, and reports whether it was still there: it is
// not if the account has changed in the meantime.
func (o *outbox) confirm(sent *outboxEvent) bool {
	o.sending = nil
	at := slices.Index(o.events, sent)
	if at >= 0 {
		o.events = slices.Delete(o.events, at, at+1)
	}
	return at >= 0
}

// formerOutbox is the outbox as versions without an archive stored it. It stays
// stored until the broker has confirmed its events: no record stands for them.
type formerOutbox struct {
	Events []formerEvent `json:"events,omitempty"`
}

// formerEvent is an event of a formerOutbox.
type formerEvent struct {
	Payload json.RawMessage `json:"payload"`
}

// addTo adds the events to an outbox.
func (f *formerOutbox) addTo(into *outbox) {
	for _, event := range f.Events {
		into.add(&outboxEvent{payload: event.Payload})
	}
}

// remove removes an event that is no longer pending.
func (f *formerOutbox) remove(payload []byte) {
	f.Events = slices.DeleteFunc(f.Events, func(e formerEvent) bool { return bytes.Equal(e.Payload, payload) })
}
