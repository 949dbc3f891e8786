// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	maxBackoff = 30 * time.Second
	// A connection that lasts less than minConnectionTime is short; after
	// maxShortConnections in a row the client id is probably in use twice.
	minConnectionTime   = 30 * time.Second
	maxShortConnections = 3
)

// Run keeps a connection until the context ends, however often it is lost. Then
// it delivers what is pending, publishes "offline" and disconnects; with
// ErrHandover as the context's cause it leaves "online". It returns nil: a
// broker that is unreachable is no reason to stop.
func (c *Client) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	dispatchCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	workers.Go(func() { c.dispatch(dispatchCtx) })

	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.RandomizationFactor = c.options.Timeouts.Reconnect, maxBackoff, 0
	wait := func() { sleep(ctx, min(maxBackoff, c.options.Jitter.Around(pause.NextBackOff(), 0.5))) }
	shortConnections := 0
	for ctx.Err() == nil {
		connection, err := c.connect(ctx)
		if err != nil {
			c.state.recordFailure(err)
			wait()
			continue
		}
		since := time.Now()
		err = c.use(ctx, connection)
		if ctx.Err() != nil {
			c.leave(ctx, connection, err)
			break
		}
		c.other.stop()
		connection.closeWithoutDisconnect()
		c.state.recordFailure(err)
		if time.Since(since) > minConnectionTime {
			pause.Reset()
			shortConnections = 0
			continue // a broker that restarts is back soon: retry at once, then slower
		}
		message, quarantined := c.quarantine.lastLossCause()
		if quarantined {
			pause.Reset() // the next attempt differs
		}
		if message {
			shortConnections = 0
		} else if shortConnections++; shortConnections == maxShortConnections {
			c.state.recordConflict()
		}
		wait()
	}
	c.state.recordClosed()
	return nil
}

// use publishes over a connection until it is lost or, everything being
// delivered, the context ends. Messages in flight at the end still get their
// acknowledgement: an event without it would be sent twice.
func (c *Client) use(ctx context.Context, l *link) error {
	c.state.recordConnected()
	c.other.start()
	c.quarantine.startConnection()
	c.outbox.startConnection()
	c.retained.start()
	graceCtx, done := c.contextWithGrace(ctx, c.options.Timeouts.Flush)
	defer done()
	return c.serve(graceCtx, l, ctx.Done())
}

// serve subscribes, publishes everything, "online" first, and then what
// changes.
func (c *Client) serve(ctx context.Context, l *link, stop <-chan struct{}) error {
	// Subscriptions come first: what the broker has retained must be seen before
	// it is overwritten.
	if err := c.retained.subscribe(ctx, l); err != nil {
		return err
	}
	// All others at once: everything else waits for the answer. It follows what
	// the broker had retained for the first.
	denied, err := l.subscribe(ctx, 1, c.subscriptionFilters()...)
	if err != nil {
		return err
	}
	c.options.logDenied(denied)
	verifyCtx, end := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer end()
	verify := sync.OnceFunc(func() {
		workers.Go(func() {
			if c.retained.run(verifyCtx, l) {
				c.verifier.run(verifyCtx, l)
			}
		})
	})
	stable := time.NewTimer(minConnectionTime)
	defer stable.Stop()
	for {
		if err := c.publisher.deliver(ctx, l); err != nil {
			return err
		}
		verify()
		if done, err := c.waitForWork(ctx, l, stop, stable.C); done {
			return err
		}
	}
}

// waitForWork waits until there is something to deliver, or until the
// connection is no longer needed.
func (c *Client) waitForWork(
	ctx context.Context, l *link, stop <-chan struct{}, stable <-chan time.Time,
) (done bool, err error) {
	var retry <-chan time.Time
	if d, ok := c.quarantine.timeUntilRetry(); ok {
		timer := time.NewTimer(d)
		defer timer.Stop()
		retry = timer.C
	}
	select {
	case <-c.outbox.wakeup:
	case <-retry:
		c.outbox.markDirty(c.quarantine.retry())
	case <-stable:
		c.state.clearConflict()
	case <-l.lost:
		return true, l.lostError()
	case <-stop:
		c.retained.releaseAll()
		return true, c.publisher.deliver(ctx, l) // what came at the same moment
	}
	return false, nil
}

// contextWithGrace returns a context that ends some time after its parent, or
// when the shutdown is aborted.
func (c *Client) contextWithGrace(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	unhook := context.AfterFunc(parent, func() {
		defer cancel()
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-c.options.AbortShutdown:
		}
	})
	return ctx, func() {
		unhook()
		cancel()
	}
}

// leave ends the last connection. err is what kept values from being delivered.
func (c *Client) leave(ctx context.Context, l *link, err error) {
	if err != nil {
		c.options.Log.Warn().Err(err).Msg("not everything was published before shutdown")
	}
	c.other.stop()
	if errors.Is(context.Cause(ctx), ErrHandover) {
		l.close() // keeps "online", and the broker discards the last will
		return
	}
	c.publishOffline(ctx, l)
}

// publishOffline publishes "offline" and disconnects.
func (c *Client) publishOffline(ctx context.Context, l *link) {
	graceCtx, done := c.contextWithGrace(ctx, c.options.Timeouts.Offline)
	defer done()
	if err := l.publish(graceCtx, c.options.StateTopic, 1, true, []byte(offline)); err != nil {
		c.options.Log.Warn().Err(err).Msg("could not publish offline; relying on the last will")
		l.closeWithoutDisconnect()
		return
	}
	l.close()
}
