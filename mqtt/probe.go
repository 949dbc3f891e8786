// SPDX-License-Identifier: MIT

package mqtt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// ErrWillRefused means that the broker accepts connections, but none with a
// retained last will.
var ErrWillRefused = errors.New("broker rejects connections with a retained last will")

const defaultEchoTimeout = 3 * time.Second

// Probe tries out what the daemon needs, over two connections whose client ids
// begin with the given one and end with that of the scratch topic. Any number
// of probes may run at the same time. The error wraps ErrNotAuthorized or
// ErrUnreachable if there is no connection at all.
func Probe(ctx context.Context, o Options, probe ProbeOptions) (found ProbeResult, err error) {
	name := o.ClientID + "-" + path.Base(probe.ScratchTopic)
	probe.EchoTimeout = cmp.Or(probe.EchoTimeout, defaultEchoTimeout)
	o.ClientID, o.StateTopic = name+"-reader", probe.ScratchTopic+"/will"
	reader, err := newProber(ctx, o)
	if err != nil && reader != nil {
		return found, reader.connector.explainPort(ctx, err)
	}
	if err != nil {
		return found, err
	}
	defer reader.close()
	// Even a connection that failed may have published its will.
	defer func() { found.NotCleared = reader.clearTopics(ctx, probe.ScratchTopic, o.StateTopic) }()
	if err := reader.readLeftovers(ctx, probe.LeftoverRoot); err != nil {
		return found, err
	}
	if err := reader.subscribeAll(ctx, probe, &found); err != nil {
		return found, err
	}
	connector := reader.connector.withClientID(name + "-writer")
	writer, err := connector.connect(ctx)
	if err != nil {
		return found, connector.classifyWillError(ctx, err)
	}
	if err := cmp.Or(reader.probeTopics(ctx, writer, probe, &found), unreachable(context.Cause(ctx))); err != nil {
		writer.close() // discards the will, which would not be cleared
		return found, err
	}
	if found.Published && probe.MaxSize > 0 {
		sizer := reader.connector.withClientID(name + "-size")
		if found.AcceptedSize, err = reader.measureSizeLimit(ctx, sizer, probe); err != nil {
			found.AcceptedSize = 0 // the measurement is incomplete
		}
	}
	writer.closeWithoutDisconnect()       // publishes the will,
	waitCtx := context.WithoutCancel(ctx) // which must be waited for, else it stays
	isWill := func(m Message) bool { return m.Topic == o.StateTopic && string(m.Payload) == offline }
	found.WillDelivered = reader.waitFor(waitCtx, probe.EchoTimeout, isWill)
	return found, nil
}

// classifyWillError determines whether a connection was refused because of its
// last will: the broker must have refused or closed it, and must accept the
// same one without a will.
func (c *connector) classifyWillError(ctx context.Context, err error) error {
	refused := isHangUp(err) || errors.Is(err, packets.ErrorRefusedServerUnavailable) ||
		errors.Is(err, packets.ErrorRefusedNotAuthorised)
	if !refused || ctx.Err() != nil {
		return err
	}
	conn, without := c.connectWithoutWill(ctx)
	if without != nil {
		return without
	}
	conn.close()
	return fmt.Errorf("%w: %w", ErrWillRefused, err)
}
