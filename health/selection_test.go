// SPDX-License-Identifier: MIT

package health_test

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/health"
)

// Every code is in one of the groups that entities and page show.
func TestFindingsAreSelectedByCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[health.Code][3]bool{ // sign-in, sync, without transient
		health.CodeSignInNeeded:    {true, false, true},
		health.CodeNotSignedIn:     {true, false, true},
		health.CodeTokenNewer:      {false, true, true},
		health.CodeEndpointFailing: {false, true, true},
		health.CodeAPIUnreachable:  {false, true, true},
		health.CodeStarting:        {false, false, false},
		health.CodePushChecking:    {false, false, false},
		health.CodePushUnhealthy:   {false, false, true},
	} {
		subject := health.Polling
		if code == health.CodePushUnhealthy || code == health.CodePushChecking {
			subject = health.Notifications
		}
		findings := []health.Status{{Code: code, Subject: subject, Level: health.Failed}}
		got := [3]bool{
			len(health.SignInFindings(findings)) == 1,
			len(health.SyncFindings(findings)) == 1,
			len(health.WithoutTransient(findings)) == 1,
		}
		if got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

// The page shows the top finding in its head, those of the program below it, and
// those of a profile beside the profile.
func TestProgramFindings(t *testing.T) {
	t.Parallel()
	if v := health.Judge(factsOf(nil, profileWith(nil, "alice", "Alice"))); v.Top() != nil || v.Program() != nil || v.More() != 0 {
		t.Errorf("findings although all is well: %+v", v.Findings)
	}
	v := health.Judge(factsOf(func(f *health.Facts) {
		f.Broker = &health.Broker{Refused: true}
		f.Clock.Ahead = time.Hour
	}, profileWith(func(p *health.Profile) { p.Consent.State = health.ConsentLost }, "alice", "Alice")))
	if got := codesOf(v.Program()); !slices.Equal(got, []health.Code{health.CodeClockWrong}) {
		t.Errorf("below the head: %v", got)
	}
	if v.Top().Code != health.CodeBrokerRefused || v.More() != 2 {
		t.Errorf("top %+v, %d more", v.Top(), v.More())
	}
}

// Two profiles with the same finding are two findings, and one of them ends
// alone; a transient one does not hide those after it.
func TestChangesTellProfilesApart(t *testing.T) {
	t.Parallel()
	failingAt := func(p *health.Profile) { failing(p, health.FailureOther, 0) }
	starting := func(p *health.Profile) { p.Started = false }
	judge := func(alice, bob func(*health.Profile)) health.Verdict {
		return health.Judge(factsOf(nil, profileWith(alice, "alice", "Alice"), profileWith(bob, "bob", "Bob")))
	}
	both := judge(failingAt, failingAt)
	begun := health.Changes(judge(failingAt, nil), both)
	if len(begun) != 1 || begun[0].Profile != "bob" || begun[0].Ended {
		t.Errorf("begun: %+v", begun)
	}
	ended := health.Changes(both, judge(nil, failingAt))
	if len(ended) != 1 || ended[0].Profile != "alice" || !ended[0].Ended {
		t.Errorf("ended: %+v", ended)
	}
	ended = health.Changes(judge(starting, failingAt), judge(nil, nil))
	if len(ended) != 1 || ended[0].Profile != "bob" {
		t.Errorf("ended: %+v", ended)
	}
}

func TestStatusEqual(t *testing.T) {
	t.Parallel()
	base := health.Status{
		Subject:   health.Polling,
		Profile:   "alice",
		Level:     health.Attention,
		Code:      health.CodeEndpointFailing,
		Text:      "It fails.",
		Remedy:    "Wait.",
		Since:     monday,
		NextTry:   monday.Add(time.Hour),
		Affected:  []string{"alice"},
		Endpoints: []string{"measure/getmeas"},
	}
	if same := base; !base.Equal(same) {
		t.Error("a status differs from its copy")
	}
	for name, change := range map[string]func(*health.Status){
		"subject":   func(s *health.Status) { s.Subject = health.API },
		"profile":   func(s *health.Status) { s.Profile = "bob" },
		"level":     func(s *health.Status) { s.Level = health.Failed },
		"code":      func(s *health.Status) { s.Code = health.CodeOffline },
		"text":      func(s *health.Status) { s.Text = "" },
		"remedy":    func(s *health.Status) { s.Remedy = "" },
		"since":     func(s *health.Status) { s.Since = time.Time{} },
		"next try":  func(s *health.Status) { s.NextTry = time.Time{} },
		"affected":  func(s *health.Status) { s.Affected = nil },
		"endpoints": func(s *health.Status) { s.Endpoints = nil },
	} {
		changed := base
		if change(&changed); base.Equal(changed) || changed.Equal(base) {
			t.Errorf("another %s is equal", name)
		}
	}
}
