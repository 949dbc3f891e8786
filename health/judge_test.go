// SPDX-License-Identifier: MIT

package health_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/health"
)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

// part is a state of a part, and what follows from it.
type part struct {
	name     string
	program  func(*health.Facts)
	profile  func(*health.Profile)
	level    health.Level
	codes    []health.Code
	notReady bool
}

func programParts() []part {
	return []part{
		{name: "in order", level: health.OK},
		{
			name:     "connecting",
			level:    health.Attention,
			codes:    []health.Code{"broker_connecting"},
			notReady: true,
			program:  func(f *health.Facts) { f.Broker = &health.Broker{} },
		},
		{
			name:     "refused by the broker",
			level:    health.Failed,
			codes:    []health.Code{"broker_refused"},
			notReady: true,
			program:  func(f *health.Facts) { f.Broker = &health.Broker{Refused: true, Error: "not authorised"} },
		},
		{
			name:     "broker unreachable",
			level:    health.Failed,
			codes:    []health.Code{"broker_unreachable"},
			notReady: true,
			program:  func(f *health.Facts) { f.Broker = &health.Broker{Error: "connection refused"} },
		},
		{
			name:  "observed by the client",
			level: health.Failed,
			codes: []health.Code{"not_retained", "second_installation"},
			program: func(f *health.Facts) {
				f.Broker.Problems = []health.Problem{
					{Code: "second_installation", Text: "another installation publishes"},
					{Code: "not_retained", Text: "not retained", Remedy: "allow it"},
				}
			},
		},
		{
			name:     "state not stored",
			level:    health.Failed,
			codes:    []health.Code{"state_not_stored"},
			notReady: true,
			program:  func(f *health.Facts) { f.Folder.Err = errors.New("no space left on device") },
		},
		{
			name:  "archive not stored",
			level: health.Failed,
			codes: []health.Code{"archive_not_stored"},
			program: func(f *health.Facts) {
				f.Archive.Err, f.Archive.Remedy = errors.New("disk is full"), "free some space"
			},
		},
		{
			name:  "archive damaged, mirror failing",
			level: health.Attention,
			codes: []health.Code{"archive_damaged", "mirror_failing"},
			program: func(f *health.Facts) {
				f.Archive.Damaged = &health.Problem{Text: "the archive was damaged", Remedy: "restore a backup"}
				f.Mirror.Error, f.Mirror.Remedy = "connection refused", "check history.mirror.url"
			},
		},
		{
			name:    "clock a minute off",
			level:   health.Attention,
			codes:   []health.Code{"clock_off"},
			program: func(f *health.Facts) { f.Clock.Ahead = -time.Minute },
		},
		{
			name:    "clock a week off",
			level:   health.Failed,
			codes:   []health.Code{"clock_wrong"},
			program: func(f *health.Facts) { f.Clock.Ahead = 7 * 24 * time.Hour },
		},
		{
			name:    "Home Assistant offline",
			level:   health.Attention,
			codes:   []health.Code{"homeassistant_offline"},
			program: func(f *health.Facts) { f.HomeAssistant.Offline = true },
		},
	}
}

func failing(p *health.Profile, class health.FailureClass, which ...int) {
	for _, i := range which {
		p.Endpoints[i].Failure = &health.Failure{Class: class, Text: "status 2555", Since: monday}
	}
}

func profileParts() []part {
	one := func(name string, level health.Level, code health.Code, change func(*health.Profile)) part {
		return part{name: name, level: level, codes: []health.Code{code}, profile: change}
	}
	notReady := func(p part) part {
		p.notReady = true
		return p
	}
	consent := func(state health.ConsentState) func(*health.Profile) {
		return func(p *health.Profile) {
			p.Consent = health.Consent{State: state, File: "tokens/alice.json", Error: "it is empty"}
			failing(p, health.FailureConsent, 0, 1)
		}
	}
	return []part{
		{name: "in order", level: health.OK},
		one("starting", health.Attention, "starting", func(p *health.Profile) {
			p.Started, p.Consent, p.LastSync, p.NextPoll = false, health.Consent{}, time.Time{}, time.Time{}
			p.Endpoints = []health.Endpoint{{Name: "measure/getmeas"}}
		}),
		one("half of the first poll done", health.Attention, "starting", func(p *health.Profile) {
			p.Started, p.Endpoints[1].LastSuccess = false, time.Time{}
		}),
		one("an error in the first poll", health.Attention, "endpoint_failing", func(p *health.Profile) {
			p.Started = false
			failing(p, health.FailureOther, 0)
		}),
		one("stale", health.Failed, "offline", func(p *health.Profile) { p.Stale = true }),
		one("never signed in", health.Failed, "not_signed_in", consent(health.ConsentNone)),
		one("consent withdrawn", health.Failed, "sign_in_needed", consent(health.ConsentLost)),
		one("refresh refused", health.Attention, "refresh_retrying", consent(health.ConsentRetrying)),
		one("token damaged", health.Failed, "token_corrupt", consent(health.ConsentDamaged)),
		one("token of a newer version", health.Failed, "token_newer", consent(health.ConsentNewer)),
		one("token unreadable", health.Failed, "token_unreadable", consent(health.ConsentBlocked)),
		one("an endpoint fails", health.Attention, "endpoint_failing", func(p *health.Profile) {
			failing(p, health.FailureOther, 0)
		}),
		one("an endpoint is forbidden", health.Attention, "endpoint_forbidden", func(p *health.Profile) {
			failing(p, health.FailureForbidden, 1)
		}),
		one("an endpoint times out", health.Attention, "endpoint_failing", func(p *health.Profile) {
			failing(p, health.FailureUnreachable, 1)
		}),
		one("all endpoints fail", health.Failed, "endpoint_failing", func(p *health.Profile) {
			failing(p, health.FailureOther, 0, 1)
		}),
		notReady(one("a poll hangs", health.Failed, "poll_overdue", func(p *health.Profile) { p.Overdue = true })),
		notReady(one("token not stored", health.Failed, "token_not_stored", func(p *health.Profile) {
			p.TokenUnsaved = true
		})),
		one("notifications not checked", health.Attention, "push_checking", func(p *health.Profile) {
			p.Push = &health.Push{}
		}),
		one("notifications unreliable", health.Attention, "push_unhealthy", func(p *health.Profile) {
			p.Push = &health.Push{Problem: "nothing arrives"}
		}),
		{name: "notifications arrive", level: health.OK, profile: func(p *health.Profile) {
			p.Push = &health.Push{Healthy: true}
		}},
	}
}

