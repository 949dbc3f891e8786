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

// categoryStatus is how one category stands; the zero value is one never asked for.
type categoryStatus struct {
	status Status
	cause  string
}

// State returns how the subscriptions stand now.
func (k *SubscriptionManager) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	state := State{LastAudit: k.lastAudit, NextTry: k.nextAudit, Problem: Cause(k.lastErr), Healthy: k.isHealthyLocked(time.Now())}
	for _, category := range slices.SortedFunc(maps.Keys(k.categories), cmp.Compare[Category]) {
		at := k.categories[category]
		state.Categories = append(state.Categories, CategoryState{category, category.String(), at.status, at.cause})
	}
	return state
}

// isHealthyLocked wants k.mu held.
func (k *SubscriptionManager) isHealthyLocked(now time.Time) bool {
	if k.lastAudit.IsZero() || now.Sub(k.lastAudit) > 2*k.options.AuditInterval+maxRetryWait {
		return false
	}
	subscribed := false
	for _, at := range k.categories {
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

// isUnreachable says that nothing can come in, whatever the list says.
func isUnreachable(err error) bool {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	return isAPIError && failure.Status == statusUnreachable || errors.Is(err, ErrNoAnswer) || errors.Is(err, withings.ErrSignIn)
}
