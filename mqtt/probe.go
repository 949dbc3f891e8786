package mqtt

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
)

// ProbeOptions is what to try at a broker. Nothing of it stays there.
type ProbeOptions struct {
	// ScratchTopic is a topic of nobody's: messages are left there and below it, read
	// back and cleared.
	ScratchTopic string
	// Echoes are topics on which an empty message, which nobody takes for
	// anything, must come back.
	Echoes []string
	// Filters are subscribed to; what the broker holds there is reported.
	Filters []string
	// LeftoverRoot is a topic below which runs that were cut off may have left
	// messages, "" for none. Those that are Stale, by what follows it, are cleared;
	// nothing else ever is.
	LeftoverRoot string
	IsStale      func(rest string) bool
	// MaxSize is the size in bytes up to which messages are tried; 0 tries none.
	MaxSize int
	// EchoTimeout is how long each message may take to come back; 0 is 3 s.
	EchoTimeout time.Duration
}

// ProbeResult are what an inspection found. A broker that speaks MQTT 3.1.1 denies
// in silence, so whatever did not come back counts as denied.
type ProbeResult struct {
	// DeniedFilters are the filters that may not be subscribed to.
	DeniedFilters []string
	// Published, Retained and WillDelivered say that a message on the scratch topic came back,
	// that it was retained, and that the last will of a cut connection was heard.
	Published, Retained, WillDelivered bool
	// Denied are the echoes that did not come back.
	Denied []string
	// RetainedMessages is what was retained on the filters.
	RetainedMessages []Message
	// AcceptedSize is the size of the largest message that came back, in bytes, up to
	// Largest; 0 when that was not tried or is not known.
	AcceptedSize int
	// NotCleared are the scratch topics that could not be cleared.
	NotCleared []string
}

// ErrWillRefused says that the broker takes connections, but none with a retained last
// will.
var ErrWillRefused = errors.New("a connection with a retained last will is not taken")

const (
	defaultEchoTimeout = 3 * time.Second
	// clearTimeout bounds the tidying up, which also happens when time is up.
	clearTimeout = 5 * time.Second
)

// Probe connects twice, under client ids that begin with the given one and end
// with that of the scratch topic, and tries out what the daemon needs. Any number
// of inspections may go on at the same time. The error is ErrRefused or
// ErrUnreachable, with the reason, when there is no connection at all.
func Probe(ctx context.Context, o Options, i ProbeOptions) (found ProbeResult, err error) {
	name := o.ClientID + "-" + path.Base(i.ScratchTopic)
	i.EchoTimeout = cmp.Or(i.EchoTimeout, defaultEchoTimeout)
	o.ClientID, o.StateTopic = name+"-reader", i.ScratchTopic+"/will"
	reader, err := newProber(ctx, o)
	if err != nil {
		return found, err
	}
	defer reader.close()
	// The will of a connection that did not come about may have been heard.
	defer func() { found.NotCleared = reader.clearTopics(ctx, i.ScratchTopic, o.StateTopic) }()
	if err := reader.readLeftovers(ctx, i.LeftoverRoot); err != nil {
		return found, err
	}
	if err := reader.subscribeAll(ctx, i, &found); err != nil {
		return found, err
	}
	o.ClientID = name + "-writer"
	writer, err := New(o)
	if err != nil {
		return found, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	writerLink, err := writer.connect(ctx)
	if err != nil {
		return found, writer.classifyWillError(ctx, err)
	}
	if err := cmp.Or(reader.probeTopics(ctx, writerLink, i, &found), contextError(ctx)); err != nil {
		writerLink.close() // with a goodbye: nobody would be there to clear the will
		return found, err
	}
	if found.Published && i.MaxSize > 0 {
		o.ClientID = name + "-size"
		if found.AcceptedSize, err = reader.measureSizeLimit(ctx, o, i); err != nil {
			found.AcceptedSize = 0 // not measured to the end
		}
	}
	writerLink.closeWithoutDisconnect()   // the will is heard now,
	waitCtx := context.WithoutCancel(ctx) // and must be waited for, else it stays
	found.WillDelivered = reader.waitFor(waitCtx, i.EchoTimeout, func(m Message) bool { return m.Topic == o.StateTopic && string(m.Payload) == offline })
	return found, nil
}

func contextError(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, context.Cause(ctx))
}

// classifyWillError says whether a connection was refused because of its last will: the
// broker must have said no, or hung up, and must take the same one without.
func (c *Client) classifyWillError(ctx context.Context, err error) error {
	no := errors.Is(err, packets.ErrorRefusedServerUnavailable) || errors.Is(err, packets.ErrorRefusedNotAuthorised) || isHangUp(err)
	if !no || ctx.Err() != nil {
		return err
	}
	conn, without := c.connectWithoutWill(ctx)
	if without != nil {
		return without
	}
	conn.close()
	return fmt.Errorf("%w: %w", ErrWillRefused, err)
}

