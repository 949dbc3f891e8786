package doctor_test

import (
	"time"

	"vitals2mqtt/doctor"
	"vitals2mqtt/withings"
)

// refuse notes that the cloud has refused Alice's token for hours.
func (s *stage) refuse() {
	token, err := s.store.Load(s.t.Context(), "alice")
	must(s.t, err)
	now := time.Now() // clock: the doctor judges how long ago it was
	token.Refusals = withings.Refusals{Count: 7, First: now.Add(-4 * time.Hour), Last: now.Add(-time.Hour), Final: true, Status: 503}
	s.keep("alice", token)
}

// refusedWays are those in which the cloud refuses to renew a token.
func refusedWays() map[string]broken {
	return map[string]broken{
		"a consent that was withdrawn": {
			wreck: func(s *stage) { s.stop(); s.cloud.Withdraw("Alice") },
			check: "sign-in", level: doctor.Warn, text: "refuses to renew", cure: "vitals2mqtt login alice", more: true,
		},
		"a consent that was withdrawn hours ago": {
			wreck: func(s *stage) {
				s.stop()
				s.refuse()
				s.cloud.Withdraw("Alice")
			},
			check: "sign-in", level: doctor.Fail, text: "refuses to renew", cure: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a consent that the daemon knows to be withdrawn": {
			wreck: func(s *stage) { s.refuse() },
			check: "sign-in", level: doctor.Fail, text: "refused to renew", cure: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
	}
}
