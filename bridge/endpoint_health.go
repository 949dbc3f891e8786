package bridge

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// How often the recent past is reread in full on request. A user may press the
// button a few times in a row, but an automation that requests a refresh every
// minute must not double the requests.
const (
	rereadBurst    = 3
	rereadInterval = 10 * time.Minute
)

// endpointHealth describes the last fetches of one endpoint.
type endpointHealth struct {
	startedAt       time.Time // when the last fetch began
	lastSuccess     time.Time
	lastRoundStart  time.Time // when the round of lastSuccess began
	lastFailure     time.Time
	failure         error     // nil after a success
	incomplete      bool      // the last response was said to continue and did not
	pausedUntil     time.Time // not fetched before, after a refusal
	rereadRequested bool      // a user may have deleted something
	rereadLimiter   *rate.Limiter
}

// lastAnswered is when the last fetch ended, successfully or not.
func (h *endpointHealth) lastAnswered() time.Time { return laterOf(h.lastSuccess, h.lastFailure) }

// isPaused reports whether the endpoint is not fetched, after a refusal.
func (h *endpointHealth) isPaused(now time.Time) bool { return now.Before(h.pausedUntil) }

// recordSuccess records a successful fetch. Intervals count from the start of
// the round, so that a request that had to wait does not delay the next round.
func (h *endpointHealth) recordSuccess(now, roundStart time.Time) {
	h.lastSuccess, h.lastRoundStart = now, roundStart
	h.failure, h.pausedUntil = nil, time.Time{}
}

// recordMore records whether the response was said to continue and did not, and
// reports whether that is new.
func (h *endpointHealth) recordMore(more bool) (isNew bool) {
	isNew = more && !h.incomplete
	h.incomplete = more
	return isNew
}

// endpointTable holds the endpoints that a profile needs. It has no lock; its
// keys never change.
type endpointTable map[sensors.Endpoint]*endpointHealth

func newEndpointTable(endpoints []sensors.Endpoint) endpointTable {
	table := endpointTable{}
	for _, endpoint := range endpoints {
		table[endpoint] = &endpointHealth{rereadLimiter: rate.NewLimiter(rate.Every(rereadInterval), rereadBurst)}
	}
	return table
}

// sorted returns the endpoints in a fixed order.
func (t endpointTable) sorted() []sensors.Endpoint { return slices.Sorted(maps.Keys(t)) }

// canRefresh reports whether an endpoint is in the table and can be fetched:
// events only arrive as notifications.
func (t endpointTable) canRefresh(endpoint sensors.Endpoint) bool {
	return endpoint != sensors.EndpointEvents && t[endpoint] != nil
}

// needsSignIn reports whether the user must consent again.
func (t endpointTable) needsSignIn() bool {
	for _, health := range t {
		if errors.Is(health.failure, withings.ErrSignIn) {
			return true
		}
	}
	return false
}

// hasPaused reports whether an endpoint is not fetched, after a refusal.
func (t endpointTable) hasPaused(now time.Time) bool {
	for _, health := range t {
		if health.isPaused(now) {
			return true
		}
	}
	return false
}

// endPauses makes every endpoint due again.
func (t endpointTable) endPauses() {
	for _, health := range t {
		health.pausedUntil = time.Time{}
	}
}

// lastSuccess is when any endpoint was last fetched successfully.
func (t endpointTable) lastSuccess() time.Time {
	var last time.Time
	for _, health := range t {
		last = laterOf(last, health.lastSuccess)
	}
	return last
}

// requestReread marks endpoints whose recent past must be reread, because
// something may have been deleted.
func (t endpointTable) requestReread(which func(sensors.Endpoint) bool) {
	for endpoint, health := range t {
		health.rereadRequested = health.rereadRequested || which(endpoint)
	}
}

// failureSummary lists the failing endpoints and the classes of their failures;
// "" without any. The error texts are left out, because they can change with
// every attempt, such as the seconds left to wait.
func (t endpointTable) failureSummary() string {
	var failing []string
	for _, endpoint := range t.sorted() {
		switch failure := t[endpoint].failure; {
		case failure == nil, errors.Is(failure, withings.ErrApplication): // logged once for all profiles
		case errors.Is(failure, withings.ErrSignIn):
			failing = append(failing, string(endpoint)+" sign-in")
		default:
			failing = append(failing, string(endpoint)+" "+errorClass(failure))
		}
	}
	return strings.Join(failing, ", ")
}

// isApplicationOnly reports whether endpoints fail, and all of them because the
// application is refused.
func (t endpointTable) isApplicationOnly() bool {
	failing := false
	for _, health := range t {
		if health.failure != nil && !errors.Is(health.failure, withings.ErrApplication) {
			return false
		}
		failing = failing || health.failure != nil
	}
	return failing
}

// refusals says since when the application is refused, and since when the token
// is refused without that being final; the zero time if it is not.
type refusals struct{ application, undecided time.Time }

// refusals returns what is refused now; failing holds the times.
func (t endpointTable) refusals(failing map[sensors.Endpoint]endpointFailure) (r refusals) {
	for endpoint, health := range t {
		since := cmp.Or(failing[endpoint].Since, health.lastFailure)
		switch {
		case errors.Is(health.failure, withings.ErrApplication):
			r.application = earlierOf(r.application, since)
		case errors.Is(health.failure, withings.ErrRefused):
			r.undecided = earlierOf(r.undecided, since)
		}
	}
	return r
}

// endpointFailure is the failure of an endpoint, as it is stored.
type endpointFailure struct {
	Since  time.Time `json:"since"`
	Class  string    `json:"class"`
	Status int       `json:"status,omitempty"` // from the response
	Text   string    `json:"text"`
}

func newEndpointFailure(err error, now time.Time) endpointFailure {
	failure := endpointFailure{Since: now, Class: errorClass(err), Text: err.Error()}
	if apiErr, ok := errors.AsType[*withings.Error](err); ok {
		failure.Status = apiErr.Status
	}
	return failure
}

// isSameAs reports whether the other failure is of the same kind.
func (f endpointFailure) isSameAs(other endpointFailure) bool {
	return f.Class == other.Class && f.Status == other.Status
}

// errorNumbers returns the status in the body of an error response, and its
// HTTP status if that is not 200; 0 for none.
func errorNumbers(err error) (status, http int) {
	apiErr, ok := errors.AsType[*withings.Error](err)
	if !ok {
		return 0, 0
	}
	if apiErr.Status != withings.NoStatus {
		status = apiErr.Status
	}
	if apiErr.HTTP != 200 {
		http = apiErr.HTTP
	}
	return status, http
}

// errorClass is the class of a failure in the health report.
func errorClass(err error) string {
	switch class := withings.ClassOf(err); {
	case errors.Is(err, withings.ErrSignIn): // whatever its class
		return "sign_in"
	case class != withings.OK:
		return class.String()
	}
	return "unknown"
}
