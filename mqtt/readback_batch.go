// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	// maxReadTopics is how many topics are read back at a time.
	maxReadTopics = 32
	// maxReadBytes is the same in bytes; a topic with more is read alone.
	maxReadBytes = 64 << 10
)

// readbackBatch is a set of topics that is being read back.
type readbackBatch struct {
	mu        sync.Mutex
	remaining map[string]*expectation
	arrived   chan struct{} // holds a token when something came
}

// accept takes an incoming message if it belongs to the batch.
func (b *readbackBatch) accept(m paho.Message) (taken bool) {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	wanted, asked := b.remaining[m.Topic()]
	if !asked {
		return false
	}
	if m.Retained() && !wanted.received {
		wanted.received, wanted.equal = true, wanted.is(m.Payload())
		if wanted.keep {
			wanted.kept = bytes.Clone(m.Payload())
		}
		select {
		case b.arrived <- struct{}{}:
		default:
		}
	}
	return true // a message that is not retained is our own publication
}

// remove takes topics out of the batch.
func (b *readbackBatch) remove(topics []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		delete(b.remaining, topic)
	}
}

// received counts the topics that arrived.
func (b *readbackBatch) received() (count int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, wanted := range b.remaining {
		if wanted.received {
			count++
		}
	}
	return count
}

func (b *readbackBatch) isComplete() bool { return b.received() == len(b.remaining) }

// await waits until everything arrived, or nothing has for a while.
func (b *readbackBatch) await(ctx context.Context, l *link, silence time.Duration) error {
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for !b.isComplete() {
		select {
		case <-b.arrived:
			timer.Reset(silence)
		case <-timer.C:
			return nil
		case <-l.lost:
			return l.lostError()
		case <-ctx.Done():
			return fmt.Errorf("readback: %w", context.Cause(ctx))
		}
	}
	return nil
}

// unverified lists the values that were not read back on this connection.
func (o *outbox) unverified(rank func(topic string) int) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return sortByRank(func(yield func(string) bool) {
		for topic, held := range o.entries {
			if !held.isCleared() && !held.verified && !yield(topic) {
				return
			}
		}
	}, rank, func(string) bool { return false })
}

func (o *outbox) verifiedCount() (count int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, held := range o.entries {
		if held.verified {
			count++
		}
	}
	return count
}

// nextReadBatch splits off the first topics of a list: as many with the same
// filter as are read at a time. Dirty ones are left out.
func (o *outbox) nextReadBatch(
	topics []string, filterFor func(string) string,
) (batch map[string]*expectation, rest []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch = map[string]*expectation{}
	filter, size := filterFor(topics[0]), 0
	for i, topic := range topics {
		if filterFor(topic) != filter {
			return batch, topics[i:]
		}
		held, known := o.entries[topic]
		if _, dirty := o.dirty[topic]; dirty || !known || held.isCleared() {
			continue
		}
		if len(batch) > 0 && (len(batch) >= maxReadTopics || size+held.size() > maxReadBytes) {
			return batch, topics[i:]
		}
		size += held.size()
		batch[topic] = &expectation{content: held.content, version: held.version}
	}
	return batch, nil
}

// compare judges what arrived. A value that has changed in the meantime is not
// judged: the broker may have sent the old one or the new one.
func (o *outbox) compare(batch map[string]*expectation, found *readbackResult) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for topic, wanted := range batch {
		held, known := o.entries[topic]
		if !known || held.version != wanted.version {
			continue
		}
		held.verified = wanted.equal
		found.record(topic, wanted)
	}
	slices.Sort(found.mismatched)
}
