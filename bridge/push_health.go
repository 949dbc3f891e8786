// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

const (
	// graceDelay is how late a notification may be before its absence counts.
	graceDelay = 15 * time.Minute
	// maxMissed is after how many new records in a row without a notification
	// notifications count as unreliable, whatever the state of the subscriptions.
	maxMissed = 3
)

// pushHealth judges whether the notifications of a profile are reliable, from
// the state of the subscriptions and from what arrives. It has no lock.
type pushHealth struct {
	subscriptions func() PushState // nil without notifications
	stats         *pushStats       // stored with the profile
	startedAt     time.Time        // of the daemon

	missedSince        time.Time // when a new record arrived without a notification
	silenceReportedFor time.Time // the last notification before the silence that was reported
}

// isEnabled reports whether the profile has notifications at all.
func (h *pushHealth) isEnabled() bool { return h.subscriptions != nil }

// current returns the statistics for a callback; they are empty for another one
// than the stored. A time in the future comes from a clock that was wrong.
func (h *pushHealth) current(address string, now time.Time) pushStats {
	stats := *h.stats
	if stats.Address != address {
		stats = pushStats{Address: address}
	}
	if stats.Last.After(now) {
		stats.Last = now
	}
	return stats
}

// adopt stores the statistics for the current callback.
func (h *pushHealth) adopt(now time.Time) {
	if h.isEnabled() {
		*h.stats = h.current(h.subscriptions().Address, now)
	}
}

// recordNotification counts a notification.
func (h *pushHealth) recordNotification(at, now time.Time) {
	h.adopt(now)
	h.stats.record(at, h.startedAt)
	h.missedSince = time.Time{}
}

// recordNewData records the lag between new events and the notification that
// announced them, or that a notification may be missing.
func (h *pushHealth) recordNewData(events []sensors.Event, received time.Time, announced bool, now time.Time) {
	if !h.isEnabled() || len(events) == 0 {
		return
	}
	h.adopt(now)
	if announced {
		h.stats.recordLag(received.Sub(events[len(events)-1].MeasuredAt))
		return
	}
	switch {
	case now.Sub(h.stats.Last) < graceDelay || now.Sub(h.startedAt) < graceDelay:
		// Possibly announced in another category, or before the daemon ran.
	case !h.subscriptions().Healthy || !h.expectsNotification(events):
		// No notification was expected.
	case h.missedSince.IsZero():
		h.missedSince = now
	}
}

// expectsNotification reports whether one of the events has a subscribed
// category.
func (h *pushHealth) expectsNotification(events []sensors.Event) bool {
	subscribed := h.subscriptions().Subscribed
	return slices.ContainsFunc(events, func(e sensors.Event) bool {
		category, ok := categoryForEvent(e.Type)
		return ok && slices.Contains(subscribed, category)
	})
}

// silence is what a check for missing notifications found.
type silence struct {
	audit      bool // the subscriptions should be audited
	missed     bool // one more notification is missing
	unreliable bool // this one makes notifications unreliable
}

// checkSilence checks for missing notifications: a new record was not
// announced, or none has arrived for unusually long. Each case is reported
// once.
func (h *pushHealth) checkSilence(now time.Time) silence {
	if !h.isEnabled() {
		return silence{}
	}
	h.adopt(now)
	if !h.missedSince.IsZero() && now.Sub(h.missedSince) >= graceDelay {
		h.missedSince = time.Time{}
		h.stats.Missed++
		return silence{audit: true, missed: true, unreliable: h.stats.Missed == maxMissed}
	}
	if h.stats.isSilent(h.startedAt, now) && !h.silenceReportedFor.Equal(h.stats.Last) {
		h.silenceReportedFor = h.stats.Last
		return silence{audit: true}
	}
	return silence{}
}

// report returns the state of the subscriptions, corrected by what arrives, and
// the statistics.
func (h *pushHealth) report(now time.Time) (PushState, pushStats) {
	state := h.subscriptions()
	stats := h.current(state.Address, now)
	if state.Healthy && stats.Missed >= maxMissed {
		state.Healthy, state.Problem = false, noPost
	}
	return state, stats
}

// isReliable reports whether notifications are reliable: the subscriptions are
// healthy, and at least one notification has arrived.
func (h *pushHealth) isReliable(now time.Time) bool {
	if !h.isEnabled() {
		return false
	}
	state, stats := h.report(now)
	return state.Healthy && !stats.Last.IsZero()
}
