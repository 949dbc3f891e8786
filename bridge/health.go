package bridge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Health is what works and what does not, for bridge/health and the page.
type Health struct {
	UpdatedAt string `json:"updated_at"`
	// RequestsLastMinute counts the requests of the last minute; the vendor allows 120.
	RequestsLastMinute int            `json:"api_requests_minute"`
	Requests           map[string]int `json:"requests"`
	// Problems are those of the whole program.
	Problems []Problem                `json:"problems,omitempty"`
	Profiles map[string]ProfileHealth `json:"profiles"`
}

// ProfileHealth is how one profile fares.
type ProfileHealth struct {
	Name         string                    `json:"name"`
	Status       string                    `json:"status"`
	SignInNeeded bool                      `json:"sign_in_needed"`
	SignInURL    string                    `json:"sign_in_url,omitempty"`
	LastSync     string                    `json:"last_sync,omitempty"`
	NextPoll     string                    `json:"next_poll,omitempty"`
	HeldBack     int                       `json:"held_back"`
	Problems     map[string]string         `json:"problems,omitempty"`
	Endpoints    map[string]EndpointHealth `json:"endpoints"`
	// Missing lists the configured keys without a value by the reason for that.
	Missing map[Reason][]string `json:"missing,omitempty"`
	// EventsWaiting counts the events that the broker has not confirmed yet, and
	// EventsDropped those that were too many to keep.
	EventsWaiting int `json:"events_waiting,omitempty"`
	EventsDropped int `json:"events_dropped,omitempty"`
	// Push is how notifications fare, nil without any.
	Push *PushHealth `json:"push,omitempty"`
}

// PushHealth is how a profile's notifications fare.
type PushHealth struct {
	Healthy          bool   `json:"healthy"`
	Problem          string `json:"problem,omitempty"`
	LastAudit        string `json:"last_audit,omitempty"`
	LastNotification string `json:"last_notification,omitempty"`
	// Lag is how many seconds after the measurement its notification came, the
	// last time and usually (the median of the last twenty); nil when unknown.
	Lag      *float64 `json:"lag_seconds,omitempty"`
	UsualLag *float64 `json:"usual_lag_seconds,omitempty"`
	// Missed counts new values since the last notification that came by polling alone.
	Missed int `json:"unheard,omitempty"`
}

// EndpointHealth is how one service fares.
type EndpointHealth struct {
	LastSuccess string `json:"last_success,omitempty"`
	LastError   string `json:"last_error,omitempty"`
	Error       string `json:"error,omitempty"`
	Class       string `json:"class,omitempty"`
	// Since is when the error first came, of this kind and without a success after.
	Since string `json:"failing_since,omitempty"`
}

// Health returns how everything fares now.
func (b *Bridge) Health() Health {
	health := Health{
		UpdatedAt: formatTime(time.Now()), RequestsLastMinute: b.requests.LastMinute(), Requests: b.requests.Totals(), Problems: b.allProblems(),
		Profiles: make(map[string]ProfileHealth, len(b.pollers)),
	}
	for _, p := range b.pollers {
		health.Profiles[p.Slug] = p.health()
	}
	return health
}

func (p *poller) health() ProfileHealth {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := ProfileHealth{
		Name: p.Name, Status: p.status, SignInNeeded: p.needsSignInLocked(), LastSync: formatTime(p.lastSuccessLocked()), NextPoll: formatTime(p.nextPoll),
		HeldBack: p.state.Sensors.HeldCount(), Problems: p.problemsLocked(), Endpoints: map[string]EndpointHealth{},
		Missing:       p.missingLocked(),
		EventsWaiting: len(p.state.Outbox.Events), EventsDropped: p.state.Outbox.Dropped,
	}
	if p.Push != nil {
		state, stats := p.pushStateLocked(), p.pushStatsLocked(time.Now())
		health.Push = &PushHealth{
			Healthy: state.Healthy, Problem: state.Problem, LastAudit: formatTime(state.LastAudit), LastNotification: formatTime(stats.Last),
			Missed: stats.Missed,
		}
		health.Push.Lag, health.Push.UsualLag = stats.lagSeconds()
	}
	delete(health.Problems, applicationProblem) // it stands in Health.Problems
	if health.SignInNeeded {
		health.SignInURL = p.SignInURL
	}
	for _, endpoint := range p.sortedEndpoints() {
		state := p.endpoints[endpoint]
		shown := EndpointHealth{LastSuccess: formatTime(state.lastSuccess), LastError: formatTime(state.lastFailure)}
		if state.failure != nil {
			shown.Error, shown.Class = state.failure.Error(), errorClass(state.failure)
			shown.Since = formatTime(p.state.Failing[endpoint].Since)
		}
		health.Endpoints[string(endpoint)] = shown
	}
	return health
}

// Readings returns the current values of a profile that its configuration
// wants, sorted by key; none for an unknown profile.
func (b *Bridge) Readings(slug string) []sensors.Reading {
	p, ok := b.bySlug[slug]
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(p.state.Sensors.Readings(), func(r sensors.Reading) bool { return !p.isWanted(r.Key) })
}

// minHealthInterval is the least time between two health reports: with many profiles
// each is long.
const minHealthInterval = time.Second

// markHealthDirty has the health report published soon.
func (b *Bridge) markHealthDirty() {
	select {
	case b.healthChanged <- struct{}{}:
	default: // it is to be published anyway
	}
}

func (b *Bridge) publishHealth() {
	b.publisher.Set(b.site.Tree.BridgeHealth(), encode(b.Health()))
}

// runHealthReports publishes the health report when something has changed, and
// refreshes what changes without a poll: the request count, and accounts that
// have been silent for too long.
func (b *Bridge) runHealthReports(ctx context.Context) error {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	news := b.healthChanged
	var pause <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			select {
			case <-b.healthChanged:
				b.publishHealth()
			default:
			}
			return nil
		case <-news:
			b.publishHealth()
			news, pause = nil, time.After(minHealthInterval)
		case <-pause:
			news, pause = b.healthChanged, nil
		case now := <-ticker.C:
			for _, p := range b.pollers {
				p.mu.Lock()
				p.publishStatusLocked(now)
				p.publishPushLocked()
				p.mu.Unlock()
				p.auditIfNeeded(now)
			}
			b.publishHealth()
		}
	}
}

// failureSummaryLocked names every endpoint that fails and the kind of failure; "" when all
// is well. Texts are not compared: they tell of seconds left to wait. It wants
// p.mu held.
func (p *poller) failureSummaryLocked() string {
	var failing []string
	for _, endpoint := range p.sortedEndpoints() {
		switch failure := p.endpoints[endpoint].failure; {
		case failure == nil, errors.Is(failure, withings.ErrApplication): // the program's, not this profile's
		case errors.Is(failure, withings.ErrSignIn):
			failing = append(failing, string(endpoint)+" sign-in")
		default:
			failing = append(failing, string(endpoint)+" "+errorClass(failure))
		}
	}
	return strings.Join(failing, ", ")
}

// applicationOnlyLocked reports whether something fails, and all that does because the
// application is refused. p.mu must be held.
func (p *poller) applicationOnlyLocked() bool {
	failing := false
	for _, health := range p.endpoints {
		if health.failure != nil && !errors.Is(health.failure, withings.ErrApplication) {
			return false
		}
		failing = failing || health.failure != nil
	}
	return failing
}
