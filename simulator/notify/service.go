// SPDX-License-Identifier: MIT

// Package notify keeps the subscriptions of the simulated cloud, detects what
// changed in the accounts, and posts notifications about it.
package notify

import (
	"context"
	"net/http"
	"time"

	"vitals2mqtt/simulator/people"
)

// Service keeps subscriptions and delivers notifications. Its state is guarded
// by the store's lock.
type Service struct {
	store         *people.Store
	knobs         Knobs
	listeners     caller
	subscriptions registry // oldest first
	outbox        outbox
	detectors     map[*people.Account]*changeDetector // of accounts with subscriptions that are not foreign
	consented     map[*people.Account]bool            // accounts with a consent at the last detection
	serials       map[*people.Account]int64           // notifications drawn so far
	stats         Stats
}

// New returns a service that delivers over a transport; nil = loopback
// addresses only.
func New(store *people.Store, knobs Knobs, transport http.RoundTripper) *Service {
	return &Service{
		store:     store,
		knobs:     knobs,
		listeners: newCaller(transport),
		outbox:    outbox{busy: map[string]bool{}},
		detectors: map[*people.Account]*changeDetector{},
		consented: map[*people.Account]bool{},
		serials:   map[*people.Account]int64{},
	}
}

// SetKnobs replaces the knobs.
func (n *Service) SetKnobs(k Knobs) {
	n.store.Lock()
	defer n.store.Unlock()
	n.knobs = k
}

// Stats count since the start. A notification is one change for one
// subscription.
type Stats struct {
	Noticed   int `json:"noticed"`   // notifications, lost ones included
	Lost      int `json:"lost"`      // by NotifyKnobs.Lost, or because too many were waiting
	Delivered int `json:"delivered"` // posts that succeeded, of all kinds
	Failed    int `json:"failed"`    // posts that did not
	GivenUp   int `json:"given_up"`  // posts that failed ten times
	Lapsed    int `json:"lapsed"`    // subscriptions, by NotifyKnobs.Lapse and Lapse
	Cancelled int `json:"cancelled"` // subscriptions, after lasting failure
	Waiting   int `json:"waiting"`   // posts, now
}

// SubscriptionInfo describes a subscription.
type SubscriptionInfo struct {
	UserID      string `json:"userid"`
	CallbackURL string `json:"callbackurl"`
	Category    int    `json:"category"`
	Foreign     bool   `json:"foreign"`
}

// Notified returns the statistics.
func (n *Service) Notified() Stats {
	n.store.Lock()
	defer n.store.Unlock()
	stats := n.stats
	stats.Waiting = len(n.outbox.jobs)
	return stats
}

// Subscriptions returns all subscriptions, oldest first.
func (n *Service) Subscriptions() []SubscriptionInfo {
	n.store.Lock()
	defer n.store.Unlock()
	n.DetectChangesLocked(n.store.NowLocked())
	list := make([]SubscriptionInfo, 0, len(n.subscriptions))
	for _, s := range n.subscriptions {
		list = append(list, SubscriptionInfo{s.account.ID(), s.Callback, s.Appli, s.foreign})
	}
	return list
}

// Plant adds a subscription of another installation with the same client id.
// It is listed and counts, but nothing is posted to it, and it does not lapse.
func (n *Service) Plant(person, callbackURL string, category int) {
	n.store.Lock()
	defer n.store.Unlock()
	account := n.store.PersonLocked(person)
	switch {
	case len(ScopesOf(category)) == 0:
		people.Invalidf("no category %d; known categories: %v", category, Categories())
	case !IsValidCallback(callbackURL):
		people.Invalidf("no callback URL %q", callbackURL)
	}
	n.subscriptions.upsert(&Subscription{
		account:  account,
		Callback: callbackURL,
		Appli:    category,
		Comment:  "another installation",
		foreign:  true,
	})
}

// SubscriptionsOfLocked returns a person's subscriptions.
func (n *Service) SubscriptionsOfLocked(account *people.Account) []*Subscription {
	return n.subscriptions.of(account)
}

// expireSubscriptionsLocked ends subscriptions that lapse by chance or have
// failed for too long.
func (n *Service) expireSubscriptionsLocked(now time.Time) {
	k := n.knobs
	n.stats.Lapsed += n.subscriptions.remove(func(s *Subscription) bool { return !s.foreign && s.rollLapse(now, k.Lapse) })
	n.stats.Cancelled += n.subscriptions.remove(func(s *Subscription) bool {
		return !s.failingSince.IsZero() && now.Sub(s.failingSince) >= toleratedFor
	})
}

// neverExpires is the expiry of every subscription.
const neverExpires = 2147483647

// RowLocked is a subscription as it is sent.
func (n *Service) RowLocked(s *Subscription) map[string]any {
	row := map[string]any{"appli": s.Appli, "callbackurl": s.Callback, "expires": neverExpires, "comment": s.Comment}
	if s.Comment == "" {
		row["comment"] = nil
	}
	if n.knobs.OddURLs {
		row["callbackurl"] = variantURL(s.Callback)
	}
	return row
}

// ExceedsQuotaLocked reports whether a subscription would be one too many.
func (n *Service) ExceedsQuotaLocked(account *people.Account, callback string, appli int) bool {
	limit := n.knobs.most()
	isNew := n.subscriptions.find(account, callback, appli) == nil
	return limit >= 0 && isNew && len(n.SubscriptionsOfLocked(account)) >= limit
}

// SubscribeLocked adds a subscription, which is notified of changes from now
// on.
func (n *Service) SubscribeLocked(account *people.Account, callback string, appli int, comment string, now time.Time) {
	n.DetectChangesLocked(now)
	n.subscriptions.upsert(&Subscription{
		account:           account,
		Callback:          callback,
		Appli:             appli,
		Comment:           comment,
		lapseCheckedUntil: now,
	})
	n.consented[account] = true
	if n.detectors[account] == nil {
		account.GenerateRecords(now)
		n.detectors[account] = newChangeDetector(account, now)
	}
}

// MoveLocked changes a subscription; one that is like it already gives way.
func (n *Service) MoveLocked(s *Subscription, callback string, appli int, comment string) {
	n.subscriptions.remove(func(other *Subscription) bool {
		return other != s && other == n.subscriptions.find(s.account, callback, appli)
	})
	s.Callback, s.Appli, s.Comment = callback, appli, comment
}

// RevokeLocked ends the subscriptions of a number, or of all with 0, to an
// address, and returns how many there were.
func (n *Service) RevokeLocked(account *people.Account, callback string, appli int) int {
	callback = normalizeURL(callback)
	return n.subscriptions.remove(func(s *Subscription) bool {
		return s.account == account && normalizeURL(s.Callback) == callback && (appli == 0 || s.Appli == appli)
	})
}

// ProbeListener sends HEAD to a listener, as the original does before it
// subscribes, and reports whether it answers 200.
func (n *Service) ProbeListener(ctx context.Context, callback string) bool {
	status, err := n.listeners.call(ctx, http.MethodHead, callback, "")
	return err == nil && status == http.StatusOK
}

// ReadableAtLocked returns up to when data can be read at a moment.
func (n *Service) ReadableAtLocked(now time.Time) time.Time { return now.Add(-n.knobs.Unreadable) }
