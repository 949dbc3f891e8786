package bridge

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/withings"
)

// How the loop of a profile paces itself.
const (
	// signInCheckInterval is how often a profile that waits for a sign-in looks whether
	// somebody did it beside the daemon.
	signInCheckInterval = 5 * time.Second
	// firstRetryDelay is how soon the first failure is tried again when the schedule
	// would take longer; a lasting outage falls back to the schedule.
	firstRetryDelay = time.Minute
	// refreshCooldown keeps a chatty automation from eating the quota.
	refreshCooldown = 5 * time.Second
	// maxStagger is how far the polls of several profiles are apart at most: who
	// wants them at six in the morning does not want them at noon.
	maxStagger = 5 * time.Minute
	// clockCheckInterval is how often the clock on the wall is looked at while a poll is
	// awaited: it may have been set, or the machine may have slept.
	clockCheckInterval = time.Minute
	// maxWaiters is how many may wait for a fetch at a time.
	maxWaiters = 100
)

// errTooManyRequests refuses a request: whoever asks that often does not read the answers.
var errTooManyRequests = errors.New("too many requests are waiting already")

// poller is one profile at work: its loop and what it remembers.
type poller struct {
	Profile
	bridge          *Bridge
	staggerFraction float64 // position among all profiles, 0 ≤ share < 1, staggers the polls
	wantedKeys      map[string]bool
	refreshRequests chan struct{}
	// tasks are questions that a client asks between two polls.
	tasks chan func(context.Context)
	// wakeups say that a hint came.
	wakeups chan struct{}

	// atomicUserID is the id of whose data it is, for those who cannot wait for mu; nil
	// while it is not known.
	atomicUserID atomic.Pointer[string]

	mu                   sync.Mutex
	refreshWaiters       []func(string, error)
	pendingHints         map[sensors.Endpoint]pendingHint
	missedSince          time.Time // when something new came that no notification has told of yet
	silenceReportedFor   time.Time // the last notification before the silence that was wondered at
	usingRelaxedSchedule bool      // the next poll was planned by the relaxed schedule
	state                profileState
	endpoints            map[sensors.Endpoint]*endpointHealth
	sendingEvent         *outboxEvent // the event that the publisher has not confirmed yet
	status               string       // "online", "offline", or "" before the first word
	nextPoll             time.Time
	lastSync             time.Time
	roundStart           time.Time // when the round under way, or the last one, began
	retryAt              time.Time
	failedRounds         int
	saveError            string
	lastLoggedOutcome    string   // how the last round ended, as the log has it
	dirty                bool     // something new is remembered that is not stored yet
	announcedKeys        []string // keys in the discovery document
	lastConsent          string   // who consented to what, as of the last round

	document discovery.Document // as it was published last; behind the lock of the bridge's documents
}

// endpointHealth is how one service fared lately.
type endpointHealth struct {
	startedAt       time.Time // when it was asked last
	lastSuccess     time.Time
	lastRoundStart  time.Time // when the round of lastSuccess began
	lastFailure     time.Time
	failure         error     // nil after a success
	pausedUntil     time.Time // not asked before, after a refusal that will not change soon
	rereadRequested bool      // somebody asks whether all is still there
	rereadLimiter   *rate.Limiter
}

func newPoller(b *Bridge, profile Profile, share float64) *poller {
	p := &poller{
		Profile: profile, bridge: b, staggerFraction: share,
		wantedKeys: make(map[string]bool, len(profile.Keys)), refreshRequests: make(chan struct{}, 1),
		tasks: make(chan func(context.Context), maxTasks), wakeups: make(chan struct{}, 1), pendingHints: map[sensors.Endpoint]pendingHint{},
		state: newProfileState(), endpoints: map[sensors.Endpoint]*endpointHealth{},
	}
	for _, key := range profile.Keys {
		p.wantedKeys[key] = true
	}
	if b.discovery && !b.site.Views.Detail && p.Units != "" && p.Units != units.Metric {
		// Home Assistant reads the bare topics then, and always gets metric values.
		b.log.Warn().Str("profile", p.Slug).Msg("values stay metric: another unit system needs the detail view, or discovery switched off")
		p.Units = units.Metric
	}
	for _, endpoint := range p.neededEndpoints() {
		p.endpoints[endpoint] = &endpointHealth{rereadLimiter: newRereadLimiter()}
	}
	return p
}

