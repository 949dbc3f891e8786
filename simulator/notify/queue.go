// SPDX-License-Identifier: MIT

package notify

import (
	"maps"
	"net/url"
	"strconv"
	"time"

	"vitals2mqtt/simulator/people"
)

// DetectChangesLocked queues notifications of what has changed since the last
// detection.
func (n *Service) DetectChangesLocked(now time.Time) {
	n.expireSubscriptionsLocked(now)
	for _, p := range n.store.Accounts {
		if len(n.subscriptions) > 0 {
			n.detectWithdrawalLocked(p, now)
		}
		l := n.detectors[p]
		if l == nil {
			continue
		}
		p.GenerateRecords(now)
		for _, e := range l.detect(p, now) {
			n.notifySubscribersLocked(p, e)
		}
		if !n.subscriptions.watches(p) {
			delete(n.detectors, p)
		}
	}
	n.outbox.purge()
}

// detectWithdrawalLocked notifies that a consent was withdrawn, which ends all
// subscriptions.
func (n *Service) detectWithdrawalLocked(p *people.Account, now time.Time) {
	if n.consented[p] && !p.Consented {
		n.notifySubscribersLocked(p, event{appliProfile, now, url.Values{"action": {"unlink"}}})
		n.DropAllLocked(p)
	}
	n.consented[p] = p.Consented
}

// DropAllLocked ends all of a person's subscriptions.
func (n *Service) DropAllLocked(account *people.Account) {
	n.subscriptions.remove(func(s *Subscription) bool { return s.account == account })
	delete(n.detectors, account)
	n.consented[account] = false
}

// notifySubscribersLocked queues an event for each subscription of its
// category.
func (n *Service) notifySubscribersLocked(p *people.Account, e event) {
	for _, s := range n.SubscriptionsOfLocked(p) {
		if s.Appli == e.appli && !s.foreign {
			n.queueNotificationLocked(s, e)
		}
	}
}

// queueNotificationLocked queues a notification as the knobs say, by chance.
func (n *Service) queueNotificationLocked(s *Subscription, e event) {
	k := n.knobs
	n.serials[s.account]++
	r := people.NewRand(s.account.Seed, s.account.UserID, "notification", n.serials[s.account])
	lost, unknown, empty := r.IntN(100) < k.Lost, r.IntN(100) < k.Unknown, r.IntN(100) < k.Empty
	due := e.at
	usual := quickest + time.Duration(r.Int64N(int64(slowest-quickest)+1))
	switch {
	case k.Delay == 0:
		due = due.Add(usual)
	case k.Delay > 0:
		due = due.Add(k.Delay)
	}
	if k.Shuffle > 0 {
		due = due.Add(time.Duration(r.Int64N(int64(k.Shuffle) + 1)))
	}
	n.stats.Noticed++
	if lost {
		n.stats.Lost++
		return
	}
	fields := url.Values{"userid": {s.account.ID()}, "appli": {strconv.Itoa(s.Appli)}}
	maps.Copy(fields, e.fields)
	if unknown {
		fields.Set("appli", strconv.Itoa(appliUnknown))
	}
	post := job{to: s, callback: s.Callback, due: due, sendAfterEnd: e.fields.Get("action") == "unlink"}
	if empty {
		test := post
		test.noRetry = true
		n.enqueueLocked(&test)
	}
	post.body = fields.Encode()
	for range k.copies() {
		n.enqueueLocked(new(post))
	}
}

func (n *Service) enqueueLocked(j *job) {
	if !n.outbox.put(j) {
		n.stats.Lost++
	}
}

// SendNotification notifies anything of a person to the subscriptions of a
// category: a failed ECG (55), a mat that has inflated itself (52), or
// {"action": "update"} of the profile (46).
func (n *Service) SendNotification(person string, category int, fields map[string]string) {
	if len(ScopesOf(category)) == 0 {
		people.Invalidf("no category %d; known categories: %v", category, Categories())
	}
	n.store.Lock()
	defer n.store.Unlock()
	account := n.store.PersonLocked(person)
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	n.notifySubscribersLocked(account, event{category, n.store.NowLocked(), form})
}
