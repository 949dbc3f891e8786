// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestEndpointTableNeedsSignIn(t *testing.T) {
	t.Parallel()
	table := newEndpointTable([]sensors.Endpoint{sensors.EndpointNights, measures})
	for err, want := range map[error]bool{
		&withings.Error{Class: withings.Temporary}:   false,
		fmt.Errorf("nights: %w", withings.ErrSignIn): true,
		withings.ErrApplication:                      false,
		withings.ErrRefused:                          false,
	} {
		table[measures].failure = err
		if table.needsSignIn() != want {
			t.Errorf("%v: needs a sign-in: %v", err, !want)
		}
	}
}

func TestFailureClasses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err   error
		class failureClass
		fact  health.FailureClass
	}{
		{withings.ErrSignIn, "sign_in", health.FailureConsent},
		{&withings.Error{Class: withings.Temporary, Status: 200, Err: withings.ErrRefused}, "refused", health.FailureConsent},
		{withings.ErrApplication, "application", health.FailureApplication},
		{&withings.Error{Class: withings.Forbidden, Status: 403}, "forbidden", health.FailureForbidden},
		{&withings.Error{Class: withings.Limited, Status: 601}, "limited", health.FailureLimited},
		{
			&withings.Error{Class: withings.Temporary, Status: withings.NoStatus, Err: errors.New("dial")},
			"unreachable", health.FailureUnreachable,
		},
		{&withings.Error{Class: withings.Temporary, Status: 2555}, "temporary", health.FailureOther},
		{errors.New("odd"), "unknown", health.FailureOther},
	} {
		class := failureClassOf(fmt.Errorf("measures: %w", row.err))
		if class != row.class || class.facts() != row.fact {
			t.Errorf("%v: %s, %v", row.err, class, class.facts())
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
	if got := table.refusedSince(failing); got.undecided != now.Add(-time.Hour) || !got.signIn.IsZero() {
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
