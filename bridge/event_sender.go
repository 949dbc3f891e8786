package bridge

import (
	"sync"

	"vitals2mqtt/sensors"
)

// eventSender queues the events of one profile in its outbox and sends them one
// at a time, so that they stay in order and a crash repeats at most one.
type eventSender struct {
	*shared

	slug   string
	wanted keyFilter

	mu    *sync.Mutex // of the poller
	state *stateFile
}

// queueLocked adds events to the outbox. They are sent once it is stored.
// s.mu must be held.
func (s *eventSender) queueLocked(events []sensors.Event) {
	for _, event := range events {
		s.state.dirty = true
		if s.state.Outbox.add(eventPayload(event, s.wanted)) {
			s.log.Warn().Str("profile", s.slug).Int("dropped", s.state.Outbox.Dropped).
				Msg("event queue full; dropped the oldest event")
		}
	}
}

// sendNextLocked passes the oldest event to the publisher. Call it after
// storing the state, even if that failed: an event that may be lost in a
// restart is better sent now. While stopping, it sends nothing, so that a long
// outbox does not delay the stop. s.mu must be held.
func (s *eventSender) sendNextLocked() {
	if s.stop.isStopping() {
		return
	}
	if next := s.state.Outbox.startNext(); next != nil {
		s.publisher.SendConfirmed(s.site.Tree.Event(s.slug), next.Payload, func() { s.onConfirmed(next) })
	}
}

// onConfirmed removes an event that the broker has confirmed, and stores the
// outbox at once: whatever is still in it after a crash is sent again.
func (s *eventSender) onConfirmed(sent *outboxEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Outbox.confirm(sent) {
		s.state.dirty = true
		s.state.save()
	}
	s.sendNextLocked()
	s.healthChanged.raise()
}
