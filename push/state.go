// SPDX-License-Identifier: MIT

package push

import (
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// Status is the state of the subscription of one category.
type Status string

// The states of a subscription.
const (
	Subscribed Status = "subscribed"
	Pending    Status = "pending"     // not requested yet
	Failing    Status = "failing"     // failed, and will be retried
	Refused    Status = "refused"     // rejected for this category alone; retried seldom
	NotGranted Status = "not_granted" // outside of the consent; skipped until the next sign-in
)

// State is the state of the subscriptions of a profile.
type State struct {
	// Healthy reports whether notifications can be relied on, with a slow poll
	// beside them: everything that can be subscribed is, as of a recent audit.
	// Refused and not granted categories do not count.
	Healthy    bool            `json:"healthy"`
	Categories []CategoryState `json:"categories,omitempty"` // sorted
	// Problem describes the last failure, "" if there was none since.
	Problem string `json:"problem,omitempty"`
	// LastAudit is the time of the last successful audit, NextTry that of the next
	// one.
	LastAudit time.Time `json:"last_audit,omitzero"`
	NextTry   time.Time `json:"next_try,omitzero"`
}

// CategoryState is the state of one category.
type CategoryState struct {
	Category withings.Category `json:"category"`
	Name     string            `json:"name"`
	Status   Status            `json:"status"`
	Cause    string            `json:"cause,omitempty"`
}

// Covers reports whether notifications of a category can be relied on.
func (s State) Covers(c withings.Category) bool {
	return s.Healthy && slices.ContainsFunc(s.Categories, func(row CategoryState) bool {
		return row.Category == c && row.Status == Subscribed
	})
}
