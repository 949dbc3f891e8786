// SPDX-License-Identifier: MIT

package withings

// The scopes of a consent.
const (
	ScopeInfo     = "user.info"
	ScopeMetrics  = "user.metrics"
	ScopeActivity = "user.activity"
	// ScopeSleepEvents opens the notifications of a sleep mat: got into bed, got
	// out, inflated. No endpoint needs it.
	ScopeSleepEvents = "user.sleepevents"
)

// AllScopes returns the scopes that reading needs.
func AllScopes() []string { return []string{ScopeInfo, ScopeMetrics, ScopeActivity} }

// ScopesWithEvents returns AllScopes and ScopeSleepEvents.
func ScopesWithEvents() []string { return append(AllScopes(), ScopeSleepEvents) }
