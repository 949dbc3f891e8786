package bridge

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestEndpointTableSummarizesFailures(t *testing.T) {
	t.Parallel()
	now := epoch()
	for _, test := range []struct {
		name        string
		failures    map[sensors.Endpoint]error
		summary     string
		needsSignIn bool
		application bool
	}{
		{"none", nil, "", false, false},
		{
			"an outage and a sign-in",
			map[sensors.Endpoint]error{
				measures:               &withings.Error{Class: withings.Temporary},
				sensors.EndpointNights: fmt.Errorf("nights: %w", withings.ErrSignIn),
			},
			"measure/getmeas temporary, v2/sleep/getsummary sign-in", true, false,
		},
		{"the application", map[sensors.Endpoint]error{measures: withings.ErrApplication}, "", false, true},
		{
			"the application and another",
			map[sensors.Endpoint]error{measures: withings.ErrApplication, sensors.EndpointNights: errors.New("odd")},
			"v2/sleep/getsummary unknown", false, false,
		},
	} {
		table := newEndpointTable([]sensors.Endpoint{sensors.EndpointNights, measures})
		for endpoint, err := range test.failures {
			table[endpoint].failure, table[endpoint].lastFailure = err, now
		}
		if got := table.failureSummary(); got != test.summary {
			t.Errorf("%s: summary %q, want %q", test.name, got, test.summary)
		}
		if table.needsSignIn() != test.needsSignIn || table.isApplicationOnly() != test.application {
			t.Errorf("%s: sign-in %v, application %v", test.name, table.needsSignIn(), table.isApplicationOnly())
		}
		refused := errors.Is(test.failures[measures], withings.ErrApplication)
		if got := !table.refusals(nil).application.IsZero(); got != refused {
			t.Errorf("%s: application refused: %v", test.name, got)
		}
	}
}

func TestPausedEndpointsResume(t *testing.T) {
	t.Parallel()
	now := epoch()
	table := newEndpointTable([]sensors.Endpoint{measures, sensors.EndpointNights})
	table[measures].pausedUntil = now.Add(time.Hour)
	if !table.hasPaused(now) || table.hasPaused(now.Add(time.Hour)) {
		t.Error("the pause ends within an hour")
	}
	table.endPauses()
	if table.hasPaused(now) {
		t.Error("the pause continues")
	}
	table[measures].pausedUntil, table[measures].failure = now.Add(time.Hour), errors.New("refused")
	table[measures].recordSuccess(now, now.Add(-time.Minute))
	if health := table[measures]; health.isPaused(now) || health.failure != nil || table.lastSuccess() != now {
		t.Errorf("after a success: %+v", health)
	}
	events, stages := sensors.EndpointEvents, sensors.EndpointStages
	if table.canRefresh(events) || table.canRefresh(stages) || !table.canRefresh(measures) {
		t.Error("endpoints outside the table can be refreshed, or one in it cannot")
	}
}

func TestRefusalsKeepTheEarliestTime(t *testing.T) {
	t.Parallel()
	now := epoch()
	table := newEndpointTable([]sensors.Endpoint{measures, sensors.EndpointNights})
	for _, health := range table {
		health.failure, health.lastFailure = withings.ErrRefused, now
	}
	failing := map[sensors.Endpoint]endpointFailure{measures: {Since: now.Add(-time.Hour)}}
	if got := table.refusals(failing); got.undecided != now.Add(-time.Hour) || !got.application.IsZero() {
		t.Errorf("refusals %+v", got)
	}
}

func TestErrorNumbersAreThoseOfTheResponse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err          error
		status, http int
	}{
		{errors.New("odd"), 0, 0},
		{fmt.Errorf("nights: %w", &withings.Error{Status: 2555, HTTP: 200}), 2555, 0},
		{&withings.Error{Status: withings.NoStatus, HTTP: 502}, 0, 502},
	} {
		if status, http := errorNumbers(test.err); status != test.status || http != test.http {
			t.Errorf("%v: status %d, HTTP %d; want %d, %d", test.err, status, http, test.status, test.http)
		}
	}
}