// isHangUp says that the other side ended the connection without a word.
func isHangUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// prober is the connection that reads.
type prober struct {
	startClient *Client
	link        *link
	stop        context.CancelFunc
	workers     sync.WaitGroup

	mu       sync.Mutex
	received []Message
	changed  chan struct{}
}

func newProber(ctx context.Context, o Options) (*prober, error) {
	client, err := New(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	connection, err := client.connectWithoutWill(ctx)
	if err != nil {
		return nil, err
	}
	listenCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	n := &prober{startClient: client, link: connection, stop: stop, changed: make(chan struct{})}
	n.workers.Go(func() { n.listen(listenCtx) })
	return n, nil
}

func (n *prober) close() {
	n.link.close()
	n.stop()
	n.workers.Wait()
}

func (n *prober) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-n.startClient.inbox:
			n.mu.Lock()
			n.received = append(n.received, m)
			close(n.changed)
			n.changed = make(chan struct{})
			n.mu.Unlock()
		}
	}
}

// waitFor waits for a message.
func (n *prober) waitFor(ctx context.Context, wait time.Duration, wanted func(Message) bool) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		n.mu.Lock()
		found, changed := slices.ContainsFunc(n.received, wanted), n.changed
		n.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		case <-n.link.lost:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// trySubscribe subscribes, without confirmations: the broker inside the daemon takes the
// number of a message that it waits for as one that no subscription may have.
func (n *prober) trySubscribe(ctx context.Context, filter string) (allowed bool, err error) {
	token := n.link.paho.Subscribe(filter, 0, nil)
	if err := n.link.waitForAck(ctx, token, time.Now(), "subscribing to "+filter); err != nil {
		return false, err
	}
	answer, ok := token.(*paho.SubscribeToken)
	return !ok || answer.Result()[filter] < subackFailure, nil
}

// isLeftover says whether a topic may be cleared.
func (i ProbeOptions) isLeftover(topic string) bool {
	rest, below := strings.CutPrefix(topic, i.LeftoverRoot+"/")
	return i.LeftoverRoot != "" && below && i.IsStale(rest)
}

// readLeftovers has the broker tell what is retained below a topic, and no more. It
// is none of the daemon's, so it may be refused.
func (n *prober) readLeftovers(ctx context.Context, topic string) error {
	if topic == "" {
		return nil
	}
	filter := topic + "/#"
	if _, err := n.trySubscribe(ctx, filter); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	err := n.link.waitForAck(ctx, n.link.paho.Unsubscribe(filter), time.Now(), "leaving "+filter)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

func (n *prober) subscribeAll(ctx context.Context, i ProbeOptions, found *ProbeResult) error {
	for _, filter := range slices.Concat(i.Filters, i.Echoes, []string{i.ScratchTopic, i.ScratchTopic + "/will"}) {
		allowed, err := n.trySubscribe(ctx, filter)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		if !allowed && !slices.Contains(found.DeniedFilters, filter) {
			found.DeniedFilters = append(found.DeniedFilters, filter)
		}
	}
	return nil
}

// probeTopics publishes, and looks whether it comes back.
func (n *prober) probeTopics(ctx context.Context, writer *link, i ProbeOptions, found *ProbeResult) error {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	marker := []byte(hex.EncodeToString(random))
	isOurs := func(m Message) bool { return m.Topic == i.ScratchTopic && bytes.Equal(m.Payload, marker) }
	if err := writer.publish(ctx, i.ScratchTopic, 1, true, marker); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	// What was retained on the filters is there before this comes.
	found.Published = n.waitFor(ctx, i.EchoTimeout, isOurs)
	n.mu.Lock()
	var stale []string
	for _, m := range n.received {
		switch {
		case !m.Retained || isOurs(m):
		case i.isLeftover(m.Topic):
			stale = append(stale, m.Topic)
		default:
			found.RetainedMessages = append(found.RetainedMessages, m)
		}
	}
	n.mu.Unlock()
	_ = n.clearTopics(ctx, stale...) // the next one may try again
	for _, topic := range i.Echoes {
		if err := writer.publish(ctx, topic, 0, false, nil); err != nil { // coming back is all the confirmation there need be
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		if !n.waitFor(ctx, i.EchoTimeout, func(m Message) bool { return m.Topic == topic }) {
			found.Denied = append(found.Denied, topic)
		}
	}
	if !found.Published {
		return nil // then nothing can be retained either
	}
	// Subscribing anew brings what is retained, and nothing else.
	if _, err := n.trySubscribe(ctx, i.ScratchTopic); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	found.Retained = n.waitFor(ctx, i.EchoTimeout, func(m Message) bool { return isOurs(m) && m.Retained })
	return nil
}

// clearTopics leaves nothing behind, and returns what may have stayed.
func (n *prober) clearTopics(ctx context.Context, topics ...string) (left []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTimeout)
	defer cancel()
	for _, topic := range topics {
		if err := n.link.publish(ctx, topic, 1, true, nil); err != nil {
			left = append(left, topic)
		}
	}
	return left
}
