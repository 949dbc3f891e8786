package simulator

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"time"
)

// notice finds out what has happened since somebody looked last, and makes notifications of it.
func (c *Cloud) notice(now time.Time) {
	c.settle(now)
	for _, p := range c.people {
		if len(c.push.list) > 0 {
			c.noticeLink(p, now)
		}
		l := c.push.watched[p]
		if l == nil {
			continue
		}
		p.upTo(now)
		for _, e := range l.look(p, now) {
			c.announce(p, e)
		}
		if !c.push.wanted(p) {
			delete(c.push.watched, p)
		}
	}
	c.push.outbox.purge()
}

// wanted tells whether anything is to be told of a person.
func (n *notifier) wanted(who *account) bool {
	for _, s := range n.list {
		if s.who == who && !s.foreign {
			return true
		}
	}
	return false
}

// noticeLink finds out whether somebody has taken the consent back, which ends all subscriptions; of that alone they
// still hear.
func (c *Cloud) noticeLink(p *account, now time.Time) {
	linked := c.oauth.newest[p] != nil
	if c.push.linked[p] && !linked {
		c.announce(p, event{appliProfile, now, url.Values{"action": {"unlink"}}})
		c.push.leave(p)
	}
	c.push.linked[p] = linked
}

// leave ends all of a person's subscriptions.
func (n *notifier) leave(who *account) {
	n.drop(func(s *subscription) bool { return s.who == who })
	delete(n.watched, who)
	n.linked[who] = false
}

// announce makes a notification of an event for each subscription of its number.
func (c *Cloud) announce(p *account, e event) {
	for _, s := range c.push.of(p) {
		if s.appli == e.appli && !s.foreign {
			c.notify(s, e)
		}
	}
}

// notify lets chance decide what becomes of a notification.
func (c *Cloud) notify(s *subscription, e event) {
	k := c.knobs.Notify
	c.push.serials[s.who]++
	r := source(s.who.seed, s.who.UserID, "notification", c.push.serials[s.who])
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
		fields.Set("appli", strconv.Itoa(appliOdd))
	}
	post := job{to: s, callback: s.callback, lane: s.callback, due: due, farewell: e.fields.Get("action") == "unlink"}
	if empty {
		test := post
		test.once = true
		c.send(&test)
	}
	post.body = fields.Encode()
	for range k.copies() {
		c.send(new(post))
	}
}

func (c *Cloud) send(j *job) {
	if !c.push.outbox.put(j) {
		c.push.stats.Lost++
	}
}

// Tell announces anything of a person, to the subscriptions of that category: a failed ECG (55), the mat that has filled
// itself (52), or {"action": "update"} of the profile (46), say. It panics when there is no such person or category.
func (c *Cloud) Tell(person string, category int, fields map[string]string) {
	must(struct{}{}, c.tell(person, category, fields))
}

func (c *Cloud) tell(person string, appli int, fields map[string]string) error {
	if len(scopesOf(appli)) == 0 {
		return fmt.Errorf("no category %d", appli)
	}
	return c.act(person, func(p *account) error {
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value)
		}
		c.announce(p, event{appli, c.now(), form})
		return nil
	})
}
