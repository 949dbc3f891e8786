// SPDX-License-Identifier: MIT

package mqtt

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

const documents = "ha/device/+/config"

// retainDocuments makes the broker hold documents that nobody publishes.
func retainDocuments(b *fakeBroker, count, size int) {
	for i := range count {
		b.publish(documentTopic(i), "old "+strconv.Itoa(i)+strings.Repeat(" ", size))
	}
}

func documentTopic(i int) string { return fmt.Sprintf("ha/device/%05d/config", i) }

// removing is a handler that removes what it gets, and counts it by topic.
func removing(c *Client, handled map[string]int) func(Message) {
	return func(m Message) {
		handled[m.Topic]++
		c.Clear(m.Topic)
	}
}

// However many topics are retained, each is handled once and can be removed,
// also when the handler is slow.
func TestRetainedMessagesAreNotLost(t *testing.T) {
	t.Parallel()
	const count = 6000
	for name, test := range map[string]struct {
		limit int // of messages that the broker sends for a filter
		pause time.Duration
	}{
		"all at once":                {0, 0},
		"slow handler":               {0, 10 * time.Millisecond},
		"broker drops most of them":  {1020, 0},
		"broker drops, slow handler": {1020, 10 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBroker()
			b.maxRetained = test.limit
			retainDocuments(b, count, 1000)
			withHarness(t, b, func(h *harness) {
				handled := map[string]int{}
				c, stop := h.run(Options{FilterFor: filterFor}, func(c *Client) {
					remove := removing(c, handled)
					c.HandleRetained(documents, func(m Message) {
						<-time.After(test.pause)
						remove(m)
					})
					setValues(c, 10, 10)
				})
				advance(10 * time.Minute)
				left := b.documents()
				twice := 0
				for _, times := range handled {
					if times != 1 {
						twice++
					}
				}
				if len(handled) != count || twice != 0 || len(left) != 0 {
					t.Errorf("%d of %d handled, %d of them more than once, %d left", len(handled), count, twice, len(left))
				}
				if log := h.log.String(); strings.Contains(log, "dropped") || len(problemCodes(c)) != 0 {
					t.Errorf("problems %v, log:\n%.2000s", problemCodes(c), log)
				}
				stop(nil)
			})
		})
	}
}

// What waits for its handler is not held in memory: the broker has it.
func TestWaitingRetainedMessagesAreNotKept(t *testing.T) {
	t.Parallel()
	const count = 5000
	b := newFakeBroker()
	retainDocuments(b, count, 1000)
	withHarness(t, b, func(h *harness) {
		handled, gate := map[string]int{}, make(chan struct{})
		c, stop := h.run(Options{FilterFor: filterFor}, func(c *Client) {
			remove := removing(c, handled)
			c.HandleRetained(documents, func(m Message) {
				<-gate
				remove(m)
			})
			setValues(c, 10, 10)
		})
		advance(time.Minute)
		whole, named := len(c.retained.queue), len(c.retained.unread)
		// One is with the handler, and a batch that was read by name waits for room.
		if whole > retainedQueueLength || whole+named < count-1 || b.retainedPayload("v/value/0009") == "" {
			t.Errorf("%d messages wait whole, %d topics by name", whole, named)
		}
		close(gate)
		advance(10 * time.Minute)
		if left := b.documents(); len(handled) != count || len(left) != 0 {
			t.Errorf("%d of %d handled, %d left", len(handled), count, len(left))
		}
		stop(nil)
	})
}

// A handler sees what was there before it is replaced, however many there are,
// and does not see what is the same.
func TestRetainedMessagesAreReadBeforeTheyAreReplaced(t *testing.T) {
	t.Parallel()
	const count = 3000
	b := newFakeBroker()
	retainDocuments(b, count, 1000)
	for i := range count / 2 {
		b.publish(documentTopic(i), "new")
	}
	withHarness(t, b, func(h *harness) {
		old, same := 0, 0
		c, stop := h.run(Options{FilterFor: filterFor}, func(c *Client) {
			c.HandleRetained(documents, func(m Message) {
				if strings.HasPrefix(string(m.Payload), "old") {
					old++
				} else {
					same++
				}
			})
			for i := range count {
				c.Set(documentTopic(i), []byte("new"))
			}
		})
		advance(10 * time.Minute)
		replaced := 0
		for _, payload := range b.documents() {
			if payload == "new" {
				replaced++
			}
		}
		if old != count/2 || same != 0 || replaced != count || len(c.verifier.pending()) != 0 {
			t.Errorf("%d old ones seen, %d that are the same, %d replaced", old, same, replaced)
		}
		stop(nil)
	})
}

// A topic whose old message is not read yet is published at the end all the
// same.
func TestShutdownDoesNotWaitForRetainedMessages(t *testing.T) {
	t.Parallel()
	const count = 500
	b := newFakeBroker()
	retainDocuments(b, count, 10)
	withHarness(t, b, func(h *harness) {
		gate := make(chan struct{})
		_, stop := h.run(Options{FilterFor: filterFor}, func(c *Client) {
			c.HandleRetained(documents, func(Message) { <-gate })
			for i := range count {
				c.Set(documentTopic(i), []byte("new"))
			}
		})
		advance(time.Minute)
		replaced := 0
		for _, payload := range b.documents() {
			if payload == "new" {
				replaced++
			}
		}
		// The queue holds some whole; which ones is the order in which they arrived.
		if replaced > count/2 {
			t.Errorf("%d published before they were read", replaced)
		}
		time.AfterFunc(time.Second, func() { close(gate) })
		stop(nil)
		for topic, payload := range b.documents() {
			if payload != "new" {
				t.Fatalf("%s is still %q", topic, payload)
			}
		}
	})
}

// The documents that the client publishes itself do not come back for good.
func TestDocumentsAreNotEchoed(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		handled := 0
		c, stop := h.run(Options{FilterFor: filterFor}, func(c *Client) {
			c.HandleRetained(documents, func(Message) { handled++ })
			c.Set(documentTopic(1), []byte("first"))
		})
		advance(time.Minute)
		if b.isSubscribed(documents) {
			t.Error("still subscribed after everything was read")
		}
		c.Set(documentTopic(1), []byte("second"))
		advance(time.Minute)
		if handled != 0 || b.retainedPayload(documentTopic(1)) != "second" {
			t.Errorf("%d messages handled", handled)
		}
		stop(nil)
	})
}
