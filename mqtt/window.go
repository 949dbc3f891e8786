package mqtt

import (
	"cmp"
	"context"
)

const (
	// inFlight is how many messages may wait for the broker's word at a time: a
	// burst of a whole tree overloads small brokers.
	inFlight = 32
	// inFlightBytes is how many bytes may; one message may be larger, and then is
	// alone. On a slow line a word that waits behind more would come too late.
	inFlightBytes = 16 << 10
	// certain is the size, in bytes, from which on a message needs the broker's word
	// whatever the quality of service: that it is too large, no broker says in
	// another way than by ending the connection.
	certain = 8 << 10
)

// flight is one message under way.
type flight struct {
	landed  func() error // waits for the broker's word
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

	flying []flight
	bytes  int
	alone  bool // what is flying must not have company
	// failed is what ended the first message that did not arrive, unconfirmed are all
	// that did not, and left the events among them.
	failed      error
	unconfirmed []suspected
	left        []event
}

// launch sends a message as soon as there is room, one that must be alone with
// nothing else under way. It returns whether it was sent.
func (w *window) launch(ctx context.Context, f flight, alone bool, qos byte, payload []byte) bool {
	if alone || w.alone {
		w.land(0, 0)
	} else {
		w.land(inFlight-1, max(0, inFlightBytes-f.size))
	}
	if w.failed != nil {
		return false
	}
	f.landed = w.link.send(ctx, f.topic, qos, f.event < 0, payload)
	w.flying, w.bytes, w.alone = append(w.flying, f), w.bytes+f.size, alone
	return true
}

// land waits until at most so many messages and bytes are under way.
func (w *window) land(messages, bytes int) {
	for len(w.flying) > messages || len(w.flying) > 0 && w.bytes > bytes {
		next := w.flying[0]
		w.flying, w.bytes = w.flying[1:], w.bytes-next.size
		switch err := next.landed(); {
		case err != nil:
			w.failed = cmp.Or(w.failed, err)
			w.unconfirmed = append(w.unconfirmed, suspected{next.topic, next.size, next.event >= 0})
			if next.event >= 0 {
				w.left = append(w.left, w.events[next.event])
			}
		case next.event < 0:
			w.client.settle(next.topic, next.version, next.size)
		default:
			w.client.confirmed(next.topic, next.size)
			w.events[next.event].settled()
		}
	}
}
