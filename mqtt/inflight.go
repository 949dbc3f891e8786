package mqtt

import (
	"cmp"
	"context"
)

const (
	// maxInflight is how many messages may wait for the broker's word at a time: a
	// burst of a whole tree overloads small brokers.
	maxInflight = 32
	// maxInflightBytes is how many bytes may; one message may be larger, and then is
	// alone. On a slow line a word that waits behind more would come too late.
	maxInflightBytes = 16 << 10
	// minAckSize is the size, in bytes, from which on a message needs the broker's word
	// whatever the quality of service: that it is too large, no broker says in
	// another way than by ending the connection.
	minAckSize = 8 << 10
)

// inflight is one message under way.
type inflight struct {
	wait    func() error // waits for the broker's word
	topic   string
	version int
	size    int // of the payload, in bytes
	event   int // its place among the events; -1 for a topic of the tree
}

// window sends messages with a few of them under way at a time.
type window struct {
	client *Client
	link   *link
	events []event

	pending   []inflight
	bytes     int
	exclusive bool // what is flying must not have company
	// err is what ended the first message that did not arrive, unconfirmed are all
	// that did not, and left the events among them.
	err     error
	unacked []suspect
	unsent  []event
}

// send sends a message as soon as there is room, one that must be alone with
// nothing else under way. It returns whether it was sent.
func (w *window) send(ctx context.Context, f inflight, alone bool, qos byte, payload []byte) bool {
	if alone || w.exclusive {
		w.drain(0, 0)
	} else {
		w.drain(maxInflight-1, max(0, maxInflightBytes-f.size))
	}
	if w.err != nil {
		return false
	}
	f.wait = w.link.send(ctx, f.topic, qos, f.event < 0, payload)
	w.pending, w.bytes, w.exclusive = append(w.pending, f), w.bytes+f.size, alone
	return true
}

// drain waits until at most so many messages and bytes are under way.
func (w *window) drain(messages, bytes int) {
	for len(w.pending) > messages || len(w.pending) > 0 && w.bytes > bytes {
		next := w.pending[0]
		w.pending, w.bytes = w.pending[1:], w.bytes-next.size
		switch err := next.wait(); {
		case err != nil:
			w.err = cmp.Or(w.err, err)
			w.unacked = append(w.unacked, suspect{next.topic, next.size, next.event >= 0})
			if next.event >= 0 {
				w.unsent = append(w.unsent, w.events[next.event])
			}
		case next.event < 0:
			w.client.markPublished(next.topic, next.version, next.size)
		default:
			w.client.recordAck(next.topic, next.size)
			w.events[next.event].confirm()
		}
	}
}
