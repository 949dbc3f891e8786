// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	// quiesce is how long paho may take to send the disconnect, in ms.
	quiesce = 200
	// subackFailure is the return code of a denied subscription.
	subackFailure = 0x80
)

// errConnectionLost means that the connection ended while something was
// pending.
var errConnectionLost = errors.New("connection to the broker lost")

// link is one connection. A new one is made each time: paho's own reconnecting
// forgets subscriptions and reports messages as sent that were not.
type link struct {
	paho       paho.Client
	conn       net.Conn // set once the connection is established
	ackTimeout time.Duration
	lost       chan struct{} // closed when the connection is gone

	once         sync.Once
	mu           sync.Mutex
	err          error
	lastProgress time.Time // of the last write or acknowledgement
	unackedBytes int       // of messages that wait for their acknowledgement
}

// markLost records that the connection is gone, and why.
func (l *link) markLost(err error) {
	l.once.Do(func() {
		l.mu.Lock()
		l.err = err
		l.mu.Unlock()
		close(l.lost)
	})
}

// lostError returns why the connection is gone.
func (l *link) lostError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		return errConnectionLost
	}
	return fmt.Errorf("%w: %w", errConnectionLost, l.err)
}

func (l *link) recordProgress() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastProgress = time.Now()
}

func (l *link) addUnacked(bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unackedBytes += bytes
}

// ackDeadline returns when to give up on an acknowledgement that is pending
// since a moment. A slow connection gets time for what it still carries.
func (l *link) ackDeadline(since time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lastProgress.After(since) {
		since = l.lastProgress
	}
	return since.Add(l.ackTimeout + time.Duration(l.unackedBytes)*time.Second/minBytesPerSecond)
}

// waitForAck waits for an acknowledgement as long as the connection makes
// progress.
func (l *link) waitForAck(ctx context.Context, token paho.Token, since time.Time, action string) (err error) {
	for {
		timer := time.NewTimer(time.Until(l.ackDeadline(since)))
		select {
		case <-token.Done():
		case <-timer.C:
			if time.Now().Before(l.ackDeadline(since)) {
				continue // there was progress
			}
			err = fmt.Errorf("no acknowledgement within %s", time.Since(since).Round(time.Second))
		case <-l.lost:
			err = l.lostError()
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		timer.Stop()
		select {
		case <-token.Done(): // counts even if the connection is lost by now
			if err = token.Error(); err == nil {
				l.recordProgress()
				return nil
			}
		default:
		}
		return fmt.Errorf("%s: %w", action, err)
	}
}

// subscribe subscribes to filters and returns those that the broker denies.
// Denied ones are tried a second time: brokers with the library of ours deny a
// subscription that has the packet id of a message whose acknowledgement they
// wait for.
func (l *link) subscribe(ctx context.Context, qos byte, filters ...string) (denied []string, err error) {
	wanted := make(map[string]byte, len(filters))
	for _, filter := range filters {
		wanted[filter] = qos
	}
	for range 2 {
		token := l.paho.SubscribeMultiple(wanted, nil)
		if err := l.waitForAck(ctx, token, time.Now(), "subscribing to "+filters[0]); err != nil {
			return nil, err
		}
		answer, ok := token.(*paho.SubscribeToken)
		maps.DeleteFunc(wanted, func(filter string, _ byte) bool {
			return !ok || answer.Result()[filter] < subackFailure
		})
		if len(wanted) == 0 {
			break
		}
	}
	return slices.Sorted(maps.Keys(wanted)), nil
}

// unsubscribe ends subscriptions. The acknowledgement may take longer when
// since is in the future.
func (l *link) unsubscribe(ctx context.Context, since time.Time, filters ...string) error {
	return l.waitForAck(ctx, l.paho.Unsubscribe(filters...), since, "unsubscribing from "+filters[0])
}

// publish sends a message and waits for the acknowledgement.
func (l *link) publish(ctx context.Context, topic string, qos byte, retained bool, payload []byte) error {
	return l.send(ctx, topic, qos, retained, payload)()
}

// send sends a message and returns the wait for its acknowledgement, which must
// be called.
func (l *link) send(ctx context.Context, topic string, qos byte, retained bool, payload []byte) func() error {
	if payload == nil {
		payload = []byte{}
	}
	size := len(topic) + len(payload)
	since := time.Now() // per message: a silent broker costs one timeout, not the sum
	l.addUnacked(size)
	token := l.paho.Publish(topic, qos, retained, payload)
	return func() error {
		defer l.addUnacked(-size)
		return l.waitForAck(ctx, token, since, "publishing "+topic)
	}
}

// close disconnects cleanly: the broker discards the last will.
func (l *link) close() { l.paho.Disconnect(quiesce) }

// closeWithoutDisconnect cuts the connection, so that the broker publishes the
// last will: a clean disconnect would leave "online" behind. Paho does not
// notice a connection that its own side has cut, and must disconnect as well.
func (l *link) closeWithoutDisconnect() {
	_ = l.conn.Close()
	l.close()
}
