// SPDX-License-Identifier: MIT

package notify

import (
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/simulator/people"
)

// Subscription posts one category of a person's changes to an address.
type Subscription struct {
	account           *people.Account
	Callback          string
	Appli             int
	Comment           string
	foreign           bool      // another installation's: only listed
	lapseCheckedUntil time.Time // up to when a lapse was drawn
	failingSince      time.Time // since when deliveries fail; zero = they do not
	ended             bool
}

// rollLapse draws once for each day that has passed: at a moment of it the
// subscription may end.
func (s *Subscription) rollLapse(now time.Time, percent int) bool {
	from := s.lapseCheckedUntil
	s.lapseCheckedUntil = now
	if percent <= 0 {
		return false
	}
	for day := from.Unix() / 86400; day <= now.Unix()/86400; day++ {
		r := people.NewRand(s.account.Seed, s.account.UserID, fmt.Sprintf("lapse %d %s", s.Appli, s.Callback), day)
		moment := time.Unix(day*86400+r.Int64N(86400), 0)
		if r.IntN(100) < percent && moment.After(from) && !moment.After(now) {
			return true
		}
	}
	return false
}

// Is reports whether it is of a category to an address, in any spelling.
func (s *Subscription) Is(callback string, appli int) bool {
	return s.Appli == appli && normalizeURL(s.Callback) == normalizeURL(callback)
}

// registry is the subscriptions of all people, oldest first.
type registry []*Subscription

// find returns the subscription of a category to an address in any spelling, or
// nil.
func (r registry) find(account *people.Account, callback string, appli int) *Subscription {
	for _, s := range r {
		if s.account == account && s.Is(callback, appli) {
			return s
		}
	}
	return nil
}

// upsert adds a subscription or renews the existing one.
func (r *registry) upsert(s *Subscription) {
	if old := r.find(s.account, s.Callback, s.Appli); old != nil {
		old.Comment, old.foreign = s.Comment, s.foreign
		return
	}
	*r = append(*r, s)
}

// remove ends subscriptions and returns how many.
func (r *registry) remove(which func(s *Subscription) bool) int {
	before := len(*r)
	*r = slices.DeleteFunc(*r, func(s *Subscription) bool {
		if which(s) {
			s.ended = true
		}
		return s.ended
	})
	return before - len(*r)
}

// watches reports whether a person has subscriptions that are not foreign.
func (r registry) watches(account *people.Account) bool {
	for _, s := range r {
		if s.account == account && !s.foreign {
			return true
		}
	}
	return false
}

// of returns a person's subscriptions.
func (r registry) of(account *people.Account) []*Subscription {
	var own []*Subscription
	for _, s := range r {
		if s.account == account {
			own = append(own, s)
		}
	}
	return own
}
