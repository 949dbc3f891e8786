// SPDX-License-Identifier: MIT

package notify

import (
	"cmp"
	"time"
)

// Knobs choose how notifications travel; the zero value is the likeliest
// behaviour, with every one delivered once. Chances are in percent, decided
// anew for each notification but always alike with the same seed.
type Knobs struct {
	// Delay is from the upload to the first attempt; 0 = 30 to 90 s, negative =
	// none.
	Delay time.Duration
	// Shuffle adds up to that much to each delay, so that later ones overtake.
	Shuffle time.Duration
	// Copies is how often each is posted; 0 = once.
	Copies int
	// Unreadable hides new data from queries for so long after the upload,
	// while notifications are sent as usual and updatetime does not lag. Edits
	// and deletions are visible at once.
	Unreadable time.Duration
	// Lost is the chance that one is never posted.
	Lost int
	// Unknown is the chance that one arrives with an unknown category.
	Unknown int
	// Empty is the chance that an empty POST, a test of the listener, comes
	// before one.
	Empty int
	// Lapse is the chance that a subscription ends silently, on each day.
	Lapse int
	// Most is how many subscriptions an account can have; 0 = 16, negative =
	// any number.
	Most int
	// OddURLs lists callback URLs with the slash at the end that they did not
	// have, or without the one that they had, and with their parameters in
	// another order.
	OddURLs bool
}

const (
	quickest     = 30 * time.Second // of the usual delays
	slowest      = 90 * time.Second
	toleratedFor = 20 * 24 * time.Hour // that deliveries fail
	mostAtOnce   = 16                  // subscriptions
)

func (k Knobs) most() int   { return cmp.Or(k.Most, mostAtOnce) }
func (k Knobs) copies() int { return max(1, k.Copies) }
