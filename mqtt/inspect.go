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

// Inspection is what to try at a broker. Nothing of it stays there.
type Inspection struct {
	// Scratch is a topic of nobody's: messages are left there and below it, read
	// back and cleared.
	Scratch string
	// Echoes are topics on which an empty message, which nobody takes for
	// anything, must come back.
	Echoes []string
	// Filters are subscribed to; what the broker holds there is reported.
	Filters []string
	// Leftovers is a topic below which runs that were cut off may have left
	// messages, "" for none. Those that are Stale, by what follows it, are cleared;
	// nothing else ever is.
	Leftovers string
	Stale     func(rest string) bool
	// Largest is the size in bytes up to which messages are tried; 0 tries none.
	Largest int
	// Wait is how long each message may take to come back; 0 is 3 s.
	Wait time.Duration
}

// Findings are what an inspection found. A broker that speaks MQTT 3.1.1 denies
// in silence, so whatever did not come back counts as denied.
type Findings struct {
	// Refused are the filters that may not be subscribed to.
	Refused []string
	// Published, Kept and Will say that a message on the scratch topic came back,
	// that it was retained, and that the last will of a cut connection was heard.
	Published, Kept, Will bool
	// Mute are the echoes that did not come back.
	Mute []string
	// Held is what was retained on the filters.
	Held []Message
	// Accepted is the size of the largest message that came back, in bytes, up to
	// Largest; 0 when that was not tried or is not known.
	Accepted int
	// Left are the scratch topics that could not be cleared.
	Left []string
}

// ErrWill says that the broker takes connections, but none with a retained last
// will.
var ErrWill = errors.New("a connection with a retained last will is not taken")

const (
	echoWait = 3 * time.Second
	// clearTime bounds the tidying up, which also happens when time is up.
	clearTime = 5 * time.Second
)

// Inspect connects twice, under client ids that begin with the given one and end
// with that of the scratch topic, and tries out what the daemon needs. Any number
// of inspections may go on at the same time. The error is ErrRefused or
// ErrUnreachable, with the reason, when there is no connection at all.
func Inspect(ctx context.Context, o Options, i Inspection) (found Findings, err error) {
	name := o.ClientID + "-" + path.Base(i.Scratch)
	i.Wait = cmp.Or(i.Wait, echoWait)
	o.ClientID, o.StateTopic = name+"-reader", i.Scratch+"/will"
	reader, err := newInspector(ctx, o)
	if err != nil {
		return found, err
	}
	defer reader.close()
	// The will of a connection that did not come about may have been heard.
	defer func() { found.Left = reader.clear(ctx, i.Scratch, o.StateTopic) }()
	if err := reader.leftovers(ctx, i.Leftovers); err != nil {
		return found, err
	}
	if err := reader.subscribe(ctx, i, &found); err != nil {
		return found, err
	}
	o.ClientID = name + "-writer"
	writer, err := New(o)
	if err != nil {
		return found, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	line, err := writer.connect(ctx)
	if err != nil {
		return found, writer.willOr(ctx, err)
	}
	if err := cmp.Or(reader.tryOut(ctx, line, i, &found), stopped(ctx)); err != nil {
		line.close() // with a goodbye: nobody would be there to clear the will
		return found, err
	}
	if found.Published && i.Largest > 0 {
		o.ClientID = name + "-size"
		if found.Accepted, err = reader.measure(ctx, o, i); err != nil {
			found.Accepted = 0 // not measured to the end
		}
	}
	line.abandon()                        // the will is heard now,
	waiting := context.WithoutCancel(ctx) // and must be waited for, else it stays
	found.Will = reader.hears(waiting, i.Wait, func(m Message) bool { return m.Topic == o.StateTopic && string(m.Payload) == offline })
	return found, nil
}

func stopped(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, context.Cause(ctx))
}

// willOr says whether a connection was refused because of its last will: the
// broker must have said no, or hung up, and must take the same one without.
func (c *Client) willOr(ctx context.Context, err error) error {
	no := errors.Is(err, packets.ErrorRefusedServerUnavailable) || errors.Is(err, packets.ErrorRefusedNotAuthorised) || hungUp(err)
	if !no || ctx.Err() != nil {
		return err
	}
	line, without := c.connectWithoutWill(ctx)
	if without != nil {
		return without
	}
	line.close()
	return fmt.Errorf("%w: %w", ErrWill, err)
}

// hungUp says that the other side ended the connection without a word.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// inspector is the connection that reads.
type inspector struct {
	client *Client
	link   *link
	stop   context.CancelFunc
	inside sync.WaitGroup

	mu      sync.Mutex
	heard   []Message
	changed chan struct{}
}

