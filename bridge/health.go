// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Health is the health report, for bridge/health and the page.
type Health struct {
	UpdatedAt time.Time `json:"updated_at"`
	// RequestsLastMinute counts the requests of the last minute; the limit is 120.
	RequestsLastMinute int `json:"api_requests_minute"`
	// RequestsLastHour counts those of the last hour, RequestsBusiest those of the
	// busiest minute in it. They are not part of the report.
	RequestsLastHour int            `json:"-"`
	RequestsBusiest  int            `json:"-"`
	Requests         map[string]int `json:"requests"`
	// Verdict judges everything; without the subjects that are in order.
	Verdict  health.Verdict           `json:"verdict"`
	Profiles map[string]ProfileHealth `json:"profiles"`
	// ProfilesOmitted and FindingsOmitted count what bridge/health leaves out with
	// many profiles.
	ProfilesOmitted int `json:"profiles_omitted,omitempty"`
	FindingsOmitted int `json:"findings_omitted,omitempty"`
}

// ProfileHealth is the health of one profile.
type ProfileHealth struct {
	Name         string    `json:"name"`
	Status       string    `json:"status"`
	SignInNeeded bool      `json:"sign_in_needed"`
	SignInURL    string    `json:"sign_in_url,omitempty"`
	LastSync     time.Time `json:"last_sync,omitzero"`
	NextPoll     time.Time `json:"next_poll,omitzero"`
	// LateSeconds is how long the current or the last scheduled poll has taken, if
	// longer than a minute: the requests wait for the rate limit, or the Withings
	// API is slow.
	LateSeconds int                       `json:"late_seconds,omitempty"`
	HeldBack    int                       `json:"held_back"`
	Endpoints   map[string]EndpointHealth `json:"endpoints"`
	// Missing lists the configured keys without a value by the reason for that.
	Missing map[Reason][]string `json:"missing,omitempty"`
	// LeftOut counts what the Withings API returned but is not published, by kind of
	// record and reason.
	LeftOut LeftOut `json:"left_out,omitempty"`
	// EventsWaiting counts the events that the broker has not confirmed yet, and
	// EventsDropped those that did not fit into the queue.
	EventsWaiting int `json:"events_waiting,omitempty"`
	EventsDropped int `json:"events_dropped,omitempty"`
	// HistoryRead means that the history of every endpoint that the account has
	// access to has been read. It is not part of the report.
	HistoryRead bool `json:"-"`
	// History is how far each history has been read. It is not part of the report.
	History []EndpointHistory `json:"-"`
	// Push is the health of the notifications, nil without any.
	Push *PushHealth `json:"push,omitempty"`
}

// PushHealth is the health of a profile's notifications.
type PushHealth struct {
	Healthy          bool      `json:"healthy"`
	Problem          string    `json:"problem,omitempty"`
	LastAudit        time.Time `json:"last_audit,omitzero"`
	LastNotification time.Time `json:"last_notification,omitzero"`
	// Lag is how many seconds after its measurement the last notification arrived,
	// UsualLag the median of the last twenty; nil if unknown.
	Lag      *float64 `json:"lag_seconds,omitempty"`
	UsualLag *float64 `json:"usual_lag_seconds,omitempty"`
	// Missed counts new values since the last notification that arrived by polling
	// alone.
	Missed int `json:"unheard,omitempty"`
}

// EndpointHealth is the health of one endpoint.
type EndpointHealth struct {
	LastSuccess time.Time `json:"last_success,omitzero"`
	LastError   time.Time `json:"last_error,omitzero"`
	Error       string    `json:"error,omitempty"`
	Class       string    `json:"class,omitempty"`
	// Status is the status in the body of the error response, HTTP the HTTP status
	// if it is not 200; 0 for none.
	Status int `json:"status,omitempty"`
	HTTP   int `json:"http_status,omitempty"`
	// Incomplete says that the last response was announced to continue and did not,
	// so that values may be missing.
	Incomplete bool `json:"incomplete,omitempty"`
	// EveryPollUntil says that the list of devices did not announce new data, so
	// that the endpoint is fetched in every poll until then.
	EveryPollUntil time.Time `json:"every_poll_until,omitzero"`
	// Since is when an error of this kind first occurred, without a success after.
	Since time.Time `json:"failing_since,omitzero"`
}

