package mqtt

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// enoughLosses is how many connections end over a message before it is left
	// out. One that is no larger than what the broker has taken gets more chances:
	// a line that comes and goes has always something under way.
	enoughLosses  = 2
	smallerLosses = 4
	// eventLosses is the same for an event, which cannot be tried again later.
	eventLosses = 4

	// A message that was left out is tried again with the next connection that
	// another reason made necessary, and after these pauses, each twice as long as
	// the one before: each try can cost a connection.
	firstRetry = 10 * time.Minute
	lastRetry  = 24 * time.Hour
)

// refusals is what is known about messages that the broker will not have. MQTT
// 3.1.1 has no word for that: the broker ends the connection, and the message is
// among those that were under way. Whatever was among them is sent alone after
// that, so that the next loss tells which one it was.
type refusals struct {
	losses map[string]int // connections that ended with the topic under way
	// leftOut is what is not sent any more, by topic.
	leftOut map[string]suspected
	since   map[string]time.Time
	// trial is the topic among them that is tried again, "" for none.
	trial string
	// accepted is the largest message that the broker has confirmed, in bytes.
	accepted int
	blamed   bool // the last connection ended over a message,
	decided  bool // which is left out from now on
	retryAt  time.Time
	pause    time.Duration
}

func newRefusals() refusals {
	return refusals{losses: map[string]int{}, leftOut: map[string]suspected{}, since: map[string]time.Time{}}
}

// isSuspect says that a topic must be sent with nothing else under way.
func (r *refusals) isSuspect(topic string) bool {
	_, leftOut := r.leftOut[topic]
	return r.losses[topic] > 0 || leftOut
}

// isLeftOut says that a message of this size is not to be sent on a topic. A
// removal is tried, unless it was what ended the connection, and so is an event
// that is smaller: each is another message.
func (r *refusals) isLeftOut(topic string, size int) bool {
	refused, is := r.leftOut[topic]
	switch {
	case !is || topic == r.trial:
		return false
	case refused.event:
		return size >= refused.size
	}
	return size > 0 || refused.size == 0
}

// confirmed notes that the broker took a message, and returns the topic that is
// tried next because this one was a trial, "" for none.
func (r *refusals) confirmed(topic string, size int) (next string) {
	delete(r.losses, topic)
	r.accepted = max(r.accepted, size)
	if _, refused := r.leftOut[topic]; !refused {
		return ""
	}
	r.forget(topic)
	if topic != r.trial {
		return ""
	}
	r.pause = 0
	return r.startTrial()
}

func (r *refusals) forget(topic string) {
	delete(r.losses, topic)
	delete(r.leftOut, topic)
	delete(r.since, topic)
}

// startTrial chooses the smallest message that is left out, and returns its topic.
// Events are gone; the next one on their topics is a new message.
func (r *refusals) startTrial() string {
	r.trial = ""
	for _, topic := range slices.Sorted(maps.Keys(r.leftOut)) {
		if r.leftOut[topic].event {
			r.forget(topic)
			continue
		}
		if r.trial == "" || r.leftOut[topic].size < r.leftOut[r.trial].size {
			r.trial = topic
		}
	}
	return r.trial
}

// suspected is a message that was under way when a connection ended.
type suspected struct {
	topic string
	size  int
	event bool
}

// lost learns what was under way when a connection ended, and returns those that
// are left out from now on.
func (r *refusals) lost(underWay []suspected, now time.Time) (refused []suspected) {
	r.blamed, r.decided = len(underWay) > 0, false
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
		enough := enoughLosses
		switch {
		case s.event:
			enough = eventLosses
		case s.size <= r.accepted:
			enough = smallerLosses
		}
		if r.losses[s.topic] >= enough {
			refused = append(refused, s)
		}
	}
	for _, s := range refused {
		delete(r.losses, s.topic)
		r.leftOut[s.topic] = s
		if r.since[s.topic].IsZero() {
			r.since[s.topic] = now
		}
	}
	if len(refused) > 0 {
		r.decided = true
		r.pause = min(lastRetry, max(firstRetry, 2*r.pause))
		r.retryAt = now.Add(r.pause)
	}
	return refused
}

// problem describes what is left out; none when that is nothing.
func (r *refusals) problem() (Problem, bool) {
	if len(r.leftOut) == 0 {
		return Problem{}, false
	}
	topics := slices.SortedFunc(maps.Keys(r.leftOut), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.leftOut[b].size, r.leftOut[a].size), cmp.Compare(a, b))
	})
	largest := r.leftOut[topics[0]].size
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

// judge says how a message is to be sent, if at all.
func (c *Client) judge(topic string, size int) (alone, leftOut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refusals.isSuspect(topic), c.refusals.isLeftOut(topic, size)
}

// leaveOut does not publish what a topic holds now.
func (c *Client) leaveOut(topic string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, known := c.cache[topic]; known && held.version == version {
		c.cleanLocked(topic)
		c.tell()
	}
}

// drop gives up an event that the broker will not have. Whoever waits for its
// confirmation need not any more: others wait behind it.
func (c *Client) drop(e event) {
	c.mu.Lock()
	c.status.Dropped++
	c.mu.Unlock()
	c.options.Log.Warn().Str("topic", e.topic).Int("bytes", len(e.payload)).Msg("event dropped: the broker refuses it")
	e.settled()
}

// withoutRefused gives up the events that are left out from now on.
func (c *Client) withoutRefused(events []event) []event {
	return slices.DeleteFunc(events, func(e event) bool {
		_, leftOut := c.judge(e.topic, len(e.payload))
		if leftOut {
			c.drop(e)
		}
		return leftOut
	})
}

// confirmed notes that the broker took a message.
func (c *Client) confirmed(topic string, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.confirmedLocked(topic, size)
}

// confirmedLocked is confirmed; c.mu must be held.
func (c *Client) confirmedLocked(topic string, size int) {
	_, refused := c.refusals.leftOut[topic]
	if next := c.refusals.confirmed(topic, size); next != "" {
		c.soilKnownLocked(next)
	}
	if refused {
		c.options.Log.Info().Str("topic", topic).Int("bytes", size).Msg("the broker accepts a message that it refused before")
	}
}

// soilKnownLocked has a topic published again, if it is one of the cache. c.mu
// must be held.
func (c *Client) soilKnownLocked(topic string) {
	if held, known := c.cache[topic]; known {
		c.soil(topic, held)
		c.nudge()
	}
}

// blames says whether the last connection ended over a message of ours, so that
// there is no other reason to look for, and whether that one is left out now.
func (c *Client) blames() (blamed, decided bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refusals.blamed, c.refusals.blamed && c.refusals.decided
}

// lost learns which messages were under way when a connection ended.
func (c *Client) lost(underWay []suspected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Nobody would see the others without it.
	underWay = slices.DeleteFunc(underWay, func(s suspected) bool { return s.topic == c.options.StateTopic })
	for _, s := range c.refusals.lost(underWay, time.Now()) {
		c.options.Log.Error().Str("topic", s.topic).Int("bytes", s.size).Dur("retry_in", c.refusals.pause).
			Msg("message left out: the broker ends the connection whenever it is published")
	}
}

// retryRefused tries the smallest message again that is left out.
func (c *Client) retryRefused() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.soilKnownLocked(c.refusals.startTrial())
}

// untilRetry is how long it is until something left out is tried again; never
// for a negative one.
func (c *Client) untilRetry() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refusals.leftOut) == 0 || c.refusals.trial != "" {
		return -1
	}
	return max(0, time.Until(c.refusals.retryAt))
}
