// SPDX-License-Identifier: MIT

package mqtt

import (
	"path"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// stateRepublishInterval is the least time between two answers to "offline"
	// from another client: two that contradict each other must not do so at full
	// speed.
	stateRepublishInterval = 5 * time.Second
	// willGrace is how long after a connect "offline" may be the last will of our
	// own previous connection, whose end a broker may notice late.
	willGrace = time.Minute
	// signatureRepublishInterval is the least time between two answers to another
	// signature, by which each installation learns of the other.
	signatureRepublishInterval = 10 * time.Minute
	// otherInstallationTTL is how long another installation counts as present
	// after its last message.
	otherInstallationTTL = 30 * time.Minute
)

// otherInstallation tracks another installation on the same topics: both write
// the state topic, and what one of them writes there counts for both.
type otherInstallation struct {
	stateTopic string
	signature  *Signature // nil does not track by signature
	log        zerolog.Logger
	changed    changeSignal

	mu                     sync.Mutex
	active                 bool // connected, and not shutting down
	connectedAt            time.Time
	foundOnline            bool // the broker held "online" when we connected
	firstSeen, lastSeen    time.Time
	stateRepublishedAt     time.Time
	signatureRepublishedAt time.Time
}

// start begins tracking on a new connection.
func (r *otherInstallation) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active, r.connectedAt, r.foundOnline = true, time.Now(), false
}

// stop ends tracking: from now on "offline" is our own.
func (r *otherInstallation) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = false
}

// onState processes a message on the state topic. If it contradicts ours it
// returns true, and when to publish ours again.
func (r *otherInstallation) onState(m Message) (after time.Duration, republish bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, state := time.Now(), string(m.Payload)
	switch {
	case !r.active:
		return 0, false
	case m.Retained: // from before our first publication
		r.foundOnline = state == online
		return 0, false
	case state == online:
		return 0, false
	}
	if state == offline && now.Sub(r.connectedAt) > willGrace {
		r.recordLocked(now)
	}
	return max(0, r.stateRepublishedAt.Add(stateRepublishInterval).Sub(now)), true
}

func (r *otherInstallation) stateRepublished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stateRepublishedAt = time.Now()
}

// onSignature processes a message on the signature topic. If it is not ours it
// returns true, and when to publish ours again.
func (r *otherInstallation) onSignature(m Message) (after time.Duration, republish bool) {
	if len(m.Payload) == 0 || r.signature.IsOurs(m.Payload) {
		return 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.active || m.Retained && !r.foundOnline {
		return 0, false // that one has stopped
	}
	now := time.Now()
	r.recordLocked(now)
	return max(0, r.signatureRepublishedAt.Add(signatureRepublishInterval).Sub(now)), true
}

func (r *otherInstallation) signatureRepublished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signatureRepublishedAt = time.Now()
}

// recordLocked records a message of another installation. r.mu must be held.
func (r *otherInstallation) recordLocked(now time.Time) {
	if !r.isPresentLocked(now) {
		r.firstSeen = now
		r.changed.raise()
		r.log.Warn().Str("code", "second_installation").Str("topic", r.stateTopic).
			Msg("another installation publishes to the same topics")
	}
	r.lastSeen = now
}

// isPresentLocked reports whether there was a message lately. r.mu must be
// held.
func (r *otherInstallation) isPresentLocked(now time.Time) bool {
	return !r.lastSeen.IsZero() && now.Sub(r.lastSeen) < otherInstallationTTL
}

// problem describes the other installation.
func (r *otherInstallation) problem() (p Problem, exists bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	base := path.Dir(path.Dir(r.stateTopic))
	return Problem{
		Code:   "second_installation",
		Text:   "another installation publishes under " + base + "/; when either stops, both appear offline",
		Remedy: "stop one of them, or change its mqtt.base_topic",
		Since:  r.firstSeen,
	}, r.isPresentLocked(time.Now())
}