// Health returns the health report.
func (b *Bridge) Health() Health { return b.HealthOf(b.Verdict()) }

// HealthOf returns the health report with a verdict that was just made.
func (b *Bridge) HealthOf(verdict health.Verdict) Health {
	report := newHealth(b.requests, verdict)
	for _, p := range b.pollers {
		report.Profiles[p.Slug] = p.health()
	}
	return report
}

// newHealth returns a health report without profiles.
func newHealth(requests *RequestCounter, verdict health.Verdict) Health {
	hour, busiest := requests.LastHour()
	return Health{
		RequestsLastHour:   hour,
		RequestsBusiest:    busiest,
		UpdatedAt:          toSeconds(time.Now()),
		RequestsLastMinute: requests.LastMinute(),
		Requests:           requests.Totals(),
		Verdict:            verdict.WithoutSubjects(),
		Profiles:           map[string]ProfileHealth{},
	}
}

func (p *poller) health() ProfileHealth {
	p.mu.Lock()
	defer p.mu.Unlock()
	reasons := reasonInput{
		wanted:   p.wanted,
		state:    &p.state.profileState,
		signedIn: p.state.UserID != "" && !p.endpoints.needsSignIn(),
		scopes:   p.Cloud.State().Scopes,
		push:     p.hasNotifications(),
	}
	report := ProfileHealth{
		Name:          p.Name,
		Status:        p.topics.status,
		SignInNeeded:  p.endpoints.needsSignIn(),
		LastSync:      toSeconds(p.endpoints.lastSuccess()),
		NextPoll:      toSeconds(p.plan.next),
		LateSeconds:   int(p.pace.late(time.Now()).Seconds()),
		HeldBack:      p.state.Sensors.HeldCount(),
		Endpoints:     newEndpointsHealth(p.endpoints, p.state.Failing),
		Missing:       p.missing.get(reasons, p.Keys),
		LeftOut:       p.state.Sensors.LeftOut(),
		EventsWaiting: len(p.state.Outbox.events),
		EventsDropped: p.state.EventsDropped,
		HistoryRead:   historyFill{p}.isDoneLocked(),
		History:       historyFill{p}.progressLocked(),
		Push:          newPushHealth(p.push, time.Now()),
	}
	if report.SignInNeeded {
		report.SignInURL = p.SignInURL
	}
	return report
}

func newEndpointsHealth(
	endpoints endpointTable, failing map[sensors.Endpoint]endpointFailure,
) map[string]EndpointHealth {
	report := map[string]EndpointHealth{}
	for endpoint, state := range endpoints {
		shown := EndpointHealth{
			LastSuccess: toSeconds(state.lastSuccess),
			LastError:   toSeconds(state.lastFailure),
			Incomplete:  state.incomplete,
		}
		if time.Now().Before(state.everyPollUntil) {
			shown.EveryPollUntil = toSeconds(state.everyPollUntil)
		}
		if state.failure != nil {
			shown.Error, shown.Class = withings.Summary(state.failure), string(failureClassOf(state.failure))
			shown.Since = toSeconds(failing[endpoint].Since)
			shown.Status, shown.HTTP = errorNumbers(state.failure)
		}
		report[string(endpoint)] = shown
	}
	return report
}

func newPushHealth(push *pushHealth, now time.Time) *PushHealth {
	if !push.isEnabled() {
		return nil
	}
	state, stats := push.report(now)
	report := &PushHealth{
		Healthy:          state.Healthy,
		Problem:          state.Problem,
		LastAudit:        toSeconds(state.LastAudit),
		LastNotification: toSeconds(stats.Last),
		Missed:           stats.Missed,
	}
	report.Lag, report.UsualLag = stats.lagSeconds()
	return report
}

// Devices returns the devices of a profile as last listed by the cloud; none for
// an unknown profile.
func (b *Bridge) Devices(slug string) []sensors.Device {
	p, ok := b.bySlug[slug]
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.state.Devices)
}

// Readings returns the current values of a profile's configured keys, sorted by
// key; none for an unknown profile.
func (b *Bridge) Readings(slug string) []sensors.Reading {
	p, ok := b.bySlug[slug]
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(p.state.Sensors.Readings(), func(r sensors.Reading) bool { return !p.wanted.Has(r.Key) })
}
