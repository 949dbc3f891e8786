// SPDX-License-Identifier: MIT

package mqtt

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// maxLosses is how many connections end over a message before it is skipped.
	// One that is no larger than what the broker has accepted gets more chances:
	// an unstable connection always has something in flight.
	maxLosses          = 2
	maxLossesKnownSize = 4
	// maxEventLosses is the same for an event, which is not retried later.
	maxEventLosses = 4

	// A skipped message is retried with the next connection that another reason
	// made necessary, and after these pauses, each twice as long as the one
	// before: each attempt can cost a connection.
	minRetryPause = 10 * time.Minute
	maxRetryPause = 24 * time.Hour
)

// quarantine knows the messages that the broker does not accept. MQTT 3.1.1
// cannot express that: the broker closes the connection, and the message is
// among those in flight. Whatever was among them is sent alone afterwards, so
// that the next loss identifies the cause.
type quarantine struct {
	log     zerolog.Logger
	changed changeSignal

	mu     sync.Mutex
	losses map[string]int // connections that ended with the topic in flight
	topics map[string]skipped
	// trial is the quarantined topic that is being retried, "" for none.
	trial            string
	largestAccepted  int  // size of the largest acknowledged message, in bytes
	causedLoss       bool // the last connection ended over a message,
	newlyQuarantined bool // which is quarantined since
	retryAt          time.Time
	pause            time.Duration
}

// suspect is a message that was in flight when a connection ended.
type suspect struct {
	topic string
	size  int
	event bool
}

// skipped is a message that is not sent any more.
type skipped struct {
	suspect

	since time.Time
}

func newQuarantine(log zerolog.Logger, changed changeSignal) *quarantine {
	return &quarantine{log: log, changed: changed, losses: map[string]int{}, topics: map[string]skipped{}}
}

// check returns how to send a message: with nothing else in flight, or not at
// all. A removal is sent unless it was what ended the connection, and so is a
// smaller event: each is a different message.
func (q *quarantine) check(topic string, size int) (alone, skip bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	refused, quarantined := q.topics[topic]
	switch {
	case !quarantined || topic == q.trial:
	case refused.event:
		skip = size >= refused.size
	default:
		skip = size > 0 || refused.size == 0
	}
	return q.losses[topic] > 0 || quarantined, skip
}

// contains reports whether a topic is quarantined.
func (q *quarantine) contains(topic string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, quarantined := q.topics[topic]
	return quarantined
}

// trialTopic returns the topic that is being retried, "" for none.
func (q *quarantine) trialTopic() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.trial
}

// recordAck records that the broker accepted a message. If that was a retry it
// starts the next one, and returns its topic.
func (q *quarantine) recordAck(topic string, size int) (next string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.losses, topic)
	q.largestAccepted = max(q.largestAccepted, size)
	if _, quarantined := q.topics[topic]; !quarantined {
		return ""
	}
	delete(q.topics, topic)
	q.changed.raise()
	q.log.Info().Str("topic", topic).Int("bytes", size).Msg("broker accepted a previously rejected message")
	if topic != q.trial {
		return ""
	}
	q.pause = 0
	return q.startTrialLocked()
}

// startConnection starts a retry unless a message ended the last connection.
func (q *quarantine) startConnection() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.causedLoss {
		q.startTrialLocked()
	}
	q.causedLoss = false
}

// retry starts a retry and returns its topic.
func (q *quarantine) retry() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.startTrialLocked()
}

// startTrialLocked chooses the smallest quarantined message, and returns its
// topic. Events are gone; the next one on their topics is a new message. q.mu
// must be held.
func (q *quarantine) startTrialLocked() string {
	q.trial = ""
	for _, topic := range slices.Sorted(maps.Keys(q.topics)) {
		if q.topics[topic].event {
			delete(q.topics, topic)
			delete(q.losses, topic)
			continue
		}
		if q.trial == "" || q.topics[topic].size < q.topics[q.trial].size {
			q.trial = topic
		}
	}
	return q.trial
}

// timeUntilRetry returns the time until the next retry, and whether there is
// one.
func (q *quarantine) timeUntilRetry() (time.Duration, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return max(0, time.Until(q.retryAt)), len(q.topics) > 0 && q.trial == ""
}

// recordLoss records what was in flight when a connection ended.
func (q *quarantine) recordLoss(inFlight []suspect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.causedLoss, q.newlyQuarantined = len(inFlight) > 0, false
	var refused []suspect
	for _, s := range inFlight {
		switch {
		case s.topic == q.trial:
			q.trial = ""
		case len(inFlight) > 1:
			q.losses[s.topic] = max(1, q.losses[s.topic])
			continue
		default:
			if q.losses[s.topic]++; q.losses[s.topic] < q.maxLossesLocked(s) {
				continue
			}
		}
		refused = append(refused, s)
	}
	if len(refused) > 0 {
		q.newlyQuarantined = true
		q.pause = min(maxRetryPause, max(minRetryPause, 2*q.pause))
		q.retryAt = time.Now().Add(q.pause)
	}
	for _, s := range refused {
		q.addLocked(s)
	}
}

// maxLossesLocked returns how many losses a message may cause. q.mu must be
// held.
func (q *quarantine) maxLossesLocked(s suspect) int {
	switch {
	case s.event:
		return maxEventLosses
	case s.size <= q.largestAccepted:
		return maxLossesKnownSize
	}
	return maxLosses
}

// addLocked quarantines a message. q.mu must be held.
func (q *quarantine) addLocked(s suspect) {
	delete(q.losses, s.topic)
	since := q.topics[s.topic].since
	if since.IsZero() {
		since = time.Now()
	}
	q.topics[s.topic] = skipped{s, since}
	q.changed.raise()
	q.log.Error().Str("code", "message_refused").Str("topic", s.topic).Int("bytes", s.size).Dur("retry_in", q.pause).
		Msg("message skipped: broker closes the connection when it is published")
}

// lastLossCause reports whether a message ended the last connection, so that
// there is no other cause to look for, and whether it is quarantined since.
func (q *quarantine) lastLossCause() (message, quarantined bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.causedLoss, q.causedLoss && q.newlyQuarantined
}

// problem describes what is quarantined.
func (q *quarantine) problem() (p Problem, exists bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.topics) == 0 {
		return Problem{}, false
	}
	messages := slices.Collect(maps.Values(q.topics))
	largest := slices.MinFunc(messages, func(a, b skipped) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.topic, b.topic))
	})
	text := fmt.Sprintf("the broker closes the connection when %d bytes are published to %s; the message is skipped",
		largest.size, largest.topic)
	if more := len(messages) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return Problem{
		Code:  "message_refused",
		Text:  text,
		Since: slices.MinFunc(messages, func(a, b skipped) int { return a.since.Compare(b.since) }).since,
		Remedy: fmt.Sprintf("raise the broker's message size limit above %d bytes (Mosquitto: max_packet_size), "+
			"or allow the topic in its ACL; `vitals2mqtt doctor` measures the limit", largest.size+len(largest.topic)),
	}, true
}
