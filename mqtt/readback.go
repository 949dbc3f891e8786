package mqtt

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

const (
	// readAtOnce is how many topics are read back at a time.
	readAtOnce = 32
	// readBytes is how many bytes are, unless one topic alone has more.
	readBytes = 64 << 10
	// readSilence is how long a broker may send none of the topics before it is asked
	// for no more of them, and readLate how long something may come after that.
	readSilence = 3 * time.Second
	readLate    = time.Second
	// readDelay is how long after it was published something is read back, and how
	// long after that what was missing is looked at a second time, before anybody
	// hears of it: brokers of several machines need a moment to agree.
	readDelay = 10 * time.Second
	// readFirst is the pause until new topics are read back, which doubles up to
	// readRetry, after which also what is missing is published and read again.
	readFirst = time.Minute
	readRetry = 15 * time.Minute
	// maxSilentReads is after how many readings in a row without a single answer the
	// rest of the same filter is not asked for.
	maxSilentReads = 3
)

// readback is what was found out about the retained topics of the broker.
type readback struct {
	// checked counts the topics that could be judged on this connection, missing
	// those that are not there, changed those that hold something else, and denied
	// those that may not be read.
	checked, missing, changed, denied int
	wrong                             []string // the missing and changed ones,
	more                              bool     // and probably others
	largestFound, smallestWrong       int      // sizes in bytes
	since                             time.Time
}

// verify reads back what was published, as long as the connection lasts: a broker
// that denies a message in MQTT 3.1.1 confirms it. Each topic is read once a
// connection, and again while it is not as it should be.
func (c *Client) verify(ctx context.Context, l *link) {
	largest, wrong := 0, []string(nil)
	for pause := readDelay; rest(ctx, pause); pause = min(readRetry, max(readFirst, 2*pause)) {
		if len(wrong) > 0 { // it may have been mended at the broker
			c.republish(wrong)
			if !rest(ctx, readDelay) {
				return
			}
		}
		found, err := c.readBack(ctx, l, c.unverified())
		largest = max(largest, found.largestFound)
		if err == nil && len(found.wrong) > 0 {
			if !rest(ctx, readDelay) {
				return
			}
			first := found
			found, err = c.readBack(ctx, l, first.wrong)
			found.denied, found.more = first.denied, first.more
		}
		if err != nil {
			if ctx.Err() == nil {
				c.options.Log.Debug().Err(err).Msg("reading back ended early")
			}
			return
		}
		largest = max(largest, found.largestFound)
		found.largestFound = largest
		c.noteReadback(found)
		if wrong = found.wrong; len(wrong) > 0 {
			pause = readRetry
		}
	}
}

// republish publishes some topics again.
func (c *Client) republish(topics []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, topic := range topics {
		c.soilKnownLocked(topic)
	}
}

// unverified lists what can be read back and was not seen yet on this connection,
// in the order of publication. A topic that is subscribed to anyway is not among
// them: it would no longer be.
func (c *Client) unverified() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var topics []string
	filters := c.filters()
	for topic, held := range c.cache {
		_, leftOut := c.refusals.leftOut[topic]
		if held.payload != nil && !held.verified && !leftOut && !slices.Contains(filters, topic) {
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
func (c *Client) readBack(ctx context.Context, l *link, topics []string) (found readback, err error) {
	silent := map[string]int{} // readings in a row without an answer, by filter
	for len(topics) > 0 {
		filter := c.options.Filter(topics[0])
		if silent[filter] >= maxSilentReads {
			found.more = true
			topics = topics[1:]
			continue
		}
		var now map[string]*expectation
		now, topics = c.expect(topics)
		if len(now) == 0 {
			continue
		}
		denied, came, err := c.read(ctx, l, now)
		if err != nil {
			return found, err
		}
		if silent[filter]++; came > 0 || denied > 0 {
			silent[filter] = 0
		}
		found.denied += denied
		c.compare(now, &found)
	}
	return found, nil
}

// expect takes the first topics of a list: as many of the same filter as are read
// at a time. Those that are on their way are left out.
func (c *Client) expect(topics []string) (now map[string]*expectation, later []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now = map[string]*expectation{}
	filter, size := c.options.Filter(topics[0]), 0
	for i, topic := range topics {
		if c.options.Filter(topic) != filter {
			return now, topics[i:]
		}
		held, known := c.cache[topic]
		if _, dirty := c.dirty[topic]; dirty || !known || held.payload == nil {
			continue
		}
		if len(now) > 0 && (len(now) >= readAtOnce || size+len(held.payload) > readBytes) {
			return now, topics[i:]
		}
		size += len(held.payload)
		now[topic] = &expectation{payload: held.payload, version: held.version}
	}
	return now, nil
}

// read subscribes to topics until all that is retained there has come. Those that
// may not be read are taken out.
func (c *Client) read(ctx context.Context, l *link, now map[string]*expectation) (denied, came int, err error) {
	filters, size := make(map[string]byte, len(now)), 0
	for topic, wanted := range now {
		filters[topic] = 0
		size += len(wanted.payload)
	}
	r := &reading{left: now, news: make(chan struct{}, 1)}
	c.reading.Store(r)
	defer c.reading.Store(nil)
	refused, err := l.subscribeAll(ctx, filters)
	if err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	for _, topic := range refused {
		delete(r.left, topic)
		delete(filters, topic)
	}
	r.mu.Unlock()
	if len(filters) == 0 {
		return len(refused), 0, nil
	}
	if err := r.await(ctx, l, readSilence); err != nil {
		return 0, 0, err
	}
	topics := slices.Collect(maps.Keys(filters))
	// The answer comes behind what is still on its way, which a slow line takes time
	// for; some brokers hand on what is retained by another way, a moment later.
	start := time.Now().Add(time.Duration(size) * time.Second / slowest)
	if err := l.wait(ctx, l.paho.Unsubscribe(topics...), start, "ending a subscription"); err != nil {
		return 0, 0, err
	}
	if err := r.await(ctx, l, readLate); err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, wanted := range r.left {
		if wanted.came {
			came++
		}
	}
	return len(refused), came, nil
}

// compare judges what came. What has changed in the meantime is not judged: it
// may have come as it was before or as it is now.
func (c *Client) compare(now map[string]*expectation, found *readback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for topic, wanted := range now {
		held, known := c.cache[topic]
		if _, dirty := c.dirty[topic]; dirty || !known || held.version != wanted.version {
			continue
		}
		size := len(wanted.payload)
		switch held.verified = wanted.same; {
		case wanted.same:
			found.largestFound = max(found.largestFound, size)
			continue
		case wanted.came:
			found.changed++
		default:
			found.missing++
		}
		found.wrong = append(found.wrong, topic)
		if found.smallestWrong == 0 || size < found.smallestWrong {
			found.smallestWrong = size
		}
	}
	slices.Sort(found.wrong)
}