func newInspector(ctx context.Context, o Options) (*inspector, error) {
	client, err := New(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	connection, err := client.connectWithoutWill(ctx)
	if err != nil {
		return nil, err
	}
	listening, stop := context.WithCancel(context.WithoutCancel(ctx))
	n := &inspector{client: client, link: connection, stop: stop, changed: make(chan struct{})}
	n.inside.Go(func() { n.listen(listening) })
	return n, nil
}

func (n *inspector) close() {
	n.link.close()
	n.stop()
	n.inside.Wait()
}

func (n *inspector) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-n.client.inbox:
			n.mu.Lock()
			n.heard = append(n.heard, m)
			close(n.changed)
			n.changed = make(chan struct{})
			n.mu.Unlock()
		}
	}
}

// hears waits for a message.
func (n *inspector) hears(ctx context.Context, wait time.Duration, wanted func(Message) bool) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		n.mu.Lock()
		there, changed := slices.ContainsFunc(n.heard, wanted), n.changed
		n.mu.Unlock()
		if there {
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

// ask subscribes, without confirmations: the broker inside the daemon takes the
// number of a message that it waits for as one that no subscription may have.
func (n *inspector) ask(ctx context.Context, filter string) (allowed bool, err error) {
	token := n.link.paho.Subscribe(filter, 0, nil)
	if err := n.link.wait(ctx, token, time.Now(), "subscribing to "+filter); err != nil {
		return false, err
	}
	answer, ok := token.(*paho.SubscribeToken)
	return !ok || answer.Result()[filter] < denied, nil
}

// leftover says whether a topic may be cleared.
func (i Inspection) leftover(topic string) bool {
	rest, below := strings.CutPrefix(topic, i.Leftovers+"/")
	return i.Leftovers != "" && below && i.Stale(rest)
}

// leftovers has the broker tell what is retained below a topic, and no more. It
// is none of the daemon's, so it may be refused.
func (n *inspector) leftovers(ctx context.Context, topic string) error {
	if topic == "" {
		return nil
	}
	filter := topic + "/#"
	if _, err := n.ask(ctx, filter); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	err := n.link.wait(ctx, n.link.paho.Unsubscribe(filter), time.Now(), "leaving "+filter)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

func (n *inspector) subscribe(ctx context.Context, i Inspection, found *Findings) error {
	for _, filter := range slices.Concat(i.Filters, i.Echoes, []string{i.Scratch, i.Scratch + "/will"}) {
		allowed, err := n.ask(ctx, filter)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		if !allowed && !slices.Contains(found.Refused, filter) {
			found.Refused = append(found.Refused, filter)
		}
	}
	return nil
}

// tryOut publishes, and looks whether it comes back.
func (n *inspector) tryOut(ctx context.Context, line *link, i Inspection, found *Findings) error {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	word := []byte(hex.EncodeToString(random))
	ours := func(m Message) bool { return m.Topic == i.Scratch && bytes.Equal(m.Payload, word) }
	if err := line.publish(ctx, i.Scratch, 1, true, word); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	// What was retained on the filters is there before this comes.
	found.Published = n.hears(ctx, i.Wait, ours)
	n.mu.Lock()
	var stale []string
	for _, m := range n.heard {
		switch {
		case !m.Retained || ours(m):
		case i.leftover(m.Topic):
			stale = append(stale, m.Topic)
		default:
			found.Held = append(found.Held, m)
		}
	}
	n.mu.Unlock()
	_ = n.clear(ctx, stale...) // the next one may try again
	for _, topic := range i.Echoes {
		if err := line.publish(ctx, topic, 0, false, nil); err != nil { // coming back is all the confirmation there need be
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		if !n.hears(ctx, i.Wait, func(m Message) bool { return m.Topic == topic }) {
			found.Mute = append(found.Mute, topic)
		}
	}
	if !found.Published {
		return nil // then nothing can be retained either
	}
	// Subscribing anew brings what is retained, and nothing else.
	if _, err := n.ask(ctx, i.Scratch); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	found.Kept = n.hears(ctx, i.Wait, func(m Message) bool { return ours(m) && m.Retained })
	return nil
}

// clear leaves nothing behind, and returns what may have stayed.
func (n *inspector) clear(ctx context.Context, topics ...string) (left []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTime)
	defer cancel()
	for _, topic := range topics {
		if err := n.link.publish(ctx, topic, 1, true, nil); err != nil {
			left = append(left, topic)
		}
	}
	return left
}
