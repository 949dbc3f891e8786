package mqtt

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// maxLosses is how many connections end over a message before it is left
	// out. One that is no larger than what the broker has taken gets more chances:
	// a line that comes and goes has always something under way.
	maxLosses          = 2
	maxLossesKnownSize = 4
	// maxEventLosses is the same for an event, which cannot be tried again later.
	maxEventLosses = 4

	// A message that was left out is tried again with the next connection that
	// another reason made necessary, and after these pauses, each twice as long as
	// the one before: each try can cost a connection.
	minRetryPause = 10 * time.Minute
	maxRetryPause = 24 * time.Hour
)

// quarantine is what is known about messages that the broker will not have. MQTT
// 3.1.1 has no word for that: the broker ends the connection, and the message is
// among those that were under way. Whatever was among them is sent alone after
// that, so that the next loss tells which one it was.
type quarantine struct {
	losses map[string]int // connections that ended with the topic under way
	// topics is what is not sent any more, by topic.
	topics map[string]suspect
	since  map[string]time.Time
	// trial is the topic among them that is tried again, "" for none.
	trial string
	// largestAccepted is the largest message that the broker has confirmed, in bytes.
	largestAccepted  int
	causedLoss       bool // the last connection ended over a message,
	newlyQuarantined bool // which is left out from now on
	retryAt          time.Time
	pause            time.Duration
}

func newQuarantine() quarantine {
	return quarantine{losses: map[string]int{}, topics: map[string]suspect{}, since: map[string]time.Time{}}
}

// isSuspect says that a topic must be sent with nothing else under way.
func (r *quarantine) isSuspect(topic string) bool {
	_, quarantined := r.topics[topic]
	return r.losses[topic] > 0 || quarantined
}

// isQuarantined says that a message of this size is not to be sent on a topic. A
// removal is tried, unless it was what ended the connection, and so is an event
// that is smaller: each is another message.
func (r *quarantine) isQuarantined(topic string, size int) bool {
	refused, quarantined := r.topics[topic]
	switch {
	case !quarantined || topic == r.trial:
		return false
	case refused.event:
		return size >= refused.size
	}
	return size > 0 || refused.size == 0
}

// recordAck notes that the broker took a message, and returns the topic that is
// tried next because this one was a trial, "" for none.
func (r *quarantine) recordAck(topic string, size int) (next string) {
	delete(r.losses, topic)
	r.largestAccepted = max(r.largestAccepted, size)
	if _, refused := r.topics[topic]; !refused {
		return ""
	}
	r.forget(topic)
	if topic != r.trial {
		return ""
	}
	r.pause = 0
	return r.startTrial()
}

func (r *quarantine) forget(topic string) {
	delete(r.losses, topic)
	delete(r.topics, topic)
	delete(r.since, topic)
}

// startTrial chooses the smallest message that is left out, and returns its topic.
// Events are gone; the next one on their topics is a new message.
func (r *quarantine) startTrial() string {
	r.trial = ""
	for _, topic := range slices.Sorted(maps.Keys(r.topics)) {
		if r.topics[topic].event {
			r.forget(topic)
			continue
		}
		if r.trial == "" || r.topics[topic].size < r.topics[r.trial].size {
			r.trial = topic
		}
	}
	return r.trial
}

// suspect is a message that was under way when a connection ended.
type suspect struct {
	topic string
	size  int
	event bool
}

// recordLoss learns what was under way when a connection ended, and returns those that
// are left out from now on.
func (r *quarantine) recordLoss(underWay []suspect, now time.Time) (refused []suspect) {
	r.causedLoss, r.newlyQuarantined = len(underWay) > 0, false
	for _, s := range underWay {
		if s.topic == r.trial {
			r.trial = ""
			refused = append(refused, s)
			continue
		}
		if len(underWay) > 1 {
			r.losses[s.topic] = max(1, r.losses[s.topic])
			continue
		}
		r.losses[s.topic]++
		limit := maxLosses
		switch {
		case s.event:
			limit = maxEventLosses
		case s.size <= r.largestAccepted:
			limit = maxLossesKnownSize
		}
		if r.losses[s.topic] >= limit {
			refused = append(refused, s)
		}
	}
	for _, s := range refused {
		delete(r.losses, s.topic)
		r.topics[s.topic] = s
		if r.since[s.topic].IsZero() {
			r.since[s.topic] = now
		}
	}
	if len(refused) > 0 {
		r.newlyQuarantined = true
		r.pause = min(maxRetryPause, max(minRetryPause, 2*r.pause))
		r.retryAt = now.Add(r.pause)
	}
	return refused
}

