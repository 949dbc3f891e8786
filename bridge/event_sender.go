package bridge

import (
	"sync"

	"vitals2mqtt/sensors"
)

// eventSender queues the events of one profile in its outbox, and sends them one
// at a time: so they stay in order, and a crash repeats one at most.
type eventSender struct {
	*shared

	slug   string
	wanted keyFilter

	mu    *sync.Mutex // of the poller
	state *stateFile
}

// queueLocked puts events into the outbox. They are sent once that is stored.
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

// sendNextLocked hands the oldest event to the publisher. Call it when the state
// is stored; where that failed too, since an event now is better than none after
// a restart. On a stop the rest waits for the next start, so that a long outbox
// does not delay it. s.mu must be held.
func (s *eventSender) sendNextLocked() {
	if s.stop.isStopping() {
		return
	}
	if next := s.state.Outbox.startNext(); next != nil {
		s.publisher.SendConfirmed(s.site.Tree.Event(s.slug), next.Payload, func() { s.onConfirmed(next) })
	}
}

// onConfirmed removes an event that the broker has, at once: what a crash leaves
// in the stored outbox is sent a second time.
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