// neededEndpoints lists the endpoints that the configured keys need.
func (p *poller) neededEndpoints() []sensors.Endpoint { return endpointsOf(p.Profile) }

// endpointsOf lists the endpoints that a profile's keys need.
func endpointsOf(profile Profile) []sensors.Endpoint {
	needed := sensors.Endpoints(profile.Keys)
	if (profile.Unlisted || len(profile.Extra) > 0) && !slices.Contains(needed, sensors.EndpointMeasures) {
		needed = append(needed, sensors.EndpointMeasures)
	}
	return needed
}

// isWanted reports whether a key is configured for this profile.
func (p *poller) isWanted(key string) bool {
	return p.wantedKeys[key] || p.Unlisted && strings.HasPrefix(key, "type_")
}

// run polls until the context ends.
func (p *poller) run(ctx context.Context) error {
	seen := p.tokenVersion(ctx)
	_ = p.sync(ctx, "start")
	planned := time.Now()
	reason := "start"
	for ctx.Err() == nil {
		if reason != triggerHint { // which asks a few endpoints only: the round stays due
			planned = p.planNextPoll(planned, time.Now())
		}
		reason = p.wait(ctx, seen)
		if reason == "" {
			break
		}
		// Who asks while a fetch is under way gets the next one: this one may have
		// asked the cloud before.
		waiting, requested := p.takeRefreshWaiters()
		seen = p.tokenVersion(ctx)
		if reason == triggerSignIn && p.OnSignIn != nil {
			p.OnSignIn()
		}
		err := p.sync(ctx, cmp.Or(requested, reason))
		p.notifyWaiters(waiting, err)
	}
	waiting, _ := p.takeRefreshWaiters()
	p.notifyWaiters(waiting, context.Cause(ctx))
	p.cancelAll(context.Cause(ctx))
	return nil
}

// planNextPoll decides when the next poll is due, and returns the scheduled moment it
// was derived from. Polls of different profiles are spread over the interval.
// Only the clock on the wall counts: the other one knows nothing of a clock that
// was set, and both come out of a schedule that adds to what it is given.
func (p *poller) planNextPoll(last, now time.Time) time.Time {
	last, now = last.Round(0), now.Round(0)
	if last.After(now) {
		last = now // something else came before the schedule, or the clock went back
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	schedule := p.Schedule
	relaxed := p.RelaxedSchedule != nil && p.isPushHealthyLocked()
	if relaxed {
		schedule = p.RelaxedSchedule
	}
	due := nextTick(schedule, last, now)
	offset := time.Duration(p.staggerFraction * float64(min(schedule.Next(due).Sub(due), maxStagger)))
	p.usingRelaxedSchedule = relaxed
	p.nextPoll = due.Add(offset)
	if !p.retryAt.IsZero() && p.retryAt.Before(p.nextPoll) {
		p.nextPoll = p.retryAt
	}
	p.bridge.markHealthDirty() // after each round, now that the next is known
	return due
}

// wait blocks until it is time to fetch and returns why, or "" at the end. seen
// is the token's version from before the last round.
func (p *poller) wait(ctx context.Context, seen string) (reason string) {
	timer := time.NewTimer(time.Until(p.nextPollTime()))
	defer timer.Stop()
	clock := time.NewTicker(clockCheckInterval)
	defer clock.Stop()
	var signIn <-chan time.Time
	if p.needsConsent() {
		seen = p.baselineVersion(ctx, seen)
		ticker := time.NewTicker(signInCheckInterval)
		defer ticker.Stop()
		signIn = ticker.C
	}
	hint := time.NewTimer(0)
	defer hint.Stop()
	// Several of these may be due at the same moment, and a select takes any of them:
	// a sign-in comes before a poll, and a poll, which asks for more, before a hint.
	poll := func() string {
		if signIn != nil && p.tokenVersion(ctx) != seen {
			return triggerSignIn
		}
		return triggerSchedule
	}
	for {
		hint.Reset(untilHint(p.nextHintDue()))
		select {
		case <-ctx.Done():
			return ""
		case <-timer.C:
			return poll()
		case <-p.wakeups:
		case <-hint.C:
			next, now := p.nextHintDue(), time.Now()
			switch {
			case !p.nextPollTime().After(now):
				return poll()
			case !next.IsZero() && !next.After(now):
				return triggerHint
			}
		case <-clock.C:
			if !p.nextPollTime().After(time.Now()) || p.fallbackToNormalSchedule() {
				return poll()
			}
		case task := <-p.tasks:
			task(ctx)
			seen = p.baselineVersion(ctx, seen)
		case <-p.refreshRequests:
			if p.waitForCooldown(ctx) {
				return triggerRequest
			}
			return ""
		case <-signIn:
			if p.tokenVersion(ctx) != seen {
				return triggerSignIn
			}
		}
	}
}

// fallbackToNormalSchedule reports that notifications could be relied on when the poll was planned,
// and cannot any more: what they have missed must be asked for now.
func (p *poller) fallbackToNormalSchedule() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.usingRelaxedSchedule && !p.isPushHealthyLocked()
}

