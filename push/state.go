package push

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// Status is how the subscription of one category stands.
type Status string

// The states of a subscription.
const (
	Subscribed Status = "subscribed"
	Pending    Status = "pending"     // not asked for yet
	Failing    Status = "failing"     // tried again and again
	Refused    Status = "refused"     // the cloud does not want this one, the others stand; tried again, seldom
	NotGranted Status = "not_granted" // outside of the consent: left out until the next sign-in
)

// State is how the subscriptions of a profile stand.
type State struct {
	// Healthy says that notifications can be relied on, with a slow poll beside
	// them: all that can be subscribed is, and has been looked at lately.
	// Categories that are refused or not granted do not count: look at theirs.
	Healthy    bool            `json:"healthy"`
	Categories []CategoryState `json:"categories,omitempty"` // by number
	// Problem is the cause of the last failure in words, "" when there was none since.
	Problem string `json:"problem,omitempty"`
	// LastAudit is when the list was last as wanted, NextTry when it is looked at again.
	LastAudit time.Time `json:"last_audit,omitzero"`
	NextTry   time.Time `json:"next_try,omitzero"`
}

// CategoryState is how one category stands.
type CategoryState struct {
	Category Category `json:"category"`
	Name     string   `json:"name"`
	Status   Status   `json:"status"`
	Cause    string   `json:"cause,omitempty"`
}

// Covers says whether notifications of a category can be relied on.
func (s State) Covers(c Category) bool {
	return s.Healthy && slices.ContainsFunc(s.Categories, func(row CategoryState) bool {
		return row.Category == c && row.Status == Subscribed
	})
}

// standing is how one category stands; the zero value is one never asked for.
type standing struct {
	status Status
	cause  string
}

// State returns how the subscriptions stand now.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	state := State{LastAudit: k.audited, NextTry: k.next, Problem: Cause(k.trouble), Healthy: k.healthy(time.Now())}
	for _, category := range slices.SortedFunc(maps.Keys(k.standing), cmp.Compare[Category]) {
		at := k.standing[category]
		state.Categories = append(state.Categories, CategoryState{category, category.String(), at.status, at.cause})
	}
	return state
}

// healthy wants k.mu held.
func (k *Keeper) healthy(now time.Time) bool {
	if k.audited.IsZero() || now.Sub(k.audited) > 2*k.options.Audit+longestWait {
		return false
	}
	subscribed := false
	for _, at := range k.standing {
		switch at.status {
		case Subscribed:
			subscribed = true
		case Pending, Failing:
			return false
		case Refused, NotGranted:
		}
	}
	return subscribed
}

// unreachable says that nothing can come in, whatever the list says.
func unreachable(err error) bool {
	failure, ours := errors.AsType[*withings.Error](err)
	return ours && failure.Status == statusUnreachable || errors.Is(err, ErrSilent) || errors.Is(err, withings.ErrSignIn)
}
