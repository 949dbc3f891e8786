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

// reading is some topics being read back.
type reading struct {
	mu   sync.Mutex
	left map[string]*expectation
	news chan struct{} // something came
}

// expectation is what should be retained on a topic.
type expectation struct {
	payload []byte
	version int
	came    bool
	same    bool
}

// take looks at an incoming message, and returns whether it was one of those
// that are being read back.
func (r *reading) take(m paho.Message) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	wanted, asked := r.left[m.Topic()]
	if !asked {
		return false
	}
	if m.Retained() && !wanted.came {
		wanted.came, wanted.same = true, bytes.Equal(m.Payload(), wanted.payload)
		select {
		case r.news <- struct{}{}:
		default:
		}
	}
	return true // our own publication, if it was not retained
}

// complete says whether all has come.
func (r *reading) complete() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, wanted := range r.left {
		if !wanted.came {
			return false
		}
	}
	return true
}

// await waits until all has come, or nothing has for a while.
func (r *reading) await(ctx context.Context, l *link, silence time.Duration) error {
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for !r.complete() {
		select {
		case <-r.news:
			timer.Reset(silence)
		case <-timer.C:
			return nil
		case <-l.lost:
			return l.reason()
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
		if err := l.wait(ctx, token, time.Now(), "reading back"); err != nil {
			return nil, err
		}
		answer, ok := token.(*paho.SubscribeToken)
		if !ok {
			return nil, errors.New("reading back: no answer")
		}
		refused = refused[:0]
		for filter, code := range answer.Result() {
			if code >= denied {
				refused = append(refused, filter)
			}
		}
		if len(refused) == 0 {
			break
		}
	}
	return refused, nil
}
