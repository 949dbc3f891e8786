// SPDX-License-Identifier: MIT

package doctor_test

import (
	"time"

	"vitals2mqtt/doctor"
	"vitals2mqtt/withings"
)

// recordRefusals stores that the refresh of Alice's token is refused for hours.
func (s *harness) recordRefusals() {
	token, err := s.store.Load(s.t.Context(), "alice")
	must(s.t, err)
	now := time.Now() // clock: the doctor judges how long ago it was
	token.Refusals = withings.Refusals{
		Count:  7,
		First:  now.Add(-4 * time.Hour),
		Last:   now.Add(-time.Hour),
		Final:  true,
		Status: 503,
	}
	s.storeToken("alice", token)
}

// refusalCases are those in which the refresh of a token is refused.
func refusalCases() map[string]failureCase {
	return map[string]failureCase{
		"a consent that was withdrawn": {
			sabotage: func(s *harness) { s.stopDaemon(); s.cloud.Withdraw("Alice") },
			code:     "refresh_retrying", text: "refresh refused", remedy: "vitals2mqtt login alice", alsoFails: true,
		},
		"a consent that was withdrawn hours ago": {
			sabotage: func(s *harness) {
				s.stopDaemon()
				s.recordRefusals()
				s.cloud.Withdraw("Alice")
			},
			code: "sign_in_needed", text: "consent was withdrawn", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a consent that the daemon knows to be withdrawn": {
			sabotage: func(s *harness) { s.recordRefusals() },
			code:     "sign_in_needed",
			text:     "refused for 4 hours",
			remedy:   "vitals2mqtt login alice",
			kind:     doctor.SignIn,
		},
	}
}
