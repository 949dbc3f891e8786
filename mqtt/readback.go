// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	// readTimeout is how long a broker may send none of the topics before it is
	// asked for no more of them, and readGrace how long something may arrive after
	// that.
	readTimeout = 3 * time.Second
	readGrace   = time.Second
	// readDelay is the time between publishing and reading back, and between
	// reading a mismatch and confirming it, before it is reported: the brokers of
	// a cluster need a moment to agree.
	readDelay = 10 * time.Second
	// minReadPause is the pause until new topics are read back, which doubles up
	// to maxReadPause, after which mismatches are published and read again too.
	minReadPause = time.Minute
	maxReadPause = 15 * time.Minute
	// maxSilentReads is how many batches in a row may go unanswered before the
	// other topics of the same filter are not read.
	maxSilentReads = 3
)

// verifier reads back what was published: a broker that denies a message in
// MQTT 3.1.1 still acknowledges it. Each topic is read once per connection, and
// again while it is not as it should be.
type verifier struct {
	options *Options
	outbox  *outbox
	// isSkipped reports whether a topic cannot be read back.
	isSkipped func(topic string) bool
	active    atomic.Pointer[readbackBatch] // what is being read back
	changed   changeSignal                  // raised when there is another problem

	mu     sync.Mutex
	result readbackResult
}

// accept takes an incoming message if it is one that is being read back.
func (v *verifier) accept(m paho.Message) (taken bool) { return v.active.Load().accept(m) }

// run reads back as long as the connection lasts.
func (v *verifier) run(ctx context.Context, l *link) {
	largest, wrong := 0, []string(nil)
	for pause := readDelay; sleep(ctx, pause); pause = min(maxReadPause, max(minReadPause, 2*pause)) {
		if len(wrong) > 0 { // the broker's configuration may have been fixed
			v.outbox.markDirty(wrong...)
			if !sleep(ctx, readDelay) {
				return
			}
		}
		found, err := v.read(ctx, l, v.pending())
		largest = max(largest, found.largestMatched)
		if err == nil && len(found.mismatched) > 0 {
			if !sleep(ctx, readDelay) {
				return
			}
			first := found
			found, err = v.read(ctx, l, first.mismatched)
			found.denied, found.truncated = first.denied, first.truncated
		}
		if err != nil {
			if ctx.Err() == nil {
				v.options.Log.Debug().Err(err).Msg("readback aborted")
			}
			return
		}
		largest = max(largest, found.largestMatched)
		found.largestMatched = largest
		v.record(found)
		if wrong = found.mismatched; len(wrong) > 0 {
			pause = maxReadPause
		}
	}
}

// pending lists the topics to read back, in the order of publication.
func (v *verifier) pending() []string {
	return slices.DeleteFunc(v.outbox.unverified(v.options.Rank), v.isSkipped)
}

// read compares what the broker has retained with what it should have.
func (v *verifier) read(ctx context.Context, l *link, topics []string) (found readbackResult, err error) {
	silentReads := map[string]int{} // batches in a row without an answer, by filter
	for len(topics) > 0 {
		filter := v.options.FilterFor(topics[0])
		if silentReads[filter] >= maxSilentReads {
			found.truncated = true
			topics = topics[1:]
			continue
		}
		var batch map[string]*expectation
		batch, topics = v.outbox.nextReadBatch(topics, v.options.FilterFor)
		if len(batch) == 0 {
			continue
		}
		denied, received, err := v.readBatch(ctx, l, batch)
		if err != nil {
			return found, err
		}
		if silentReads[filter]++; received > 0 || denied > 0 {
			silentReads[filter] = 0
		}
		found.denied += denied
		v.outbox.compare(batch, &found)
	}
	return found, nil
}

// readBatch subscribes to topics until everything that is retained there
// arrived. Those that the broker denies are removed from the batch.
func (v *verifier) readBatch(
	ctx context.Context, l *link, batch map[string]*expectation,
) (denied, received int, err error) {
	size := 0
	for _, wanted := range batch {
		size += wanted.size()
	}
	b := &readbackBatch{remaining: batch, arrived: make(chan struct{}, 1)}
	topics := slices.Collect(maps.Keys(batch))
	v.active.Store(b)
	defer v.active.Store(nil)
	refused, err := l.subscribe(ctx, 0, topics...)
	if err != nil {
		return 0, 0, err
	}
	b.remove(refused)
	topics = slices.DeleteFunc(topics, func(topic string) bool { return slices.Contains(refused, topic) })
	if len(topics) == 0 {
		return len(refused), 0, nil
	}
	if err := b.await(ctx, l, readTimeout); err != nil {
		return 0, 0, err
	}
	// The acknowledgement comes behind what is still on its way, which takes time
	// on a slow connection; some brokers send retained messages a moment later.
	since := time.Now().Add(time.Duration(size) * time.Second / minBytesPerSecond)
	if err := l.unsubscribe(ctx, since, topics...); err != nil {
		return 0, 0, err
	}
	if err := b.await(ctx, l, readGrace); err != nil {
		return 0, 0, err
	}
	return len(refused), b.received(), nil
}

// record keeps a result, and logs it when the problem is another than before.
func (v *verifier) record(found readbackResult) {
	found.checked = len(found.mismatched) + v.outbox.verifiedCount()
	v.mu.Lock()
	defer v.mu.Unlock()
	before, was := v.result.problem(v.options.FilterFor)
	found.since = time.Now()
	if was {
		found.since = v.result.since
	}
	v.result = found
	switch now, is := found.problem(v.options.FilterFor); {
	case is && before.Code != now.Code:
		v.changed.raise()
		v.options.Log.Error().Str("code", now.Code).Int("topics", len(found.mismatched)).Int("checked", found.checked).
			Str("remedy", now.Remedy).Msg(now.Text)
	case was && !is:
		v.changed.raise()
		v.options.Log.Info().Msg("all published topics verified on the broker")
	}
}

// problem describes what was found last.
func (v *verifier) problem() (p Problem, exists bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.result.problem(v.options.FilterFor)
}

// sleep waits, and returns false if the context ends before.
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
