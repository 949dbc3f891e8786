// SPDX-License-Identifier: MIT

package bridge

import (
	"sync"

	"vitals2mqtt/sensors"
)

// eventSender queues the events of one profile in its outbox and sends them one
// at a time, so that they stay in order and a crash repeats at most one.
type eventSender struct {
	*shared

	slug    string
	wanted  keyFilter
	records *recordKeeper
	account *accountID

	mu    *sync.Mutex // of the poller
	state *stateFile
}

// queueLocked adds events to the outbox. s.mu must be held.
func (s *eventSender) queueLocked(events []sensors.Event) {
	for _, event := range events {
		dropped := s.state.Outbox.add(&outboxEvent{payload: eventPayload(event, s.wanted), refs: event.Refs})
		if dropped == nil {
			continue
		}
		s.state.EventsDropped++
		s.state.dirty = true
		s.told(dropped)
		s.log.Warn().Str("profile", s.slug).Int("dropped", s.state.EventsDropped).
			Msg("event queue full; dropped the oldest event")
	}
}

// restoreLocked adds the events that are not in the outbox yet. s.mu must be
// held.
func (s *eventSender) restoreLocked(events []sensors.Event) {
	for _, event := range events {
		if !s.state.Outbox.has(event.Refs) && !s.records.wasTold(s.account.value(), event.Refs) {
			s.queueLocked([]sensors.Event{event})
		}
	}
}

// sendNextLocked passes the oldest event to the publisher. While stopping, it
// sends nothing, so that a long outbox does not delay the stop. s.mu must be
// held.
func (s *eventSender) sendNextLocked() {
	if s.stop.isStopping() {
		return
	}
	if next := s.state.Outbox.startNext(); next != nil {
		s.publisher.SendConfirmed(s.site.Tree.Event(s.slug), next.payload, func() { s.onConfirmed(next) })
	}
}

// onConfirmed removes an event that the broker has confirmed, and records that
// at once: whatever is still pending after a crash is sent again.
func (s *eventSender) onConfirmed(sent *outboxEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Outbox.confirm(sent) {
		s.told(sent)
	}
	s.sendNextLocked()
	s.healthChanged.raise()
}

// told records that an event is no longer pending.
func (s *eventSender) told(event *outboxEvent) {
	if event.refs == nil { // of an earlier version
		s.state.FormerOutbox.remove(event.payload)
		s.state.dirty = true
		s.state.save()
		return
	}
	s.records.told(s.account.value(), event.refs)
}
