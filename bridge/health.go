package bridge

import (
	"cmp"
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Health is the health report, for bridge/health and the page.
type Health struct {
	UpdatedAt string `json:"updated_at"`
	// RequestsLastMinute counts the requests of the last minute; the vendor allows 120.
	RequestsLastMinute int            `json:"api_requests_minute"`
	Requests           map[string]int `json:"requests"`
	// Problems are those of the whole program.
	Problems []Problem                `json:"problems,omitempty"`
	Profiles map[string]ProfileHealth `json:"profiles"`
}

// ProfileHealth is the health of one profile.
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
	// EventsDropped those that did not fit into the queue.
	EventsWaiting int `json:"events_waiting,omitempty"`
	EventsDropped int `json:"events_dropped,omitempty"`
	// Push is the health of the notifications, nil without any.
	Push *PushHealth `json:"push,omitempty"`
}

// PushHealth is the health of a profile's notifications.
type PushHealth struct {
	Healthy          bool   `json:"healthy"`
	Problem          string `json:"problem,omitempty"`
	LastAudit        string `json:"last_audit,omitempty"`
	LastNotification string `json:"last_notification,omitempty"`
	// Lag is how many seconds after the measurement its notification came, the
	// last time and usually (the median of the last twenty); nil when unknown.
	Lag      *float64 `json:"lag_seconds,omitempty"`
	UsualLag *float64 `json:"usual_lag_seconds,omitempty"`
	// Missed counts new values since the last notification that arrived by polling alone.
	Missed int `json:"unheard,omitempty"`
}

// EndpointHealth is the health of one endpoint.
type EndpointHealth struct {
	LastSuccess string `json:"last_success,omitempty"`
	LastError   string `json:"last_error,omitempty"`
	Error       string `json:"error,omitempty"`
	Class       string `json:"class,omitempty"`
	// Since is when an error of this kind first occurred, without a success after.
	Since string `json:"failing_since,omitempty"`
}

// Health returns the health report.
func (b *Bridge) Health() Health {
	health := Health{
		UpdatedAt:          formatTime(time.Now()),
		RequestsLastMinute: b.requests.LastMinute(),
		Requests:           b.requests.Totals(),
		Problems:           b.problems(),
		Profiles:           make(map[string]ProfileHealth, len(b.pollers)),
	}
	for _, p := range b.pollers {
		health.Profiles[p.Slug] = p.health()
	}
	return health
}

// problems returns what is wrong with the whole program, ordered by code.
func (b *Bridge) problems() []Problem {
	var refused []refusals
	for _, p := range b.pollers {
		p.mu.Lock()
		refused = append(refused, p.endpoints.refusals(p.state.Failing))
		p.mu.Unlock()
	}
	problems := cloudProblems(refused)
	if b.externalProblems != nil {
		problems = append(problems, b.externalProblems()...)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Code, b.Code) })
	return problems
}

func (p *poller) health() ProfileHealth {
	p.mu.Lock()
	defer p.mu.Unlock()
	reasons := reasonInput{
		wanted:   p.wanted,
		state:    &p.state.profileState,
		signedIn: p.state.UserID != "" && !p.endpoints.needsSignIn(),
		scopes:   p.Cloud.State().Scopes,
		push:     p.push.isEnabled(),
	}
	health := ProfileHealth{
		Name:          p.Name,
		Status:        p.topics.status,
		SignInNeeded:  p.endpoints.needsSignIn(),
		LastSync:      formatTime(p.endpoints.lastSuccess()),
		NextPoll:      formatTime(p.plan.next),
		HeldBack:      p.state.Sensors.HeldCount(),
		Problems:      p.topics.problems().texts(),
		Endpoints:     newEndpointsHealth(p.endpoints, p.state.Failing),
		Missing:       p.missing.get(reasons, p.Keys),
		EventsWaiting: len(p.state.Outbox.Events),
		EventsDropped: p.state.Outbox.Dropped,
		Push:          newPushHealth(p.push, time.Now()),
	}
	delete(health.Problems, applicationProblem) // Health.Problems has it
	if health.SignInNeeded {
		health.SignInURL = p.SignInURL
	}
	return health
}

func newEndpointsHealth(endpoints endpointTable, failing map[sensors.Endpoint]endpointFailure) map[string]EndpointHealth {
	health := map[string]EndpointHealth{}
	for endpoint, state := range endpoints {
		shown := EndpointHealth{LastSuccess: formatTime(state.lastSuccess), LastError: formatTime(state.lastFailure)}
		if state.failure != nil {
			shown.Error, shown.Class = state.failure.Error(), errorClass(state.failure)
			shown.Since = formatTime(failing[endpoint].Since)
		}
		health[string(endpoint)] = shown
	}
	return health
}

func newPushHealth(push *pushHealth, now time.Time) *PushHealth {
	if !push.isEnabled() {
		return nil
	}
	state, stats := push.report(now)
	health := &PushHealth{
		Healthy:          state.Healthy,
		Problem:          state.Problem,
		LastAudit:        formatTime(state.LastAudit),
		LastNotification: formatTime(stats.Last),
		Missed:           stats.Missed,
	}
	health.Lag, health.UsualLag = stats.lagSeconds()
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
	return slices.DeleteFunc(p.state.Sensors.Readings(), func(r sensors.Reading) bool { return !p.wanted.Has(r.Key) })
}
