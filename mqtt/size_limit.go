package mqtt

import (
	"bytes"
	"context"
)

// sizePrecision is how closely a broker's size limit is measured: to a part of this many.
const sizePrecision = 32

// measureSizeLimit returns the size of the largest message up to a size, in bytes, that the
// broker hands on; 0 when it hands on none. A broker ends the connection over one
// that is too large, or confirms it and throws it away, so each try has a
// connection of its own and must come back.
func (n *prober) measureSizeLimit(ctx context.Context, o Options, i ProbeOptions) (accepted int, err error) {
	topic := i.ScratchTopic + "/size"
	if allowed, err := n.trySubscribe(ctx, topic); err != nil || !allowed {
		return 0, err
	}
	over := i.MaxSize + 1
	for size := i.MaxSize; over-accepted > 1+accepted/sizePrecision; size = (accepted + over) / 2 {
		passed, err := n.trySize(ctx, o, i, topic, size)
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

// trySize says whether a message of a size comes back. The error is that there is
// no connection.
func (n *prober) trySize(ctx context.Context, o Options, i ProbeOptions, topic string, size int) (bool, error) {
	client, err := New(o)
	if err != nil {
		return false, err
	}
	conn, err := client.connectWithoutWill(ctx)
	if err != nil {
		return false, err
	}
	defer conn.close()
	if conn.publish(ctx, topic, 1, false, bytes.Repeat([]byte{' '}, size)) != nil {
		return false, contextError(ctx)
	}
	return n.waitFor(ctx, i.EchoTimeout, func(m Message) bool { return m.Topic == topic && len(m.Payload) == size }), contextError(ctx)
}
