// SPDX-License-Identifier: MIT

package mqtt

import (
	"cmp"
	"context"
)

const (
	// maxInflight is how many messages may wait for their acknowledgement: a burst
	// of the whole tree overloads small brokers.
	maxInflight = 32
	// maxInflightBytes is the same in bytes; a larger message is sent alone. On a
	// slow connection an acknowledgement behind more than this would come too
	// late.
	maxInflightBytes = 16 << 10
)

// inflight is a message in flight.
type inflight struct {
	wait    func() error // waits for the acknowledgement
	topic   string
	version int
	size    int    // of the payload, in bytes
	event   *event // nil for a value
}

// window sends messages with a limited number of them in flight.
type window struct {
	link  *link
	onAck func(inflight)

	pending   []inflight
	bytes     int
	exclusive bool // nothing may join what is in flight
	// err is the first failure, unacked are all messages that failed, and unsent
	// the events among them.
	err     error
	unacked []suspect
	unsent  []event
}

// send sends a message as soon as there is room, and reports whether it was
// sent. One that must be alone waits until nothing else is in flight.
func (w *window) send(ctx context.Context, m inflight, alone bool, qos byte, payload []byte) (sent bool) {
	m.size = len(payload)
	if alone || w.exclusive {
		w.drain(0, 0)
	} else {
		w.drain(maxInflight-1, max(0, maxInflightBytes-m.size))
	}
	if w.err != nil {
		return false
	}
	m.wait = w.link.send(ctx, m.topic, qos, m.event == nil, payload)
	w.pending, w.bytes, w.exclusive = append(w.pending, m), w.bytes+m.size, alone
	return true
}

// drain waits until at most so many messages and bytes are in flight.
func (w *window) drain(messages, bytes int) {
	for len(w.pending) > messages || len(w.pending) > 0 && w.bytes > bytes {
		next := w.pending[0]
		w.pending, w.bytes = w.pending[1:], w.bytes-next.size
		err := next.wait()
		if err == nil {
			w.onAck(next)
			continue
		}
		w.err = cmp.Or(w.err, err)
		w.unacked = append(w.unacked, suspect{next.topic, next.size, next.event != nil})
		if next.event != nil {
			w.unsent = append(w.unsent, *next.event)
		}
	}
}
