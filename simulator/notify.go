package simulator

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"time"
)

// detectChangesLocked finds out what has happened since somebody looked last, and makes notifications of it.
func (c *Cloud) detectChangesLocked(now time.Time) {
	c.expireSubscriptionsLocked(now)
	for _, p := range c.people {
		if len(c.push.subscriptions) > 0 {
			c.detectWithdrawalLocked(p, now)
		}
		l := c.push.detectors[p]
		if l == nil {
			continue
		}
		p.generateRecords(now)
		for _, e := range l.detect(p, now) {
			c.notifySubscribersLocked(p, e)
		}
		if !c.push.hasSubscriptions(p) {
			delete(c.push.detectors, p)
		}
	}
	c.push.outbox.purge()
}

// hasSubscriptions tells whether anything is to be told of a person.
func (n *notifier) hasSubscriptions(who *account) bool {
	for _, s := range n.subscriptions {
		if s.who == who && !s.foreign {
			return true
		}
	}
	return false
}

// detectWithdrawalLocked finds out whether somebody has taken the consent back, which ends all subscriptions; of that alone they
// still hear.
func (c *Cloud) detectWithdrawalLocked(p *account, now time.Time) {
	linked := c.oauth.newest[p] != nil
	if c.push.consented[p] && !linked {
		c.notifySubscribersLocked(p, event{appliProfile, now, url.Values{"action": {"unlink"}}})
		c.push.dropAll(p)
	}
	c.push.consented[p] = linked
}

// dropAll ends all of a person's subscriptions.
func (n *notifier) dropAll(who *account) {
	n.remove(func(s *subscription) bool { return s.who == who })
	delete(n.detectors, who)
	n.consented[who] = false
}

// notifySubscribersLocked makes a notification of an event for each subscription of its number.
func (c *Cloud) notifySubscribersLocked(p *account, e event) {
	for _, s := range c.push.subscriptionsOf(p) {
		if s.appli == e.appli && !s.foreign {
			c.queueNotificationLocked(s, e)
		}
	}
}

// queueNotificationLocked lets chance decide what becomes of a notification.
func (c *Cloud) queueNotificationLocked(s *subscription, e event) {
	k := c.knobs.Notify
	c.push.serials[s.who]++
	r := newRand(s.who.seed, s.who.UserID, "notification", c.push.serials[s.who])
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
	c.push.stats.Noticed++
	if lost {
		c.push.stats.Lost++
		return
	}
	fields := url.Values{"userid": {s.who.userID()}, "appli": {strconv.Itoa(s.appli)}}
	maps.Copy(fields, e.fields)
	if unknown {
		fields.Set("appli", strconv.Itoa(appliUnknown))
	}
	post := job{to: s, callback: s.callback, due: due, sendAfterEnd: e.fields.Get("action") == "unlink"}
	if empty {
		test := post
		test.noRetry = true
		c.enqueueLocked(&test)
	}
	post.body = fields.Encode()
	for range k.copies() {
		c.enqueueLocked(new(post))
	}
}

func (c *Cloud) enqueueLocked(j *job) {
	if !c.push.outbox.put(j) {
		c.push.stats.Lost++
	}
}

// SendNotification announces anything of a person, to the subscriptions of that category: a failed ECG (55), the mat that has filled
// itself (52), or {"action": "update"} of the profile (46), say. It panics when there is no such person or category.
func (c *Cloud) SendNotification(person string, category int, fields map[string]string) {
	must(struct{}{}, c.sendNotification(person, category, fields))
}

func (c *Cloud) sendNotification(person string, appli int, fields map[string]string) error {
	if len(scopesOf(appli)) == 0 {
		return fmt.Errorf("no category %d", appli)
	}
	return c.updatePerson(person, func(p *account) error {
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value)
		}
		c.notifySubscribersLocked(p, event{appli, c.nowLocked(), form})
		return nil
	})
}
