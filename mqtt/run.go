package mqtt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	flushTimeout        = 5 * time.Second // to deliver the last values at the end
	offlineTimeout      = 3 * time.Second // to deliver "offline"
	minConnectionTime   = 30 * time.Second
	maxBackoff          = 30 * time.Second
	maxShortConnections = 3
)

// Run keeps a connection until the context ends, however often it is lost. Then
// it delivers what is left, says "offline" and disconnects; with ErrHandover as
// the context's cause it leaves "online". It returns nil: a broker that is away
// is no reason to stop.
func (c *Client) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	dispatchCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	workers.Go(func() { c.dispatch(dispatchCtx) })

	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.RandomizationFactor = time.Second, maxBackoff, 0
	wait := func() { sleep(ctx, min(maxBackoff, c.options.Jitter.Around(pause.NextBackOff(), 0.5))) }
	shortConnections := 0
	for ctx.Err() == nil {
		connection, err := c.connect(ctx)
		if err != nil {
			c.recordFailure(err)
			wait()
			continue
		}
		c.recordConnected()
		since := time.Now()
		// What is under way at the end still gets the broker's word: an event whose
		// word was not waited for would be sent twice.
		graceCtx, done := c.contextWithGrace(ctx, flushTimeout)
		err = c.serve(graceCtx, connection, ctx.Done())
		done()
		if ctx.Err() != nil {
			if err != nil {
				c.options.Log.Warn().Err(err).Msg("the broker did not get everything before the end")
			}
			c.publishOffline(ctx, connection, errors.Is(context.Cause(ctx), ErrHandover))
			break
		}
		connection.closeWithoutDisconnect()
		c.recordFailure(err)
		if time.Since(since) > minConnectionTime {
			pause.Reset()
			shortConnections = 0
			continue // a broker that restarts is back soon: try at once, then slower
		}
		blamed, quarantined := c.lastLossCause()
		if quarantined {
			pause.Reset() // the next try is another one
		}
		if blamed {
			shortConnections = 0
		} else if shortConnections++; shortConnections == maxShortConnections {
			c.recordClientIDConflict()
		}
		wait()
	}
	c.mu.Lock()
	c.status.Connected = false
	c.mu.Unlock()
	return nil
}

// sleep waits, and returns false when the context ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// recordClientIDConflict says that somebody else seems to use our client id.
func (c *Client) recordClientIDConflict() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clientIDConflictSince = time.Now()
	c.options.Log.Error().Str("client_id", c.options.ClientID).
		Msg("the broker ends each connection at once; another program probably uses the same client id")
}

func (c *Client) recordConnected() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Connected, c.status.EverConnected, c.status.NotAuthorized, c.status.LastError, c.lastLoggedFailure = true, true, false, "", nil
	c.otherInstallation.connectedAt, c.otherInstallation.foundOnline = time.Now(), false
	if !c.quarantine.causedLoss {
		c.quarantine.startTrial()
	}
	c.quarantine.causedLoss = false
	for _, held := range c.cache {
		held.verified = false
	}
	// Whether the broker kept anything is not known: all is published again.
	c.markAllDirtyLocked()
	c.options.Log.Info().Str("broker", c.server).Msg("connected to the broker")
}

// recordFailure logs a failure when it is another one than before.
func (c *Client) recordFailure(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		err = errConnectionLost
	}
	// The texts differ by port numbers: only another kind of failure is news.
	kind := err
	for _, known := range []error{ErrNotAuthorized, ErrUnreachable, errConnectionLost} {
		if errors.Is(err, known) {
			kind = known
		}
	}
	if c.lastLoggedFailure == nil || !errors.Is(kind, c.lastLoggedFailure) {
		c.options.Log.Error().Err(err).Str("broker", c.server).Msg("no connection to the broker; values are kept until it is back")
	}
	c.lastLoggedFailure = kind
	c.status.Connected, c.status.NotAuthorized, c.status.LastError = false, errors.Is(err, ErrNotAuthorized), err.Error()
}

// serve subscribes, publishes everything, "online" first, and then what changes,
// until the connection is lost or, everything being delivered, it is told to stop.
func (c *Client) serve(ctx context.Context, l *link, stop <-chan struct{}) error {
	// First the subscriptions: what the broker still holds must be seen before it
	// is overwritten.
	for _, filter := range c.subscriptionFilters() {
		allowed, err := l.subscribe(ctx, filter)
		if err != nil {
			return err
		}
		if !allowed {
			c.options.Log.Warn().Str("topic", filter).Msg("the broker's access list does not allow reading this topic")
		}
	}
	verifyCtx, end := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer end()
	start := sync.OnceFunc(func() { workers.Go(func() { c.verify(verifyCtx, l) }) })
	stable := time.NewTimer(minConnectionTime)
	defer stable.Stop()
	for {
		if err := c.deliver(ctx, l); err != nil {
			return err
		}
		start()
		if done, err := c.waitForWork(ctx, l, stop, stable.C); done {
			return err
		}
	}
}

