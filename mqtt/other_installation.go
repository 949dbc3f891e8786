package mqtt

import (
	"path"
	"time"
)

const (
	// stateRepublishInterval is the least time between two answers to somebody else's
	// "offline": two programs that contradict each other must not do so for ever
	// at full speed.
	stateRepublishInterval = 5 * time.Second
	// willGrace is how long after a connect "offline" may be the last will of our
	// own former connection, which a broker may notice late.
	willGrace = time.Minute
	// signatureRepublishInterval is the least time between two publications of our signature
	// because of somebody else's, which is how both learn that the other is there.
	signatureRepublishInterval = 10 * time.Minute
	// otherInstallationTTL is how long a second installation counts as being there after it
	// was last heard of.
	otherInstallationTTL = 30 * time.Minute
)

// Signature is a retained topic of ours that tells installations apart.
type Signature struct {
	Topic string
	// IsOurs says whether a payload there was published by this installation.
	IsOurs func(payload []byte) bool
}

// otherInstallation is what is known of another installation on the same topics: both write
// the state topic, and whatever one says there counts for both.
type otherInstallation struct {
	connectedAt            time.Time // when we connected
	foundOnline            bool      // the broker held "online" then
	firstSeen, lastSeen    time.Time // when it was heard of
	stateRepublishedAt     time.Time
	signatureRepublishedAt time.Time
}

// onStateMessage looks at a message on the state topic. It returns whether to answer
// it, and after which pause.
func (c *Client) onStateMessage(m Message) (pause time.Duration, answer bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, said := time.Now(), string(m.Payload)
	switch {
	case !c.status.Connected || c.shuttingDown:
		return 0, false
	case m.Retained: // from before we said anything
		c.otherInstallation.foundOnline = said == online
		return 0, false
	case said == online:
		return 0, false
	}
	if said == offline && now.Sub(c.otherInstallation.connectedAt) > willGrace {
		c.recordOtherInstallationLocked(now)
	}
	return max(0, c.otherInstallation.stateRepublishedAt.Add(stateRepublishInterval).Sub(now)), true
}

// republishState says again that we are online.
func (c *Client) republishState() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.otherInstallation.stateRepublishedAt = time.Now()
	c.markKnownDirtyLocked(c.options.StateTopic)
}

// onSignatureMessage looks at a message on the signature's topic. It returns whether
// to publish ours again, and after which pause.
func (c *Client) onSignatureMessage(m Message) (pause time.Duration, assert bool) {
	if len(m.Payload) == 0 || c.options.Signature.IsOurs(m.Payload) {
		return 0, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.status.Connected || c.shuttingDown || m.Retained && !c.otherInstallation.foundOnline {
		return 0, false // that one has left
	}
	now := time.Now()
	c.recordOtherInstallationLocked(now)
	return max(0, c.otherInstallation.signatureRepublishedAt.Add(signatureRepublishInterval).Sub(now)), true
}

// republishSignature publishes our signature again.
func (c *Client) republishSignature() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.otherInstallation.signatureRepublishedAt = time.Now()
	c.markKnownDirtyLocked(c.options.Signature.Topic)
}

// recordOtherInstallationLocked notes a sign of another installation. c.mu must be held.
func (c *Client) recordOtherInstallationLocked(now time.Time) {
	if !c.otherInstallation.isPresent(now) {
		c.otherInstallation.firstSeen = now
		c.options.Log.Warn().Str("topic", c.options.StateTopic).Msg("a second installation publishes on the same topics")
	}
	c.otherInstallation.lastSeen = now
}

// isPresent says whether another installation counts as being there.
func (r *otherInstallation) isPresent(now time.Time) bool {
	return !r.lastSeen.IsZero() && now.Sub(r.lastSeen) < otherInstallationTTL
}

// problem describes the other installation; none when there is none.
func (r *otherInstallation) problem(stateTopic string, now time.Time) (Problem, bool) {
	base := path.Dir(path.Dir(stateTopic))
	return Problem{
		Code:   "second_installation",
		Text:   "a second installation publishes below " + base + "/; when one of the two stops, both seem offline",
		Remedy: "stop one of the two, or give it another mqtt.base_topic",
		Since:  r.firstSeen,
	}, r.isPresent(now)
}
