package mqtt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// readbackBatch is some topics being read back.
type readbackBatch struct {
	mu        sync.Mutex
	remaining map[string]*expectation
	arrived   chan struct{} // something came
}

// expectation is what should be retained on a topic.
type expectation struct {
	payload  []byte
	version  int
	received bool
	equal    bool
}

// accept looks at an incoming message, and returns whether it was one of those
// that are being read back.
func (r *readbackBatch) accept(m paho.Message) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	wanted, asked := r.remaining[m.Topic()]
	if !asked {
		return false
	}
	if m.Retained() && !wanted.received {
		wanted.received, wanted.equal = true, bytes.Equal(m.Payload(), wanted.payload)
		select {
		case r.arrived <- struct{}{}:
		default:
		}
	}
	return true // our own publication, if it was not retained
}

// isComplete says whether all has come.
func (r *readbackBatch) isComplete() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, wanted := range r.remaining {
		if !wanted.received {
			return false
		}
	}
	return true
}

// await waits until all has come, or nothing has for a while.
func (r *readbackBatch) await(ctx context.Context, l *link, silence time.Duration) error {
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for !r.isComplete() {
		select {
		case <-r.arrived:
			timer.Reset(silence)
		case <-timer.C:
			return nil
		case <-l.lost:
			return l.lostError()
		case <-ctx.Done():
			return fmt.Errorf("reading back: %w", context.Cause(ctx))
		}
	}
	return nil
}

// subscribeAll subscribes to filters at once, without confirmations of what comes,
// and returns those that the broker denies. See subscribe for the second try.
func (l *link) subscribeAll(ctx context.Context, filters map[string]byte) (refused []string, err error) {
	for range 2 {
		token := l.paho.SubscribeMultiple(filters, nil)
		if err := l.waitForAck(ctx, token, time.Now(), "reading back"); err != nil {
			return nil, err
		}
		answer, ok := token.(*paho.SubscribeToken)
		if !ok {
			return nil, errors.New("reading back: no answer")
		}
		refused = refused[:0]
		for filter, code := range answer.Result() {
			if code >= subackFailure {
				refused = append(refused, filter)
			}
		}
		if len(refused) == 0 {
			break
		}
	}
	return refused, nil
}
