package simulator

import (
	"context"
	"fmt"
	"net/http"
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

// Service keeps subscriptions and delivers notifications. Its state is guarded
// by the store's lock.
type Service struct {
	store         *Store
	knobs         NotifyKnobs
	listeners     caller
	subscriptions []*subscription // in the order of their making
	outbox        outbox
	detectors     map[*account]*changeDetector // of accounts with subscriptions that are not foreign
	consented     map[*account]bool            // accounts with a consent at the last detection
	serials       map[*account]int64           // notifications drawn so far
	stats         NotifyStats
}

// NewService returns a service that delivers over a transport; nil = loopback
// addresses only.
func NewService(store *Store, knobs NotifyKnobs, transport http.RoundTripper) *Service {
	return &Service{
		store:     store,
		knobs:     knobs,
		listeners: newCaller(transport),
		outbox:    outbox{busy: map[string]bool{}},
		detectors: map[*account]*changeDetector{},
		consented: map[*account]bool{},
		serials:   map[*account]int64{},
	}
}

// SetKnobs replaces the knobs.
func (n *Service) SetKnobs(k NotifyKnobs) {
	n.store.Lock()
	defer n.store.Unlock()
	n.knobs = k
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
func (n *Service) Notified() NotifyStats {
	n.store.Lock()
	defer n.store.Unlock()
	stats := n.stats
	stats.Waiting = len(n.outbox.jobs)
	return stats
}

// Subscriptions returns all there are, in the order of their making.
func (n *Service) Subscriptions() []SubscriptionInfo {
	n.store.Lock()
	defer n.store.Unlock()
	n.detectChangesLocked(n.store.nowLocked())
	list := make([]SubscriptionInfo, 0, len(n.subscriptions))
	for _, s := range n.subscriptions {
		list = append(list, SubscriptionInfo{s.who.userID(), s.callback, s.appli, s.foreign})
	}
	return list
}

// Plant adds a subscription of another installation with the same client id.
// It is listed and counts, but nothing is posted to it, and it does not lapse.
func (n *Service) Plant(person, callbackURL string, category int) {
	n.store.Lock()
	defer n.store.Unlock()
	who, err := n.store.findLocked(person)
	switch {
	case err != nil:
		panic(InvalidError{err})
	case len(scopesOf(category)) == 0:
		Invalidf("no category %d", category)
	case !isValidCallback(callbackURL):
		Invalidf("no callback URL %q", callbackURL)
	}
	n.upsert(&subscription{who: who, callback: callbackURL, appli: category, comment: "another installation", foreign: true})
}

// subscriptionsOf are a person's subscriptions.
func (n *Service) subscriptionsOf(who *account) []*subscription {
	var own []*subscription
	for _, s := range n.subscriptions {
		if s.who == who {
			own = append(own, s)
		}
	}
	return own
}

// find is the subscription of a number to an address, however that is written, or nil.
func (n *Service) find(who *account, callback string, appli int) *subscription {
	for _, s := range n.subscriptions {
		if s.who == who && s.appli == appli && normalizeURL(s.callback) == normalizeURL(callback) {
			return s
		}
	}
	return nil
}

// upsert adds a subscription, or renews the one there is.
func (n *Service) upsert(s *subscription) {
	if old := n.find(s.who, s.callback, s.appli); old != nil {
		old.comment, old.foreign = s.comment, s.foreign
		return
	}
	n.subscriptions = append(n.subscriptions, s)
}

// remove ends subscriptions and returns how many.
func (n *Service) remove(which func(s *subscription) bool) int {
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
func (n *Service) expireSubscriptionsLocked(now time.Time) {
	k := n.knobs
	n.stats.Lapsed += n.remove(func(s *subscription) bool { return !s.foreign && s.rollLapse(now, k.Lapse) })
	n.stats.Cancelled += n.remove(func(s *subscription) bool {
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

// neverExpires is the expiry of every subscription.
const neverExpires = 2147483647

// rowLocked is a subscription as it is sent.
func (n *Service) rowLocked(s *subscription) map[string]any {
	row := map[string]any{"appli": s.appli, "callbackurl": s.callback, "expires": neverExpires, "comment": s.comment}
	if s.comment == "" {
		row["comment"] = nil
	}
	if n.knobs.OddURLs {
		row["callbackurl"] = variantURL(s.callback)
	}
	return row
}

// exceedsQuota reports whether a subscription would be one too many.
func (n *Service) exceedsQuota(who *account, callback string, appli int) bool {
	limit := n.knobs.most()
	return limit >= 0 && n.find(who, callback, appli) == nil && len(n.subscriptionsOf(who)) >= limit
}

// subscribeLocked adds a subscription, which is notified of changes from now
// on.
func (n *Service) subscribeLocked(who *account, callback string, appli int, comment string, now time.Time) {
	n.detectChangesLocked(now)
	n.upsert(&subscription{who: who, callback: callback, appli: appli, comment: comment, lapseCheckedUntil: now})
	n.consented[who] = true
	if n.detectors[who] == nil {
		who.generateRecords(now)
		n.detectors[who] = newChangeDetector(who, now)
	}
}

// replaceLocked changes a subscription.
func (n *Service) replaceLocked(old *subscription, callback string, appli int, comment string) {
	next := *old
	if next.callback != callback {
		next.failingSince = time.Time{}
	}
	next.callback, next.appli, next.comment = callback, appli, comment
	n.remove(func(s *subscription) bool { return s == old })
	n.upsert(&next)
}

// revokeLocked ends the subscriptions of a number, or of all with 0, to an
// address, and returns how many there were.
func (n *Service) revokeLocked(who *account, callback string, appli int) int {
	callback = normalizeURL(callback)
	return n.remove(func(s *subscription) bool {
		return s.who == who && normalizeURL(s.callback) == callback && (appli == 0 || s.appli == appli)
	})
}

// isReachable asks a listener for HEAD, as the original does before it
// subscribes: nothing but 200 will do.
func (n *Service) isReachable(ctx context.Context, callback string) bool {
	status, err := n.listeners.call(ctx, http.MethodHead, callback, "")
	return err == nil && status == http.StatusOK
}

// readableAtLocked returns up to when data can be read at a moment.
func (n *Service) readableAtLocked(now time.Time) time.Time { return now.Add(-n.knobs.Unreadable) }
