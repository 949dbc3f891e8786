package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// How silence is judged.
const (
	// graceDelay is how late a notification may be before its absence means anything.
	graceDelay = 15 * time.Minute
	// maxMissed new things in a row that no notification told of, and they are
	// not relied on any more, whatever the list of subscriptions says.
	maxMissed = 3
	// A burstWindow is one notification. The longest of the last gaps between them, twice,
	// is a silence that is unusual for this person, but never less than hours.
	burstWindow = time.Minute
	minGaps     = 5
	maxGaps     = 20
	minSilence  = 3 * time.Hour
	// maxLag leaves out what was entered or edited later.
	maxLag = 24 * time.Hour
)

// noPost is what is wrong when all subscriptions stand and yet nothing comes.
const noPost = "the subscriptions stand, but new values come by polling only: " +
	"does everything between the internet and this program let POST through, not only HEAD and GET?"

// pushStats is how a profile's notifications come in, over restarts too.
type pushStats struct {
	// Address names where they come to: another one has no past.
	Address string `json:"address,omitempty"`
	// Last is when the newest came.
	Last time.Time `json:"last,omitzero"`
	// Gaps lie between the last ones, Lags between measuring and hearing of it, the
	// oldest first.
	Gaps []time.Duration `json:"gaps,omitempty"`
	Lags []time.Duration `json:"lags,omitempty"`
	// Missed counts the new things since Last that came by polling alone.
	Missed int `json:"unheard,omitempty"`
}

// record notes that a notification came. Before since, nobody was there to record one.
func (n *pushStats) record(at, since time.Time) {
	if gap := at.Sub(n.Last); !n.Last.Before(since) && gap >= burstWindow {
		n.Gaps = keepLast(append(n.Gaps, gap))
	}
	if at.After(n.Last) {
		n.Last = at
	}
	n.Missed = 0
}

// recordLag notes how long after the measurement its notification came.
func (n *pushStats) recordLag(lag time.Duration) {
	if lag >= 0 && lag < maxLag {
		n.Lags = keepLast(append(n.Lags, lag))
	}
}

func keepLast(list []time.Duration) []time.Duration { return list[max(0, len(list)-maxGaps):] }

// isSilent reports whether nothing has come for longer than is usual. Before since,
// nobody was there to hear it.
func (n *pushStats) isSilent(since, now time.Time) bool {
	if len(n.Gaps) < minGaps {
		return false
	}
	if n.Last.After(since) {
		since = n.Last
	}
	return now.Sub(since) > max(minSilence, 2*slices.Max(n.Gaps))
}

// lagSeconds is the newest delay and the usual one, in seconds; nil when none is known.
func (n *pushStats) lagSeconds() (newest, usual *float64) {
	if len(n.Lags) == 0 {
		return nil, nil
	}
	sorted := slices.Sorted(slices.Values(n.Lags))
	last, median := n.Lags[len(n.Lags)-1].Seconds(), sorted[len(sorted)/2].Seconds()
	return &last, &median
}

// recordNotificationLocked notes that a notification came. It wants p.mu held.
func (p *poller) recordNotificationLocked(at time.Time) {
	p.pushStatsLocked(time.Now()).record(at, p.bridge.startedAt)
	p.missedSince, p.dirty = time.Time{}, true
}

// pushStatsLocked is what is known of the notifications to the address of today. A moment
// in the future is one of a clock that was wrong. It wants p.mu held.
func (p *poller) pushStatsLocked(now time.Time) *pushStats {
	n := &p.state.PushStats
	if p.Push == nil {
		return n
	}
	if address := p.Push().Address; n.Address != address {
		*n, p.dirty = pushStats{Address: address}, true
	}
	if n.Last.After(now) {
		n.Last = now
	}
	return n
}

