package mqtt

import (
	"path"
	"time"
)

const (
	// answerPause is the least time between two answers to somebody else's
	// "offline": two programs that contradict each other must not do so for ever
	// at full speed.
	answerPause = 5 * time.Second
	// willGrace is how long after a connect "offline" may be the last will of our
	// own former connection, which a broker may notice late.
	willGrace = time.Minute
	// assertPause is the least time between two publications of our signature
	// because of somebody else's, which is how both learn that the other is there.
	assertPause = 10 * time.Minute
	// rivalMemory is how long a second installation counts as being there after it
	// was last heard of.
	rivalMemory = 30 * time.Minute
)

// Signature is a retained topic of ours that tells installations apart.
type Signature struct {
	Topic string
	// Ours says whether a payload there was published by this installation.
	Ours func(payload []byte) bool
}

// rival is what is known of another installation on the same topics: both write
// the state topic, and whatever one says there counts for both.
type rival struct {
	connected   time.Time // when we connected
	foundOnline bool      // the broker held "online" then
	since, last time.Time // when it was heard of
	answered    time.Time
	asserted    time.Time
}

// hearState looks at a message on the state topic. It returns whether to answer
// it, and after which pause.
func (c *Client) hearState(m Message) (pause time.Duration, answer bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, said := time.Now(), string(m.Payload)
	switch {
	case !c.status.Connected || c.leaving:
		return 0, false
	case m.Retained: // from before we said anything
		c.rival.foundOnline = said == online
		return 0, false
	case said == online:
		return 0, false
	}
	if said == offline && now.Sub(c.rival.connected) > willGrace {
		c.rivalHeardLocked(now)
	}
	return max(0, c.rival.answered.Add(answerPause).Sub(now)), true
}

// answerState says again that we are online.
func (c *Client) answerState() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rival.answered = time.Now()
	c.soilKnownLocked(c.options.StateTopic)
}

// hearSignature looks at a message on the signature's topic. It returns whether
// to publish ours again, and after which pause.
func (c *Client) hearSignature(m Message) (pause time.Duration, assert bool) {
	if len(m.Payload) == 0 || c.options.Signature.Ours(m.Payload) {
		return 0, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.status.Connected || c.leaving || m.Retained && !c.rival.foundOnline {
		return 0, false // that one has left
	}
	now := time.Now()
	c.rivalHeardLocked(now)
	return max(0, c.rival.asserted.Add(assertPause).Sub(now)), true
}

// assertSignature publishes our signature again.
func (c *Client) assertSignature() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rival.asserted = time.Now()
	c.soilKnownLocked(c.options.Signature.Topic)
}

// rivalHeardLocked notes a sign of another installation. c.mu must be held.
func (c *Client) rivalHeardLocked(now time.Time) {
	if !c.rival.present(now) {
		c.rival.since = now
		c.options.Log.Warn().Str("topic", c.options.StateTopic).Msg("a second installation publishes on the same topics")
	}
	c.rival.last = now
}

// present says whether another installation counts as being there.
func (r *rival) present(now time.Time) bool {
	return !r.last.IsZero() && now.Sub(r.last) < rivalMemory
}

// problem describes the other installation; none when there is none.
func (r *rival) problem(stateTopic string, now time.Time) (Problem, bool) {
	base := path.Dir(path.Dir(stateTopic))
	return Problem{
		Code:   "second_installation",
		Text:   "a second installation publishes below " + base + "/; when one of the two stops, both seem offline",
		Remedy: "stop one of the two, or give it another mqtt.base_topic",
		Since:  r.since,
	}, r.present(now)
}
