// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"context"
)

// sizePrecision is the precision of a measured size limit: one part in so many.
const sizePrecision = 32

// measureSizeLimit returns the size of the largest message up to MaxSize, in
// bytes, that the broker passes on; 0 if it passes on none. A broker closes the
// connection over a larger one, or acknowledges and discards it, so each
// attempt has a connection of its own and the message must come back.
func (p *prober) measureSizeLimit(ctx context.Context, c *connector, probe ProbeOptions) (accepted int, err error) {
	topic := probe.ScratchTopic + "/size"
	if allowed, err := p.subscribe(ctx, topic); err != nil || !allowed {
		return 0, err
	}
	over := probe.MaxSize + 1
	for size := probe.MaxSize; over-accepted > 1+accepted/sizePrecision; size = (accepted + over) / 2 {
		passed, err := p.trySize(ctx, c, probe, topic, size)
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

// trySize publishes a message of a size, and reports whether it came back. The
// error means that there is no connection.
func (p *prober) trySize(ctx context.Context, c *connector, probe ProbeOptions, topic string, size int) (bool, error) {
	conn, err := c.connectWithoutWill(ctx)
	if err != nil {
		return false, err
	}
	defer conn.close()
	if conn.publish(ctx, topic, 1, false, bytes.Repeat([]byte{' '}, size)) != nil {
		return false, unreachable(context.Cause(ctx))
	}
	isEcho := func(m Message) bool { return m.Topic == topic && len(m.Payload) == size }
	return p.waitFor(ctx, probe.EchoTimeout, isEcho), unreachable(context.Cause(ctx))
}
