package simulator

import (
	"fmt"
	"slices"
	"time"
)

// subscription is a person's data told to an address, one number each.
type subscription struct {
	who               *account
	callback          string
	appli             int
	comment           string
	foreign           bool      // another installation's: listed, and left alone
	lapseCheckedUntil time.Time // up to when chance was asked whether it lapses
	failingSince      time.Time // since when nothing has arrived; zero = all is well
	ended             bool
}

// notifier is what the cloud knows of subscriptions and of notifications under way.
type notifier struct {
	call          caller
	subscriptions []*subscription // in the order of their making
	outbox        outbox
	detectors     map[*account]*changeDetector // whoever has subscriptions that are not foreign
	consented     map[*account]bool            // whoever had given consent when somebody looked last
	serials       map[*account]int64           // of what chance was asked
	stats         NotifyStats
}

// NotifyStats count since New. A notification is one change for one subscription.
type NotifyStats struct {
	Noticed   int `json:"noticed"`   // notifications, lost ones included
	Lost      int `json:"lost"`      // by NotifyKnobs.Lost, or because too many were waiting
	Delivered int `json:"delivered"` // posts that were answered well in time, of all kinds
	Failed    int `json:"failed"`    // posts that were not
	GivenUp   int `json:"given_up"`  // posts that failed ten times
	Lapsed    int `json:"lapsed"`    // subscriptions, by NotifyKnobs.Lapse and Lapse
	Cancelled int `json:"cancelled"` // subscriptions, after lasting failure
	Waiting   int `json:"waiting"`   // posts, now
}

// SubscriptionInfo is a subscription as it is kept.
type SubscriptionInfo struct {
	UserID      string `json:"userid"`
	CallbackURL string `json:"callbackurl"`
	Category    int    `json:"category"`
	Foreign     bool   `json:"foreign"`
}

// Notified returns what has become of notifications so far.
func (c *Cloud) Notified() NotifyStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.push.stats
	stats.Waiting = len(c.push.outbox.jobs)
	return stats
}

// Subscriptions returns all there are, in the order of their making.
func (c *Cloud) Subscriptions() []SubscriptionInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.detectChangesLocked(c.nowLocked())
	list := make([]SubscriptionInfo, 0, len(c.push.subscriptions))
	for _, s := range c.push.subscriptions {
		list = append(list, SubscriptionInfo{s.who.userID(), s.callback, s.appli, s.foreign})
	}
	return list
}

// Plant adds a subscription of another installation with the same client id. It is listed and counts, but nothing is
// posted to it, and it does not lapse.
func (c *Cloud) Plant(person, callbackURL string, category int) {
	must(struct{}{}, c.plant(person, callbackURL, category))
}

func (c *Cloud) plant(person, callback string, appli int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	who, err := c.personLocked(person)
	switch {
	case err != nil:
		return err
	case len(scopesOf(appli)) == 0:
		return fmt.Errorf("no category %d", appli)
	case !isValidCallback(callback):
		return fmt.Errorf("no callback URL %q", callback)
	}
	c.push.upsert(&subscription{who: who, callback: callback, appli: appli, comment: "another installation", foreign: true})
	return nil
}

// subscriptionsOf are a person's subscriptions.
func (n *notifier) subscriptionsOf(who *account) []*subscription {
	var own []*subscription
	for _, s := range n.subscriptions {
		if s.who == who {
			own = append(own, s)
		}
	}
	return own
}

// find is the subscription of a number to an address, however that is written, or nil.
func (n *notifier) find(who *account, callback string, appli int) *subscription {
	for _, s := range n.subscriptions {
		if s.who == who && s.appli == appli && normalizeURL(s.callback) == normalizeURL(callback) {
			return s
		}
	}
	return nil
}

// upsert adds a subscription, or renews the one there is.
func (n *notifier) upsert(s *subscription) {
	if old := n.find(s.who, s.callback, s.appli); old != nil {
		old.comment, old.foreign = s.comment, s.foreign
		return
	}
	n.subscriptions = append(n.subscriptions, s)
}

// remove ends subscriptions and returns how many.
func (n *notifier) remove(which func(s *subscription) bool) int {
	before := len(n.subscriptions)
	n.subscriptions = slices.DeleteFunc(n.subscriptions, func(s *subscription) bool {
		if which(s) {
			s.ended = true
		}
		return s.ended
	})
	return before - len(n.subscriptions)
}

// expireSubscriptionsLocked ends what lapses by chance and what has failed for too long.
func (c *Cloud) expireSubscriptionsLocked(now time.Time) {
	k := c.knobs.Notify
	c.push.stats.Lapsed += c.push.remove(func(s *subscription) bool { return !s.foreign && s.rollLapse(now, k.Lapse) })
	c.push.stats.Cancelled += c.push.remove(func(s *subscription) bool {
		return !s.failingSince.IsZero() && now.Sub(s.failingSince) >= toleratedFor
	})
}

// rollLapse asks chance once for each day that has passed: at a moment of it the subscription may end.
func (s *subscription) rollLapse(now time.Time, percent int) bool {
	from := s.lapseCheckedUntil
	s.lapseCheckedUntil = now
	if percent <= 0 {
		return false
	}
	for day := from.Unix() / 86400; day <= now.Unix()/86400; day++ {
		r := newRand(s.who.seed, s.who.UserID, fmt.Sprintf("lapse %d %s", s.appli, s.callback), day)
		moment := time.Unix(day*86400+r.Int64N(86400), 0)
		if r.IntN(100) < percent && moment.After(from) && !moment.After(now) {
			return true
		}
	}
	return false
}