// recordNewDataLocked notes what an endpoint has recordNewDataLocked: what a hint has announced tells how
// late hints are, and what none has is to be wondered at. It wants p.mu held.
func (p *poller) recordNewDataLocked(endpoint sensors.Endpoint, events []sensors.Event, now time.Time) {
	if p.Push == nil || len(events) == 0 {
		return
	}
	n := p.pushStatsLocked(now)
	if hint, announced := p.pendingHints[endpoint]; announced && hint.fromNotification {
		n.recordLag(hint.receivedAt.Sub(events[len(events)-1].MeasuredAt))
		return
	}
	switch {
	case now.Sub(n.Last) < graceDelay || now.Sub(p.bridge.startedAt) < graceDelay:
		// Told already, under another number, or while nobody was here to listen.
	case !p.Push().Healthy || !p.expectsNotification(events):
		// None was to be expected.
	case p.missedSince.IsZero():
		p.missedSince = now
	}
}

// categoryForEvent says which notifications tell of a kind of event. What several
// numbers can tell of, and nobody knows which does, is not in the list.
func categoryForEvent(kind sensors.EventType) (category withings.Category, ok bool) {
	category, ok = map[sensors.EventType]withings.Category{
		sensors.EventWeighIn:       withings.CategoryWeight,
		sensors.EventTemperature:   withings.CategoryTemperature,
		sensors.EventBloodPressure: withings.CategoryPressure,
		sensors.EventWorkout:       withings.CategoryActivity,
		sensors.EventSleep:         withings.CategorySleep,
		sensors.EventNap:           withings.CategorySleep,
		sensors.EventGlucose:       withings.CategoryGlucose,
	}[kind]
	return category, ok
}

// expectsNotification reports whether notifications of one of the events are subscribed to.
func (p *poller) expectsNotification(events []sensors.Event) bool {
	subscribed := p.Push().Subscribed
	return slices.ContainsFunc(events, func(e sensors.Event) bool {
		category, ok := categoryForEvent(e.Type)
		return ok && slices.Contains(subscribed, category)
	})
}

// needsAuditLocked reports whether the subscriptions should be looked at: something new
// was not announced, or it has been quiet for longer than is usual. It says so
// once for each of them. It wants p.mu held.
func (p *poller) needsAuditLocked(now time.Time) bool {
	if p.Push == nil {
		return false
	}
	n := p.pushStatsLocked(now)
	if !p.missedSince.IsZero() && now.Sub(p.missedSince) >= graceDelay {
		p.missedSince = time.Time{}
		n.Missed++
		p.dirty = true
		p.saveLocked()
		if n.Missed == maxMissed {
			p.bridge.log.Warn().Str("profile", p.Slug).Str("cause", noPost).Msg("notifications cannot be relied on")
		}
		return true
	}
	if n.isSilent(p.bridge.startedAt, now) && !p.silenceReportedFor.Equal(n.Last) {
		p.silenceReportedFor = n.Last
		return true
	}
	return false
}

// pushStateLocked is how notifications fare, by their keeper and by what was heard. It
// wants p.mu held, and p.Push.
func (p *poller) pushStateLocked() PushState {
	state := p.Push()
	if state.Healthy && p.pushStatsLocked(time.Now()).Missed >= maxMissed {
		state.Healthy, state.Problem = false, noPost
	}
	return state
}

// isPushHealthyLocked reports whether notifications can be relied on: they are as they
// should be, and one at least has come. It wants p.mu held.
func (p *poller) isPushHealthyLocked() bool {
	return p.Push != nil && p.pushStateLocked().Healthy && !p.pushStatsLocked(time.Now()).Last.IsZero()
}

// auditIfNeeded has the subscriptions of everybody looked at for whom that seems wise.
func (p *poller) auditIfNeeded(now time.Time) {
	p.mu.Lock()
	needed := p.needsAuditLocked(now)
	p.mu.Unlock()
	if needed && p.RequestAudit != nil {
		p.bridge.log.Info().Str("profile", p.Slug).Msg("no notification where there should have been one; the subscriptions are looked at")
		p.RequestAudit()
	}
}
