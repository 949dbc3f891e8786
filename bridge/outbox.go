package bridge

import (
	"encoding/json"
	"slices"

	"vitals2mqtt/sensors"
)

// maxOutbox is how many events of a profile wait for the broker at most: a month
// without it makes about three hundred. The oldest is dropped beyond that.
const maxOutbox = 500

// outbox holds the events that the broker has not confirmed, the oldest first. It
// is stored together with the cursors: when a measurement counts as seen, its
// event has been delivered or is in here.
type outbox struct {
	Events []*outboxEvent `json:"events,omitempty"`
	// Dropped counts the events that were too many, since the account is known.
	Dropped int `json:"dropped,omitempty"`
}

// outboxEvent is an event as it will be sent.
type outboxEvent struct {
	Payload json.RawMessage `json:"payload"`
}

// add appends an event, and reports whether another one was dropped for it. The
// one that is being sent stays.
func (o *outbox) add(payload []byte, sending *outboxEvent) (dropped bool) {
	if len(o.Events) >= maxOutbox {
		oldest := 0
		if o.Events[0] == sending {
			oldest = 1
		}
		o.Events = slices.Delete(o.Events, oldest, oldest+1)
		o.Dropped++
		dropped = true
	}
	o.Events = append(o.Events, &outboxEvent{payload})
	return dropped
}

// remove takes an event out, and reports whether it was there.
func (o *outbox) remove(sent *outboxEvent) bool {
	at := slices.Index(o.Events, sent)
	if at >= 0 {
		o.Events = slices.Delete(o.Events, at, at+1)
	}
	return at >= 0
}

// queueEventsLocked puts events into the outbox. They are sent once that is
// stored. p.mu must be held.
func (p *poller) queueEventsLocked(events []sensors.Event) {
	for _, event := range events {
		p.dirty = true
		if p.state.Outbox.add(eventPayload(event, p.isWanted), p.sendingEvent) {
			p.bridge.log.Warn().Str("profile", p.Slug).Int("dropped", p.state.Outbox.Dropped).
				Msg("too many events wait for the broker; the oldest was dropped")
		}
	}
}

// sendNextEventLocked hands the oldest event to the publisher, one at a time: so
// they stay in order, and a crash repeats one at most. Call it when the state is
// stored; where that failed too, since an event now is better than none after a
// restart. At the end the rest waits for the next start, so that a long outbox does
// not hold up a stop. p.mu must be held.
func (p *poller) sendNextEventLocked() {
	if p.sendingEvent != nil || len(p.state.Outbox.Events) == 0 || p.bridge.isStopping() {
		return
	}
	next := p.state.Outbox.Events[0]
	p.sendingEvent = next
	p.bridge.publisher.SendConfirmed(p.bridge.site.Tree.Event(p.Slug), next.Payload, func() { p.onEventConfirmed(next) })
}

// onEventConfirmed forgets an event that the broker has, at once: what a crash
// leaves in the stored outbox is sent a second time.
func (p *poller) onEventConfirmed(sent *outboxEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sendingEvent = nil
	if p.state.Outbox.remove(sent) { // it is not there when the account has changed meanwhile
		p.dirty = true
		p.saveLocked()
	}
	p.sendNextEventLocked()
	p.bridge.markHealthDirty()
}
