package mqtt

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

const (
	// maxReadTopics is how many topics are read back at a time.
	maxReadTopics = 32
	// maxReadBytes is how many bytes are, unless one topic alone has more.
	maxReadBytes = 64 << 10
	// readTimeout is how long a broker may send none of the topics before it is asked
	// for no more of them, and readLate how long something may come after that.
	readTimeout = 3 * time.Second
	readGrace   = time.Second
	// readDelay is how long after it was published something is read back, and how
	// long after that what was missing is looked at a second time, before anybody
	// hears of it: brokers of several machines need a moment to agree.
	readDelay = 10 * time.Second
	// minReadPause is the pause until new topics are read back, which doubles up to
	// readRetry, after which also what is missing is published and read again.
	minReadPause = time.Minute
	maxReadPause = 15 * time.Minute
	// maxSilentReads is after how many readings in a row without a single answer the
	// rest of the same filter is not asked for.
	maxSilentReads = 3
)

// readbackResult is what was found out about the retained topics of the broker.
type readbackResult struct {
	// checked counts the topics that could be judged on this connection, missing
	// those that are not there, changed those that hold something else, and denied
	// those that may not be read.
	checked, missing, changed, denied  int
	mismatched                         []string // the missing and changed ones,
	truncated                          bool     // and probably others
	largestMatched, smallestMismatched int      // sizes in bytes
	since                              time.Time
}

// verify reads back what was published, as long as the connection lasts: a broker
// that denies a message in MQTT 3.1.1 confirms it. Each topic is read once a
// connection, and again while it is not as it should be.
func (c *Client) verify(ctx context.Context, l *link) {
	largest, wrong := 0, []string(nil)
	for pause := readDelay; sleep(ctx, pause); pause = min(maxReadPause, max(minReadPause, 2*pause)) {
		if len(wrong) > 0 { // it may have been mended at the broker
			c.republishTopics(wrong)
			if !sleep(ctx, readDelay) {
				return
			}
		}
		found, err := c.readBack(ctx, l, c.unverified())
		largest = max(largest, found.largestMatched)
		if err == nil && len(found.mismatched) > 0 {
			if !sleep(ctx, readDelay) {
				return
			}
			first := found
			found, err = c.readBack(ctx, l, first.mismatched)
			found.denied, found.truncated = first.denied, first.truncated
		}
		if err != nil {
			if ctx.Err() == nil {
				c.options.Log.Debug().Err(err).Msg("reading back ended early")
			}
			return
		}
		largest = max(largest, found.largestMatched)
		found.largestMatched = largest
		c.recordReadback(found)
		if wrong = found.mismatched; len(wrong) > 0 {
			pause = maxReadPause
		}
	}
}

// republishTopics publishes some topics again.
func (c *Client) republishTopics(topics []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, topic := range topics {
		c.markKnownDirtyLocked(topic)
	}
}

// unverified lists what can be read back and was not seen yet on this connection,
// in the order of publication. A topic that is subscribed to anyway is not among
// them: it would no longer be.
func (c *Client) unverified() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var topics []string
	filters := c.subscriptionFilters()
	for topic, held := range c.cache {
		_, quarantined := c.quarantine.topics[topic]
		if held.payload != nil && !held.verified && !quarantined && !slices.Contains(filters, topic) {
			topics = append(topics, topic)
		}
	}
	slices.SortFunc(topics, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.options.Rank(a), c.options.Rank(b)), cmp.Compare(a, b))
	})
	return topics
}

// readBack compares what the broker has retained with what it should have. Where
// nothing at all comes back, it does not go on for hours.
func (c *Client) readBack(ctx context.Context, l *link, topics []string) (found readbackResult, err error) {
	silentReads := map[string]int{} // readings in a row without an answer, by filter
	for len(topics) > 0 {
		filter := c.options.FilterFor(topics[0])
		if silentReads[filter] >= maxSilentReads {
			found.truncated = true
			topics = topics[1:]
			continue
		}
		var batch map[string]*expectation
		batch, topics = c.nextReadBatch(topics)
		if len(batch) == 0 {
			continue
		}
		denied, received, err := c.readBatch(ctx, l, batch)
		if err != nil {
			return found, err
		}
		if silentReads[filter]++; received > 0 || denied > 0 {
			silentReads[filter] = 0
		}
		found.denied += denied
		c.compareBatch(batch, &found)
	}
	return found, nil
}

// nextReadBatch takes the first topics of a list: as many of the same filter as are read
// at a time. Those that are on their way are left out.
func (c *Client) nextReadBatch(topics []string) (batch map[string]*expectation, later []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	batch = map[string]*expectation{}
	filter, size := c.options.FilterFor(topics[0]), 0
	for i, topic := range topics {
		if c.options.FilterFor(topic) != filter {
			return batch, topics[i:]
		}
		held, known := c.cache[topic]
		if _, dirty := c.dirty[topic]; dirty || !known || held.payload == nil {
			continue
		}
		if len(batch) > 0 && (len(batch) >= maxReadTopics || size+len(held.payload) > maxReadBytes) {
			return batch, topics[i:]
		}
		size += len(held.payload)
		batch[topic] = &expectation{payload: held.payload, version: held.version}
	}
	return batch, nil
}

// readBatch subscribes to topics until all that is retained there has come. Those that
// may not be readBatch are taken out.
func (c *Client) readBatch(ctx context.Context, l *link, batch map[string]*expectation) (denied, received int, err error) {
	filters, size := make(map[string]byte, len(batch)), 0
	for topic, wanted := range batch {
		filters[topic] = 0
		size += len(wanted.payload)
	}
	r := &readbackBatch{remaining: batch, arrived: make(chan struct{}, 1)}
	c.activeRead.Store(r)
	defer c.activeRead.Store(nil)
	refused, err := l.subscribeAll(ctx, filters)
	if err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	for _, topic := range refused {
		delete(r.remaining, topic)
		delete(filters, topic)
	}
	r.mu.Unlock()
	if len(filters) == 0 {
		return len(refused), 0, nil
	}
	if err := r.await(ctx, l, readTimeout); err != nil {
		return 0, 0, err
	}
	topics := slices.Collect(maps.Keys(filters))
	// The answer comes behind what is still on its way, which a slow line takes time
	// for; some brokers hand on what is retained by another way, a moment later.
	start := time.Now().Add(time.Duration(size) * time.Second / minBytesPerSecond)
	if err := l.waitForAck(ctx, l.paho.Unsubscribe(topics...), start, "ending a subscription"); err != nil {
		return 0, 0, err
	}
	if err := r.await(ctx, l, readGrace); err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, wanted := range r.remaining {
		if wanted.received {
			received++
		}
	}
	return len(refused), received, nil
}

// compareBatch judges what came. What has changed in the meantime is not judged: it
// may have come as it was before or as it is now.
func (c *Client) compareBatch(batch map[string]*expectation, found *readbackResult) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for topic, wanted := range batch {
		held, known := c.cache[topic]
		if _, dirty := c.dirty[topic]; dirty || !known || held.version != wanted.version {
			continue
		}
		size := len(wanted.payload)
		switch held.verified = wanted.equal; {
		case wanted.equal:
			found.largestMatched = max(found.largestMatched, size)
			continue
		case wanted.received:
			found.changed++
		default:
			found.missing++
		}
		found.mismatched = append(found.mismatched, topic)
		if found.smallestMismatched == 0 || size < found.smallestMismatched {
			found.smallestMismatched = size
		}
	}
	slices.Sort(found.mismatched)
}