// problem describes what is left out; none when that is nothing.
func (r *quarantine) problem() (Problem, bool) {
	if len(r.topics) == 0 {
		return Problem{}, false
	}
	topics := slices.SortedFunc(maps.Keys(r.topics), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.topics[b].size, r.topics[a].size), cmp.Compare(a, b))
	})
	largest := r.topics[topics[0]].size
	text := fmt.Sprintf("the broker ends the connection when a message of %d bytes is published on %s, so it is left out",
		largest, topics[0])
	if more := len(topics) - 1; more > 0 {
		text += fmt.Sprintf(", and so are %d more", more)
	}
	since := slices.MinFunc(slices.Collect(maps.Values(r.since)), time.Time.Compare)
	return Problem{
		Code: "message_refused", Text: text, Since: since,
		Remedy: fmt.Sprintf("let the broker accept messages of more than %d bytes (mosquitto: max_packet_size), or allow the topic in its "+
			"access list; vitals2mqtt doctor measures the limit", largest+len(topics[0])),
	}, true
}

// checkQuarantine says how a message is to be sent, if at all.
func (c *Client) checkQuarantine(topic string, size int) (alone, quarantined bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quarantine.isSuspect(topic), c.quarantine.isQuarantined(topic, size)
}

// skipQuarantined does not publish what a topic holds now.
func (c *Client) skipQuarantined(topic string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, known := c.cache[topic]; known && held.version == version {
		c.clearDirtyLocked(topic)
		c.signalDeliveredLocked()
	}
}

// dropRefusedEvent gives up an event that the broker will not have. Whoever waits for its
// confirmation need not any more: others wait behind it.
func (c *Client) dropRefusedEvent(e event) {
	c.mu.Lock()
	c.status.Dropped++
	c.mu.Unlock()
	c.options.Log.Warn().Str("topic", e.topic).Int("bytes", len(e.payload)).Msg("event dropped: the broker refuses it")
	e.confirm()
}

// dropRefusedEvents gives up the events that are left out from now on.
func (c *Client) dropRefusedEvents(events []event) []event {
	return slices.DeleteFunc(events, func(e event) bool {
		_, quarantined := c.checkQuarantine(e.topic, len(e.payload))
		if quarantined {
			c.dropRefusedEvent(e)
		}
		return quarantined
	})
}

// recordAck notes that the broker took a message.
func (c *Client) recordAck(topic string, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recordAckLocked(topic, size)
}

// recordAckLocked is confirmed; c.mu must be held.
func (c *Client) recordAckLocked(topic string, size int) {
	_, refused := c.quarantine.topics[topic]
	if next := c.quarantine.recordAck(topic, size); next != "" {
		c.markKnownDirtyLocked(next)
	}
	if refused {
		c.options.Log.Info().Str("topic", topic).Int("bytes", size).Msg("the broker accepts a message that it refused before")
	}
}

// markKnownDirtyLocked has a topic published again, if it is one of the cache. c.mu
// must be held.
func (c *Client) markKnownDirtyLocked(topic string) {
	if held, known := c.cache[topic]; known {
		c.markDirtyLocked(topic, held)
		c.wake()
	}
}

// lastLossCause says whether the last connection ended over a message of ours, so that
// there is no other reason to look for, and whether that one is left out now.
func (c *Client) lastLossCause() (blamed, quarantined bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quarantine.causedLoss, c.quarantine.causedLoss && c.quarantine.newlyQuarantined
}

// recordLoss learns which messages were under way when a connection ended.
func (c *Client) recordLoss(underWay []suspect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Nobody would see the others without it.
	underWay = slices.DeleteFunc(underWay, func(s suspect) bool { return s.topic == c.options.StateTopic })
	for _, s := range c.quarantine.recordLoss(underWay, time.Now()) {
		c.options.Log.Error().Str("topic", s.topic).Int("bytes", s.size).Dur("retry_in", c.quarantine.pause).
			Msg("message left out: the broker ends the connection whenever it is published")
	}
}

// retryQuarantined tries the smallest message again that is left out.
func (c *Client) retryQuarantined() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.markKnownDirtyLocked(c.quarantine.startTrial())
}

// timeUntilRetry is how long it is until something left out is tried again; never
// for a negative one.
func (c *Client) timeUntilRetry() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.quarantine.topics) == 0 || c.quarantine.trial != "" {
		return -1
	}
	return max(0, time.Until(c.quarantine.retryAt))
}
