// SPDX-License-Identifier: MIT

package doctor_test

import (
	"context"
	"errors"
	"time"

	"vitals2mqtt/doctor"
	"vitals2mqtt/health"
)

// report lets the daemon report findings.
func (s *harness) report(findings ...health.Status) {
	s.reportAs(true, nil, findings...)
}

func (s *harness) reportAs(asked bool, err error, findings ...health.Status) {
	s.input.Verdict = func(context.Context) (health.Verdict, bool, error) {
		return health.Verdict{Level: health.OK, Findings: findings}, asked, err
	}
}

// verdictCases are what the daemon's verdict changes about a report.
func verdictCases() map[string]failureCase {
	signIn := health.Status{
		Subject: health.SignIn,
		Profile: "alice",
		Level:   health.Failed,
		Code:    health.CodeSignInNeeded,
		Text:    "Alice must sign in again.",
		Remedy:  "Run `vitals2mqtt login alice`.",
	}
	return map[string]failureCase{
		"the daemon reports that a sign-in is needed": {
			sabotage: func(s *harness) { s.report(signIn) },
			code:     "sign_in_needed", text: "Alice must sign in", remedy: "login alice", kind: doctor.SignIn,
		},
		"what the daemon has said about a sign-in is not tested again": {
			sabotage: func(s *harness) { s.report(signIn) },
			code:     "reported_by_daemon", text: "above", alsoFails: true,
		},
		"the daemon reports the broker, which a check examines": {
			sabotage: func(s *harness) {
				s.report(health.Status{Level: health.Failed, Code: health.CodeBrokerUnreachable, Text: "Not connected."})
			},
			code: "broker_unreachable", text: "Not connected", remedy: `see "broker" below`, kind: doctor.Broker,
		},
		"the daemon cannot reach what answers here": {
			sabotage: func(s *harness) {
				s.report(health.Status{Level: health.Failed, Code: health.CodeAPIUnreachable, Text: "Cannot reach the API."})
			},
			code: "differs_from_daemon", text: "works from here", remedy: "next try", alsoFails: true,
		},
		"a limit that one request does not meet": {
			sabotage: func(s *harness) {
				s.report(health.Status{Level: health.Attention, Code: health.CodeRateLimited, Text: "Limited."})
			},
			code: "credentials_ok", text: "accepted",
		},
		"a second installation that is not seen on the broker": {
			sabotage: func(s *harness) {
				s.report(health.Status{Level: health.Attention, Code: health.CodeSecondInstallation, Text: "Another one."})
			},
			code: "bridge_ok", text: "connected",
		},
		"a daemon that has just started to connect": {
			sabotage: func(s *harness) {
				s.report(health.Status{Level: health.Attention, Code: health.CodeBrokerConnecting, Text: "Connecting."})
			},
			code: "broker_ok", text: "connected to mqtt://",
		},
		"the clock is wrong for both": {
			sabotage: func(s *harness) {
				s.input.Cloud = skewedCloud{s.input.Cloud, time.Hour}
				s.report(health.Status{Level: health.Failed, Code: health.CodeClockWrong, Text: "The clock is wrong."})
			},
			code: "reported_by_daemon", text: "above", alsoFails: true,
		},
		"a warning of the daemon": {
			sabotage: func(s *harness) {
				s.report(health.Status{
					Subject: health.Polling,
					Profile: "alice",
					Level:   health.Attention,
					Code:    health.CodeEndpointFailing,
					Text:    "It fails.",
					Remedy:  "Wait, or run `vitals2mqtt doctor`.",
					Since:   time.Now().Add(-2 * time.Hour), // clock: ages are of now
				})
			},
			code: "endpoint_failing", text: "It fails", remedy: "Wait, or report it with `vitals2mqtt dump`",
		},
		"a code that is none": {
			sabotage: func(s *harness) { s.report(health.Status{Level: health.Failed, Code: "No Code", Text: "Odd."}) },
			code:     "daemon_problem", text: "Odd",
		},
		"a daemon that cannot be asked": {
			sabotage: func(s *harness) { s.reportAs(false, errors.New("no response")) },
			code:     "daemon_silent", text: "no response", remedy: "web.listen",
		},
		"a daemon without a page": {
			sabotage: func(s *harness) { s.reportAs(false, nil, signIn) },
			code:     "daemon_page_disabled", text: "stored", alsoFails: true,
		},
		"a refresh that is being refused": {
			sabotage: func(s *harness) {
				s.recordRefusals()
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				token.Refusals.Final = false
				s.storeToken("alice", token)
			},
			code: "refresh_retrying", text: "retrying", remedy: "wait",
		},
	}
}