func profileWith(change func(*health.Profile), slug, name string) health.Profile {
	p := health.Profile{
		Slug:     slug,
		Name:     name,
		Consent:  health.Consent{State: health.ConsentGranted},
		Started:  true,
		LastSync: monday,
		NextPoll: monday.Add(time.Hour),
		Endpoints: []health.Endpoint{
			{Name: "measure/getmeas", LastSuccess: monday},
			{Name: "v2/sleep/get", LastSuccess: monday},
		},
	}
	if change != nil {
		change(&p)
	}
	return p
}

// factsOf returns the facts of a program in order, with changes.
func factsOf(program func(*health.Facts), profiles ...health.Profile) health.Facts {
	f := health.Facts{
		Now:           monday,
		Broker:        &health.Broker{Connected: true},
		HomeAssistant: &health.Birth{},
		Clock:         &health.Clock{Known: true},
		Folder:        &health.Folder{Path: "/var/lib/vitals2mqtt"},
		Archive:       &health.Records{Folder: health.Folder{Path: "/var/lib/vitals2mqtt/history.db"}},
		Mirror:        &health.Copy{},
		Profiles:      profiles,
	}
	if program != nil {
		program(&f)
	}
	return f
}

func codesOf(findings []health.Status) []health.Code {
	codes := []health.Code{}
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return codes
}

// Every combination of what can be wrong with the program and two profiles: the
// verdict has the findings of each, the worst level, and is OK only without any.
func TestVerdictHasTheFindingsOfEveryPart(t *testing.T) {
	t.Parallel()
	rank := []health.Level{health.OK, health.Attention, health.Failed}
	for _, program := range programParts() {
		for _, alice := range profileParts() {
			for _, bob := range profileParts() {
				if together(alice, bob) {
					continue // a finding about the program, see TestCommonCauses
				}
				what := fmt.Sprintf("%s, alice %s, bob %s", program.name, alice.name, bob.name)
				v := health.Judge(factsOf(program.program,
					profileWith(alice.profile, "alice", "Alice"), profileWith(bob.profile, "bob", "Bob")))
				worst, notReady := health.OK, false
				want := []health.Code{}
				for _, p := range []part{program, alice, bob} {
					worst = rank[max(slices.Index(rank, worst), slices.Index(rank, p.level))]
					want = append(want, p.codes...)
					notReady = notReady || p.notReady
				}
				slices.Sort(want)
				if got := codesOf(v.Findings); v.Level != worst || !slices.Equal(got, want) {
					t.Errorf("%s: %s %v, want %s %v", what, v.Level, got, worst, want)
				}
				if (len(v.NotReady()) > 0) != notReady {
					t.Errorf("%s: not ready because of %v", what, v.NotReady())
				}
				if got := codesOf(v.Of("bob")); !slices.Equal(got, append([]health.Code{}, bob.codes...)) {
					t.Errorf("%s: bob has %v, want %v", what, got, bob.codes)
				}
				checkSubjects(t, what, v)
			}
		}
	}
}

// together reports whether both profiles have what is a finding about the
// program when everybody has it.
func together(alice, bob part) bool {
	outage := []string{
		"all endpoints fail", "starting", "never signed in", "consent withdrawn", "refresh refused", "token damaged",
		"token of a newer version", "token unreadable",
	}
	return alice.name == "refresh refused" && bob.name == "refresh refused" ||
		slices.Contains(outage, alice.name) && slices.Contains(outage, bob.name) &&
			slices.Contains([]string{alice.name, bob.name}, outage[0])
}

// checkSubjects checks what holds for every verdict.
func checkSubjects(t *testing.T, what string, v health.Verdict) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range v.Subjects {
		key := fmt.Sprint(s.Subject, s.Profile, s.Code)
		if seen[key] {
			t.Errorf("%s: %s is there twice", what, key)
		}
		seen[key] = true
		if s.Text == "" || !strings.HasSuffix(s.Text, ".") || strings.ContainsAny(s.Text+s.Remedy, "{}") ||
			strings.ToUpper(s.Text[:1]) != s.Text[:1] {
			t.Errorf("%s: %s: text %q, remedy %q", what, key, s.Text, s.Remedy)
		}
		if (s.Level == health.OK) != (s.Code == health.CodeOK) {
			t.Errorf("%s: %s has level %s", what, key, s.Level)
		}
	}
	if (v.Level == health.OK) != (len(v.Findings) == 0) || (v.Word() == "healthy") != (v.Level == health.OK) {
		t.Errorf("%s: level %s, word %s, %d findings", what, v.Level, v.Word(), len(v.Findings))
	}
}
