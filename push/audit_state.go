// SPDX-License-Identifier: MIT

package push

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/withings"
)

const (
	// minRetryWait doubles with every failure up to maxRetryWait.
	minRetryWait = time.Minute
	maxRetryWait = time.Hour
	// minProbeWait and maxProbeWait are the same for our own listener, which is
	// local and starts soon.
	minProbeWait = 5 * time.Second
	maxProbeWait = time.Minute
	// idleInterval is the time between checks for a sign-in or a wanted category,
	// which send no request.
	idleInterval = 10 * time.Minute
	// minAuditInterval is the least time between two requested audits.
	minAuditInterval = time.Minute
)

// auditState is what is known about the subscriptions of a profile.
type auditState struct {
	auditInterval time.Duration
	jitter        *jitter.Source

	mu              sync.Mutex
	categories      map[withings.Category]categoryStatus
	notGranted      map[withings.Category]bool // by the present consent
	needsProof      bool                       // the URL must be checked again even if nothing is missing
	revoked         bool
	consentCount    int // sign-ins so far
	auditConsent    int // consentCount when the current audit began
	failures        int // in a row, of one kind
	lastErr         error
	lastLoggedCause string
	auditStarted    time.Time
	lastAudit       time.Time
	nextAudit       time.Time
	cancelAudit     context.CancelFunc // of the current audit
}

// categoryStatus is the state of one category; the zero value is one that was
// never requested.
type categoryStatus struct {
	status Status
	cause  string
}

func newAuditState(auditInterval time.Duration, source *jitter.Source) *auditState {
	return &auditState{
		auditInterval: auditInterval,
		jitter:        source,
		categories:    make(map[withings.Category]categoryStatus),
		notGranted:    make(map[withings.Category]bool),
	}
}

// begin starts an audit and returns the categories to subscribe; none after
// Revoke.
func (s *auditState) begin(
	configured []withings.Category, cancel context.CancelFunc,
) (wanted []withings.Category, needsProof bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelAudit, s.auditStarted, s.auditConsent = cancel, time.Now(), s.consentCount
	if s.revoked {
		return nil, false
	}
	before := s.categories
	s.categories = make(map[withings.Category]categoryStatus, len(configured))
	for _, category := range configured {
		now, known := before[category]
		switch {
		case s.notGranted[category]:
			now = categoryStatus{NotGranted, causeOfStatus(&withings.Error{Status: statusScope})}
		case !known || now.status == NotGranted:
			now = categoryStatus{status: Pending}
		}
		s.categories[category] = now
	}
	return wantedCategories(configured, s.notGranted), s.needsProof
}

// finish records the outcome of an audit. It returns the time until the next
// one, and whether the cause of a failure differs from the last one.
func (s *auditState) finish(err error) (wait time.Duration, changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait, cause := s.nextWaitLocked(err), Cause(err)
	s.lastErr = err
	if failure, isAPIError := errors.AsType[*withings.Error](err); isAPIError && failure.Status == statusUnreachable {
		s.needsProof = true // listed subscriptions do not arrive either
	}
	if err == nil {
		s.lastAudit = time.Now()
	}
	for category, at := range s.categories {
		lost := at.status == Subscribed && isUnreachable(err)
		if err != nil && (at.status == Pending || at.status == Failing || lost) {
			s.categories[category] = categoryStatus{Failing, cause}
		}
	}
	changed = cause != s.lastLoggedCause
	s.lastLoggedCause = cause
	return wait, changed
}

// nextWaitLocked returns the time until the next audit. s.mu must be held.
func (s *auditState) nextWaitLocked(err error) time.Duration {
	refused := false
	for _, at := range s.categories {
		refused = refused || at.status == Refused
	}
	first, longest := minRetryWait, maxRetryWait
	switch {
	case errors.Is(err, withings.ErrSignIn):
		s.failures = 0
		return idleInterval
	case err == nil && !refused:
		s.failures = 0
		return s.withJitter(s.auditInterval)
	case err == nil:
		longest = s.auditInterval // only what the Withings API rejects
	case errors.Is(err, ErrNoAnswer):
		first, longest = minProbeWait, maxProbeWait
	}
	if errors.Is(err, ErrNoAnswer) != errors.Is(s.lastErr, ErrNoAnswer) {
		s.failures = 0
	}
	wait := first
	for range s.failures {
		if wait *= 2; wait >= longest {
			break
		}
	}
	s.failures++
	return max(s.withJitter(min(wait, longest)), withings.RetryAfter(err))
}

func (s *auditState) withJitter(d time.Duration) time.Duration { return s.jitter.Around(d, 0.1) }

// set sets the status of categories.
func (s *auditState) set(status Status, cause string, categories ...withings.Category) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, category := range categories {
		s.categories[category] = categoryStatus{status, cause}
	}
}

// status returns "" for a category that is not wanted.
func (s *auditState) status(category withings.Category) Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.categories[category].status
}

// recordProof records that the Withings API has reached the callback URL.
func (s *auditState) recordProof() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needsProof = false
}

func (s *auditState) requestProof() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needsProof = true
}

// recordNotGranted records what the consent does not include, unless there has
// been another consent since the audit began.
func (s *auditState) recordNotGranted(category withings.Category) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.auditConsent == s.consentCount {
		s.notGranted[category] = true
	}
}

// recordConsent records a sign-in.
func (s *auditState) recordConsent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.notGranted)
	s.revoked, s.failures = false, 0
	s.consentCount++
}

// revoke cancels the current audit and prevents others until the next sign-in.
func (s *auditState) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	if s.cancelAudit != nil {
		s.cancelAudit()
	}
}

// reset forgets the outcome of audits, none of which may be running.
func (s *auditState) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastErr, s.lastLoggedCause = nil, ""
	clear(s.categories)
}

// schedule sets the time of the next audit.
func (s *auditState) schedule(next time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextAudit = next
}

// earliestRequested returns the earliest time of a requested audit.
func (s *auditState) earliestRequested() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.auditStarted.Add(minAuditInterval)
}

func (s *auditState) snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{
		LastAudit: s.lastAudit,
		NextTry:   s.nextAudit,
		Problem:   Cause(s.lastErr),
		Healthy:   s.isHealthyLocked(time.Now()),
	}
	for _, category := range slices.SortedFunc(maps.Keys(s.categories), cmp.Compare[withings.Category]) {
		at := s.categories[category]
		state.Categories = append(state.Categories, CategoryState{category, category.String(), at.status, at.cause})
	}
	return state
}

// isHealthyLocked implements State.Healthy. s.mu must be held.
func (s *auditState) isHealthyLocked(now time.Time) bool {
	if s.lastAudit.IsZero() || now.Sub(s.lastAudit) > 2*s.auditInterval+maxRetryWait {
		return false
	}
	subscribed := false
	for _, at := range s.categories {
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

// isUnreachable reports whether no notification can arrive, whatever is listed.
func isUnreachable(err error) bool {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	return isAPIError && failure.Status == statusUnreachable || errors.Is(err, ErrNoAnswer) ||
		errors.Is(err, withings.ErrSignIn)
}
