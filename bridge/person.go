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
	// signInCheck is how often a profile that waits for a sign-in looks whether
	// somebody did it beside the daemon.
	signInCheck = 5 * time.Second
	// firstRetry is how soon the first failure is tried again when the schedule
	// would take longer; a lasting outage falls back to the schedule.
	firstRetry = time.Minute
	// pokePause keeps a chatty automation from eating the quota.
	pokePause = 5 * time.Second
	// maxSpread is how far the polls of several profiles are apart at most: who
	// wants them at six in the morning does not want them at noon.
	maxSpread = 5 * time.Minute
	// clockCheck is how often the clock on the wall is looked at while a poll is
	// awaited: it may have been set, or the machine may have slept.
	clockCheck = time.Minute
	// maxWaiting is how many may wait for a fetch at a time.
	maxWaiting = 100
)

// errCrowded refuses a request: whoever asks that often does not read the answers.
var errCrowded = errors.New("too many requests are waiting already")

// person is one profile at work: its loop and what it remembers.
type person struct {
	Profile
	bridge *Bridge
	share  float64 // position among all profiles, 0 ≤ share < 1, staggers the polls
	wanted map[string]bool
	pokes  chan struct{}
	// errands are questions that a client asks between two polls.
	errands chan func(context.Context)
	// nudges say that a hint came.
	nudges chan struct{}

	// owner is the id of whose data it is, for those who cannot wait for mu; nil
	// while it is not known.
	owner atomic.Pointer[string]

	mu        sync.Mutex
	waiting   []func(string, error)
	hinted    map[sensors.Endpoint]hinted
	unheard   time.Time // when something new came that no notification has told of yet
	wondered  time.Time // the last notification before the silence that was wondered at
	relaxed   bool      // the next poll was planned by the relaxed schedule
	remember  remembered
	endpoints map[sensors.Endpoint]*endpointHealth
	sending   *outgoing // the event that the publisher has not confirmed yet
	shown     string    // "online", "offline", or "" before the first word
	nextPoll  time.Time
	lastSync  time.Time
	round     time.Time // when the round under way, or the last one, began
	retryAt   time.Time
	failures  int
	saveError string
	told      string   // how the last round ended, as the log has it
	unsaved   bool     // something new is remembered that is not stored yet
	announced []string // keys in the discovery document
	grant     string   // who consented to what, as of the last round

	document discovery.Document // as it was published last; behind the lock of the bridge's documents
}

// endpointHealth is how one service fared lately.
type endpointHealth struct {
	began       time.Time // when it was asked last
	lastSuccess time.Time
	lastRound   time.Time // when the round of lastSuccess began
	lastFailure time.Time
	failure     error     // nil after a success
	restUntil   time.Time // not asked before, after a refusal that will not change soon
	wantsReread bool      // somebody asks whether all is still there
	rereads     *rate.Limiter
}

func newPerson(b *Bridge, profile Profile, share float64) *person {
	p := &person{
		Profile: profile, bridge: b, share: share,
		wanted: make(map[string]bool, len(profile.Keys)), pokes: make(chan struct{}, 1),
		errands: make(chan func(context.Context), maxErrands), nudges: make(chan struct{}, 1), hinted: map[sensors.Endpoint]hinted{},
		remember: newRemembered(), endpoints: map[sensors.Endpoint]*endpointHealth{},
	}
	for _, key := range profile.Keys {
		p.wanted[key] = true
	}
	if b.discovery && !b.site.Views.Detail && p.Units != "" && p.Units != units.Metric {
		// Home Assistant reads the bare topics then, and always gets metric values.
		b.log.Warn().Str("profile", p.Slug).Msg("values stay metric: another unit system needs the detail view, or discovery switched off")
		p.Units = units.Metric
	}
	for _, endpoint := range p.needed() {
		p.endpoints[endpoint] = &endpointHealth{rereads: newRereadLimit()}
	}
	return p
}

// needed lists the endpoints that the configured keys need.
func (p *person) needed() []sensors.Endpoint { return endpointsOf(p.Profile) }

// endpointsOf lists the endpoints that a profile's keys need.
func endpointsOf(profile Profile) []sensors.Endpoint {
	needed := sensors.Endpoints(profile.Keys)
	if (profile.Unlisted || len(profile.Extra) > 0) && !slices.Contains(needed, sensors.EndpointMeasures) {
		needed = append(needed, sensors.EndpointMeasures)
	}
	return needed
}

// wants reports whether a key is configured for this profile.
func (p *person) wants(key string) bool {
	return p.wanted[key] || p.Unlisted && strings.HasPrefix(key, "type_")
}

// run polls until the context ends.
func (p *person) run(ctx context.Context) error {
	seen := p.version(ctx)
	_ = p.sync(ctx, "start")
	planned := time.Now()
	reason := "start"
	for ctx.Err() == nil {
		if reason != byHint { // which asks a few endpoints only: the round stays due
			planned = p.plan(planned, time.Now())
		}
		reason = p.wait(ctx, seen)
		if reason == "" {
			break
		}
		// Who asks while a fetch is under way gets the next one: this one may have
		// asked the cloud before.
		waiting, wish := p.queue()
		seen = p.version(ctx)
		if reason == bySignIn && p.SignedIn != nil {
			p.SignedIn()
		}
		err := p.sync(ctx, cmp.Or(wish, reason))
		p.answer(waiting, err)
	}
	waiting, _ := p.queue()
	p.answer(waiting, context.Cause(ctx))
	p.hangUp(context.Cause(ctx))
	return nil
}

