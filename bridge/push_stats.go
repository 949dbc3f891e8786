// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

const (
	// burstWindow joins notifications into one: a weigh-in causes several.
	burstWindow = time.Minute
	// A silence is unusual if it is longer than minSilence and than twice the
	// longest of the last maxGaps gaps, of which at least minGaps must be known.
	minGaps    = 5
	maxGaps    = 20
	minSilence = 3 * time.Hour
	// maxLag excludes measurements that were entered or edited later.
	maxLag = 24 * time.Hour
)

// noPost is the problem when subscriptions are active but nothing arrives.
const noPost = "subscriptions are active, but new values arrive only by polling: " +
	"check that every proxy in front of this program forwards POST, not only HEAD and GET"

// pushStats describes how a profile's notifications arrive, across restarts.
type pushStats struct {
	// Address identifies the callback at which they arrive.
	Address string `json:"address,omitempty"`
	// Last is when the newest arrived.
	Last time.Time `json:"last,omitzero"`
	// Gaps are the times between notifications, Lags the times between a
	// measurement and its notification, both oldest first.
	Gaps []time.Duration `json:"gaps,omitempty"`
	Lags []time.Duration `json:"lags,omitempty"`
	// Missed counts the new records since Last that arrived by polling alone.
	Missed int `json:"unheard,omitempty"`
}

// record records a notification. The gap to one before since is unknown,
// because the daemon was not running.
func (n *pushStats) record(at, since time.Time) {
	if gap := at.Sub(n.Last); !n.Last.Before(since) && gap >= burstWindow {
		n.Gaps = keepLast(append(n.Gaps, gap))
	}
	if at.After(n.Last) {
		n.Last = at
	}
	n.Missed = 0
}

// recordLag records how long after the measurement its notification came.
func (n *pushStats) recordLag(lag time.Duration) {
	if lag >= 0 && lag < maxLag {
		n.Lags = keepLast(append(n.Lags, lag))
	}
}

func keepLast(list []time.Duration) []time.Duration { return list[max(0, len(list)-maxGaps):] }

// isSilent reports whether nothing has arrived for unusually long, counted from
// since, the start of the daemon, at the earliest.
func (n *pushStats) isSilent(since, now time.Time) bool {
	if len(n.Gaps) < minGaps {
		return false
	}
	if n.Last.After(since) {
		since = n.Last
	}
	return now.Sub(since) > max(minSilence, 2*slices.Max(n.Gaps))
}

// lagSeconds returns the newest lag and the median, in seconds; nil if unknown.
func (n *pushStats) lagSeconds() (newest, usual *float64) {
	if len(n.Lags) == 0 {
		return nil, nil
	}
	sorted := slices.Sorted(slices.Values(n.Lags))
	last, median := n.Lags[len(n.Lags)-1].Seconds(), sorted[len(sorted)/2].Seconds()
	return &last, &median
}

// categoryForEvent is the notification category of a type of event. Events that
// several categories may announce have none.
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