// Reasons of a round that something hangs on.
const (
	triggerSchedule = "schedule"
	triggerHint     = "hint"
	triggerSignIn   = "sign-in" // beside the daemon
	triggerRequest  = "request"
)

// untilHint is how long to wait for the next hint; very long for none.
func untilHint(due time.Time) time.Duration {
	if due.IsZero() {
		return 24 * time.Hour
	}
	return max(0, time.Until(due))
}

// tokenVersion is the tokenVersion of the stored token, "" when there is no telling.
func (p *poller) tokenVersion(ctx context.Context) string {
	if p.TokenVersion == nil {
		return ""
	}
	return p.TokenVersion(ctx)
}

// baselineVersion is the version of the token that a sign-in will change. While one is
// needed it is that from before the last round: who signed in during the round
// must not be overlooked. Otherwise the round may have renewed the token, as it
// does every few hours, and only a change after it means something.
func (p *poller) baselineVersion(ctx context.Context, before string) string {
	if p.needsSignIn() {
		return before
	}
	return p.tokenVersion(ctx)
}

// needsConsent reports whether a sign-in would open what is closed now.
func (p *poller) needsConsent() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.needsSignInLocked() || p.hasPausedEndpointLocked(time.Now())
}

// hasPausedEndpointLocked reports whether an endpoint is not asked, after a refusal. It wants p.mu
// held.
func (p *poller) hasPausedEndpointLocked(now time.Time) bool {
	for _, health := range p.endpoints {
		if now.Before(health.pausedUntil) {
			return true
		}
	}
	return false
}

// handleConsentChangeLocked tells of it when the person has consented to something else since
// the last round, and ends the rest of every endpoint then. It reports whether
// any rested. It wants p.mu held.
func (p *poller) handleConsentChangeLocked(now time.Time) bool {
	state := p.Cloud.State()
	if state.UserID == "" {
		return false
	}
	slices.Sort(state.Scopes)
	before := p.lastConsent
	p.lastConsent = state.UserID + " " + strings.Join(state.Scopes, ",")
	if before == "" || before == p.lastConsent {
		return false
	}
	if p.OnSignIn != nil {
		p.OnSignIn()
	}
	if !p.hasPausedEndpointLocked(now) {
		return false
	}
	for _, health := range p.endpoints {
		health.pausedUntil = time.Time{}
	}
	return true
}

// waitForCooldown holds a requested fetch back until the last one is a moment ago.
func (p *poller) waitForCooldown(ctx context.Context) bool {
	p.mu.Lock()
	delay := time.Until(p.lastSync.Add(refreshCooldown))
	p.mu.Unlock()
	if delay <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (p *poller) nextPollTime() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.nextPoll
}

func (p *poller) needsSignIn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.needsSignInLocked()
}

// needsSignInLocked wants p.mu held.
func (p *poller) needsSignInLocked() bool {
	for _, health := range p.endpoints {
		if errors.Is(health.failure, withings.ErrSignIn) {
			return true
		}
	}
	return false
}
