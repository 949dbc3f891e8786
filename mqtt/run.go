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
	flushTime   = 5 * time.Second // to deliver the last values at the end
	goodbyeTime = 3 * time.Second // to deliver "offline"
	shortLife   = 30 * time.Second
	maxPause    = 30 * time.Second
	manyKicks   = 3
)

// Run keeps a connection until the context ends, however often it is lost. Then
// it delivers what is left, says "offline" and disconnects; with ErrHandover as
// the context's cause it leaves "online". It returns nil: a broker that is away
// is no reason to stop.
func (c *Client) Run(ctx context.Context) error {
	var inside sync.WaitGroup
	defer inside.Wait()
	dispatching, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	inside.Go(func() { c.dispatch(dispatching) })

	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.RandomizationFactor = time.Second, maxPause, 0
	wait := func() { rest(ctx, min(maxPause, c.options.Jitter.Around(pause.NextBackOff(), 0.5))) }
	kicks := 0
	for ctx.Err() == nil {
		connection, err := c.connect(ctx)
		if err != nil {
			c.noteFailure(err)
			wait()
			continue
		}
		c.noteConnected()
		since := time.Now()
		// What is under way at the end still gets the broker's word: an event whose
		// word was not waited for would be sent twice.
		patient, done := c.outlast(ctx, flushTime)
		err = c.supply(patient, connection, ctx.Done())
		done()
		if ctx.Err() != nil {
			if err != nil {
				c.options.Log.Warn().Err(err).Msg("the broker did not get everything before the end")
			}
			c.goodbye(ctx, connection, errors.Is(context.Cause(ctx), ErrHandover))
			break
		}
		connection.abandon()
		c.noteFailure(err)
		if time.Since(since) > shortLife {
			pause.Reset()
			kicks = 0
			continue // a broker that restarts is back soon: try at once, then slower
		}
		blamed, refused := c.blames()
		if refused {
			pause.Reset() // the next try is another one
		}
		if blamed {
			kicks = 0
		} else if kicks++; kicks == manyKicks {
			c.noteTwin()
		}
		wait()
	}
	c.mu.Lock()
	c.status.Connected = false
	c.mu.Unlock()
	return nil
}

// rest waits, and returns false when the context ends before.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// noteTwin says that somebody else seems to use our client id.
func (c *Client) noteTwin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.twinSince = time.Now()
	c.options.Log.Error().Str("client_id", c.options.ClientID).
		Msg("the broker ends each connection at once; another program probably uses the same client id")
}

func (c *Client) noteConnected() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Connected, c.status.Met, c.status.Refused, c.status.LastError, c.logged = true, true, false, "", nil
	c.rival.connected, c.rival.foundOnline = time.Now(), false
	if !c.refusals.blamed {
		c.refusals.startTrial()
	}
	c.refusals.blamed = false
	for _, held := range c.cache {
		held.verified = false
	}
	// Whether the broker kept anything is not known: all is published again.
	c.soilAll()
	c.options.Log.Info().Str("broker", c.server).Msg("connected to the broker")
}

// noteFailure logs a failure when it is another one than before.
func (c *Client) noteFailure(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		err = errLost
	}
	// The texts differ by port numbers: only another kind of failure is news.
	kind := err
	for _, known := range []error{ErrRefused, ErrUnreachable, errLost} {
		if errors.Is(err, known) {
			kind = known
		}
	}
	if c.logged == nil || !errors.Is(kind, c.logged) {
		c.options.Log.Error().Err(err).Str("broker", c.server).Msg("no connection to the broker; values are kept until it is back")
	}
	c.logged = kind
	c.status.Connected, c.status.Refused, c.status.LastError = false, errors.Is(err, ErrRefused), err.Error()
}