// plan decides when the next poll is due, and returns the scheduled moment it
// was derived from. Polls of different profiles are spread over the interval.
// Only the clock on the wall counts: the other one knows nothing of a clock that
// was set, and both come out of a schedule that adds to what it is given.
func (p *person) plan(last, now time.Time) time.Time {
	last, now = last.Round(0), now.Round(0)
	if last.After(now) {
		last = now // something else came before the schedule, or the clock went back
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	schedule := p.Schedule
	relaxed := p.Relaxed != nil && p.pushHealthy()
	if relaxed {
		schedule = p.Relaxed
	}
	due := next(schedule, last, now)
	offset := time.Duration(p.share * float64(min(schedule.Next(due).Sub(due), maxSpread)))
	p.relaxed = relaxed
	p.nextPoll = due.Add(offset)
	if !p.retryAt.IsZero() && p.retryAt.Before(p.nextPoll) {
		p.nextPoll = p.retryAt
	}
	p.bridge.soilHealth() // after each round, now that the next is known
	return due
}

// wait blocks until it is time to fetch and returns why, or "" at the end. seen
// is the token's version from before the last round.
func (p *person) wait(ctx context.Context, seen string) (reason string) {
	timer := time.NewTimer(time.Until(p.due()))
	defer timer.Stop()
	clock := time.NewTicker(clockCheck)
	defer clock.Stop()
	var signIn <-chan time.Time
	if p.lacksConsent() {
		seen = p.baseline(ctx, seen)
		ticker := time.NewTicker(signInCheck)
		defer ticker.Stop()
		signIn = ticker.C
	}
	hint := time.NewTimer(0)
	defer hint.Stop()
	// Several of these may be due at the same moment, and a select takes any of them:
	// a sign-in comes before a poll, and a poll, which asks for more, before a hint.
	poll := func() string {
		if signIn != nil && p.version(ctx) != seen {
			return bySignIn
		}
		return bySchedule
	}
	for {
		hint.Reset(untilHint(p.nextHint()))
		select {
		case <-ctx.Done():
			return ""
		case <-timer.C:
			return poll()
		case <-p.nudges:
		case <-hint.C:
			next, now := p.nextHint(), time.Now()
			switch {
			case !p.due().After(now):
				return poll()
			case !next.IsZero() && !next.After(now):
				return byHint
			}
		case <-clock.C:
			if !p.due().After(time.Now()) || p.tense() {
				return poll()
			}
		case errand := <-p.errands:
			errand(ctx)
			seen = p.baseline(ctx, seen)
		case <-p.pokes:
			if p.pause(ctx) {
				return byRequest
			}
			return ""
		case <-signIn:
			if p.version(ctx) != seen {
				return bySignIn
			}
		}
	}
}

// tense reports that notifications could be relied on when the poll was planned,
// and cannot any more: what they have missed must be asked for now.
func (p *person) tense() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.relaxed && !p.pushHealthy()
}

// Reasons of a round that something hangs on.
const (
	bySchedule = "schedule"
	byHint     = "hint"
	bySignIn   = "sign-in" // beside the daemon
	byRequest  = "request"
)

// untilHint is how long to wait for the next hint; very long for none.
func untilHint(due time.Time) time.Duration {
	if due.IsZero() {
		return 24 * time.Hour
	}
	return max(0, time.Until(due))
}

// version is the version of the stored token, "" when there is no telling.
func (p *person) version(ctx context.Context) string {
	if p.TokenVersion == nil {
		return ""
	}
	return p.TokenVersion(ctx)
}

// baseline is the version of the token that a sign-in will change. While one is
// needed it is that from before the last round: who signed in during the round
// must not be overlooked. Otherwise the round may have renewed the token, as it
// does every few hours, and only a change after it means something.
func (p *person) baseline(ctx context.Context, before string) string {
	if p.needsSignIn() {
		return before
	}
	return p.version(ctx)
}

// lacksConsent reports whether a sign-in would open what is closed now.
func (p *person) lacksConsent() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.signInNeeded() || p.rests(time.Now())
}

// rests reports whether an endpoint is not asked, after a refusal. It wants p.mu
// held.
func (p *person) rests(now time.Time) bool {
	for _, health := range p.endpoints {
		if now.Before(health.restUntil) {
			return true
		}
	}
	return false
}

// regranted tells of it when the person has consented to something else since
// the last round, and ends the rest of every endpoint then. It reports whether
// any rested. It wants p.mu held.
func (p *person) regranted(now time.Time) bool {
	state := p.Cloud.State()
	if state.UserID == "" {
		return false
	}
	slices.Sort(state.Scopes)
	before := p.grant
	p.grant = state.UserID + " " + strings.Join(state.Scopes, ",")
	if before == "" || before == p.grant {
		return false
	}
	if p.SignedIn != nil {
		p.SignedIn()
	}
	if !p.rests(now) {
		return false
	}
	for _, health := range p.endpoints {
		health.restUntil = time.Time{}
	}
	return true
}

// pause holds a requested fetch back until the last one is a moment ago.
func (p *person) pause(ctx context.Context) bool {
	p.mu.Lock()
	rest := time.Until(p.lastSync.Add(pokePause))
	p.mu.Unlock()
	if rest <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (p *person) due() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.nextPoll
}

func (p *person) needsSignIn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.signInNeeded()
}

// signInNeeded wants p.mu held.
func (p *person) signInNeeded() bool {
	for _, health := range p.endpoints {
		if errors.Is(health.failure, withings.ErrSignIn) {
			return true
		}
	}
	return false
}