// waitForWork waits until there is something to deliver, or until the connection is
// done with.
func (c *Client) waitForWork(ctx context.Context, l *link, stop <-chan struct{}, stable <-chan time.Time) (done bool, err error) {
	var retry <-chan time.Time
	if d := c.timeUntilRetry(); d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		retry = timer.C
	}
	select {
	case <-c.wakeup:
	case <-retry:
		c.retryQuarantined()
	case <-stable:
		c.mu.Lock()
		c.clientIDConflictSince = time.Time{}
		c.mu.Unlock()
	case <-l.lost:
		return true, l.lostError()
	case <-stop:
		return true, c.deliver(ctx, l) // what came in the same moment
	}
	return false, nil
}

// contextWithGrace returns a context that ends some time after its parent, or when
// goodbyes are broken off.
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

// publishOffline leaves, having delivered all that could be.
func (c *Client) publishOffline(ctx context.Context, l *link, handover bool) {
	c.mu.Lock()
	c.shuttingDown = true
	c.mu.Unlock()
	if handover { // without a word, and without the will
		l.close()
		return
	}
	graceCtx, done := c.contextWithGrace(ctx, offlineTimeout)
	defer done()
	if err := l.publish(graceCtx, c.options.StateTopic, 1, true, []byte(offline)); err != nil {
		c.options.Log.Warn().Err(err).Msg("the goodbye did not reach the broker; its last will says it")
		l.closeWithoutDisconnect()
		return
	}
	l.close()
}

// PublishOfflineOnce connects once to say "offline", after a handover that nobody took.
// Run must have returned.
func (c *Client) PublishOfflineOnce(ctx context.Context) error {
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	defer connection.close()
	return connection.publish(ctx, c.options.StateTopic, 1, true, []byte(offline))
}

// subscriptionFilters lists what must be subscribed to.
func (c *Client) subscriptionFilters() []string {
	filters := []string{c.options.StateTopic}
	if c.options.Signature != nil {
		filters = append(filters, c.options.Signature.Topic)
	}
	for _, h := range c.handlers {
		filters = append(filters, h.filter)
	}
	if c.options.BirthTopic != "" {
		filters = append(filters, c.options.BirthTopic)
	}
	return filters
}

// dispatch hands incoming messages to their handlers, in a goroutine of ours:
// paho's must not be kept waiting.
func (c *Client) dispatch(ctx context.Context) {
	var birthTimer, stateTimer, signatureTimer <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-birthTimer:
			birthTimer = nil
			c.options.Log.Info().Msg("home assistant has started: publishing everything again")
			c.Republish()
		case <-stateTimer:
			stateTimer = nil
			c.republishState()
		case <-signatureTimer:
			signatureTimer = nil
			c.republishSignature()
		case m := <-c.inbox:
			if m.Topic == c.options.StateTopic {
				if pause, wanted := c.onStateMessage(m); wanted && stateTimer == nil {
					stateTimer = time.After(pause)
				}
			}
			if c.options.Signature != nil && m.Topic == c.options.Signature.Topic {
				if pause, wanted := c.onSignatureMessage(m); wanted && signatureTimer == nil {
					signatureTimer = time.After(pause)
				}
			}
			if c.isBirth(m) && birthTimer == nil {
				birthTimer = time.After(c.options.BirthDelay())
			}
			for _, h := range c.handlers {
				if topicMatches(h.filter, m.Topic) {
					h.fn(m)
				}
			}
		}
	}
}

// isBirth leaves retained births out: they come with every connection of ours,
// which publishes everything anyway.
func (c *Client) isBirth(m Message) bool {
	return !m.Retained && c.options.BirthTopic != "" && m.Topic == c.options.BirthTopic && string(m.Payload) == c.options.BirthPayload
}

// CheckConnection connects once and leaves, under a client id that must not be the
// daemon's. The error is ErrRefused or ErrUnreachable, with the reason.
func CheckConnection(ctx context.Context, o Options) error {
	c, err := New(o)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	connection.close()
	return nil
}
