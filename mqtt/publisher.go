// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"math"
	"slices"
)

// minAckSize is the size, in bytes, from which on values need an
// acknowledgement whatever their QoS: a broker reports a message as too large
// only by closing the connection.
const minAckSize = 8 << 10

// publisher publishes what the outbox holds.
type publisher struct {
	options    *Options
	outbox     *outbox
	quarantine *quarantine
	isUnread   func(topic string) bool // nothing may be published on the topic yet
}

// deliver publishes until nothing is pending: values by rank, then the events
// that go with them, so that a subscriber that reacts to an event finds the new
// values.
func (p *publisher) deliver(ctx context.Context, l *link) error {
	for {
		trial := p.quarantine.trialTopic()
		topics, events := p.outbox.takePending(func(topic string) int {
			if topic == trial {
				return math.MaxInt // nothing else should wait for another loss
			}
			return p.options.Rank(topic)
		}, p.isUnread)
		if len(topics)+len(events) == 0 {
			return nil
		}
		undelivered, err := p.sendBatch(ctx, l, topics, events)
		p.outbox.requeue(undelivered)
		if err != nil {
			return err
		}
	}
}

// sendBatch publishes the present values of topics, then events. It returns the
// events that were not delivered.
func (p *publisher) sendBatch(
	ctx context.Context, l *link, topics []string, events []event,
) (undelivered []event, err error) {
	w := &window{link: l, onAck: p.recordAck}
	for _, topic := range topics {
		value, version := p.outbox.value(topic)
		alone, skip := p.quarantine.check(topic, value.size())
		if skip {
			p.outbox.markSkipped(topic, version)
			continue
		}
		if !w.send(ctx, inflight{topic: topic, version: version}, alone, p.qosFor(topic, value.size()), value.whole()) {
			break
		}
	}
	for i, next := range events {
		alone, skip := p.quarantine.check(next.topic, len(next.payload))
		if skip {
			p.dropEvent(next)
			continue
		}
		if !w.send(ctx, inflight{topic: next.topic, event: &events[i]}, alone, max(1, p.options.QoS), next.payload) {
			w.drain(0, 0)
			w.unsent = append(w.unsent, events[i:]...)
			break
		}
	}
	w.drain(0, 0)
	if w.err != nil && ctx.Err() == nil {
		p.recordLoss(w.unacked)
	}
	return p.dropQuarantined(w.unsent), w.err
}

// qosFor returns the QoS for a payload of a size. A lost value is sent again after the next
// connect; a removal is forgotten once it is delivered, so it needs an
// acknowledgement.
func (p *publisher) qosFor(topic string, size int) byte {
	switch {
	case topic == p.options.StateTopic:
		return 1
	case size == 0, size >= minAckSize:
		return max(1, p.options.QoS)
	}
	return p.options.QoS
}

// recordAck records that the broker accepted a message.
func (p *publisher) recordAck(m inflight) {
	if next := p.quarantine.recordAck(m.topic, m.size); next != "" {
		p.outbox.markDirty(next)
	}
	if m.event != nil {
		m.event.confirm()
		return
	}
	p.outbox.markPublished(m.topic, m.version)
}

// recordLoss records what was in flight when the connection ended.
func (p *publisher) recordLoss(inFlight []suspect) {
	// Without the state topic, subscribers would ignore all others.
	isState := func(s suspect) bool { return s.topic == p.options.StateTopic }
	p.quarantine.recordLoss(slices.DeleteFunc(inFlight, isState))
}

// dropEvent gives up an event that the broker does not accept. It counts as
// confirmed: others wait behind it.
func (p *publisher) dropEvent(e event) {
	p.outbox.countDropped()
	p.options.Log.Warn().Str("topic", e.topic).Int("bytes", len(e.payload)).Msg("event dropped: rejected by the broker")
	e.confirm()
}

// dropQuarantined gives up the events that are quarantined by now.
func (p *publisher) dropQuarantined(events []event) []event {
	return slices.DeleteFunc(events, func(e event) bool {
		_, skip := p.quarantine.check(e.topic, len(e.payload))
		if skip {
			p.dropEvent(e)
		}
		return skip
	})
}
