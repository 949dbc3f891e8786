package mqtt

import (
	"bytes"
	"context"
)

// exact is how closely a broker's size limit is measured: to a part of this many.
const exact = 32

// measure returns the size of the largest message up to a size, in bytes, that the
// broker hands on; 0 when it hands on none. A broker ends the connection over one
// that is too large, or confirms it and throws it away, so each try has a
// connection of its own and must come back.
func (n *inspector) measure(ctx context.Context, o Options, i Inspection) (accepted int, err error) {
	topic := i.Scratch + "/size"
	if allowed, err := n.ask(ctx, topic); err != nil || !allowed {
		return 0, err
	}
	over := i.Largest + 1
	for size := i.Largest; over-accepted > 1+accepted/exact; size = (accepted + over) / 2 {
		passed, err := n.passes(ctx, o, i, topic, size)
		if err != nil {
			return accepted, err
		}
		if passed {
			accepted = size
		} else {
			over = size
		}
	}
	return accepted, nil
}

// passes says whether a message of a size comes back. The error is that there is
// no connection.
func (n *inspector) passes(ctx context.Context, o Options, i Inspection, topic string, size int) (bool, error) {
	client, err := New(o)
	if err != nil {
		return false, err
	}
	line, err := client.connectWithoutWill(ctx)
	if err != nil {
		return false, err
	}
	defer line.close()
	if line.publish(ctx, topic, 1, false, bytes.Repeat([]byte{' '}, size)) != nil {
		return false, stopped(ctx)
	}
	return n.hears(ctx, i.Wait, func(m Message) bool { return m.Topic == topic && len(m.Payload) == size }), stopped(ctx)
}