// supply subscribes, publishes everything, "online" first, and then what changes,
// until the connection is lost or, everything being delivered, it is told to stop.
func (c *Client) supply(ctx context.Context, l *link, stop <-chan struct{}) error {
	// First the subscriptions: what the broker still holds must be seen before it
	// is overwritten.
	for _, filter := range c.filters() {
		allowed, err := l.subscribe(ctx, filter)
		if err != nil {
			return err
		}
		if !allowed {
			c.options.Log.Warn().Str("topic", filter).Msg("the broker's access list does not allow reading this topic")
		}
	}
	verifying, end := context.WithCancel(ctx)
	var inside sync.WaitGroup
	defer inside.Wait()
	defer end()
	start := sync.OnceFunc(func() { inside.Go(func() { c.verify(verifying, l) }) })
	settled := time.NewTimer(shortLife)
	defer settled.Stop()
	for {
		if err := c.deliver(ctx, l); err != nil {
			return err
		}
		start()
		if done, err := c.idle(ctx, l, stop, settled.C); done {
			return err
		}
	}
}

// idle waits until there is something to deliver, or until the connection is
// done with.
func (c *Client) idle(ctx context.Context, l *link, stop <-chan struct{}, settled <-chan time.Time) (done bool, err error) {
	var retry <-chan time.Time
	if d := c.untilRetry(); d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		retry = timer.C
	}
	select {
	case <-c.wake:
	case <-retry:
		c.retryRefused()
	case <-settled:
		c.mu.Lock()
		c.twinSince = time.Time{}
		c.mu.Unlock()
	case <-l.lost:
		return true, l.reason()
	case <-stop:
		return true, c.deliver(ctx, l) // what came in the same moment
	}
	return false, nil
}

// outlast returns a context that ends some time after its parent, or when
// goodbyes are broken off.
func (c *Client) outlast(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	unhook := context.AfterFunc(parent, func() {
		defer cancel()
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-c.options.BreakOff:
		}
	})
	return ctx, func() {
		unhook()
		cancel()
	}
}

// goodbye leaves, having delivered all that could be.
func (c *Client) goodbye(ctx context.Context, l *link, handover bool) {
	c.mu.Lock()
	c.leaving = true
	c.mu.Unlock()
	if handover { // without a word, and without the will
		l.close()
		return
	}
	leaving, done := c.outlast(ctx, goodbyeTime)
	defer done()
	if err := l.publish(leaving, c.options.StateTopic, 1, true, []byte(offline)); err != nil {
		c.options.Log.Warn().Err(err).Msg("the goodbye did not reach the broker; its last will says it")
		l.abandon()
		return
	}
	l.close()
}

// SayOffline connects once to say "offline", after a handover that nobody took.
// Run must have returned.
func (c *Client) SayOffline(ctx context.Context) error {
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	defer connection.close()
	return connection.publish(ctx, c.options.StateTopic, 1, true, []byte(offline))
}

// filters lists what must be subscribed to.
func (c *Client) filters() []string {
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
	var birth, answer, assert <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-birth:
			birth = nil
			c.options.Log.Info().Msg("home assistant has started: publishing everything again")
			c.Republish()
		case <-answer:
			answer = nil
			c.answerState()
		case <-assert:
			assert = nil
			c.assertSignature()
		case m := <-c.inbox:
			if m.Topic == c.options.StateTopic {
				if pause, wanted := c.hearState(m); wanted && answer == nil {
					answer = time.After(pause)
				}
			}
			if c.options.Signature != nil && m.Topic == c.options.Signature.Topic {
				if pause, wanted := c.hearSignature(m); wanted && assert == nil {
					assert = time.After(pause)
				}
			}
			if c.isBirth(m) && birth == nil {
				birth = time.After(c.options.BirthDelay())
			}
			for _, h := range c.handlers {
				if matches(h.filter, m.Topic) {
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

// Probe connects once and leaves, under a client id that must not be the
// daemon's. The error is ErrRefused or ErrUnreachable, with the reason.
func Probe(ctx context.Context, o Options) error {
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
