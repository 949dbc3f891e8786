// SPDX-License-Identifier: MIT

package health_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/health"
)

// What everybody has is not laid at the door of a profile.
func TestCommonCauses(t *testing.T) {
	t.Parallel()
	all := func(class health.FailureClass) func(*health.Profile) {
		return func(p *health.Profile) { failing(p, class, 0, 1) }
	}
	retrying := func(p *health.Profile) {
		p.Consent.State = health.ConsentRetrying
		failing(p, health.FailureConsent, 0, 1)
	}
	for name, row := range map[string]struct {
		alice, bob func(*health.Profile)
		codes      []health.Code
		ofAlice    []health.Code
	}{
		"wrong secret": {
			all(health.FailureApplication), nil,
			[]health.Code{"application_credentials"},
			[]health.Code{"application_credentials"},
		},
		"no network": {
			all(health.FailureUnreachable), all(health.FailureUnreachable),
			[]health.Code{"api_unreachable"},
			[]health.Code{"api_unreachable"},
		},
		"an outage": {
			all(health.FailureOther), all(health.FailureUnreachable),
			[]health.Code{"api_failing"},
			[]health.Code{"api_failing"},
		},
		"an outage with an answer of the day before": {
			all(health.FailureUnreachable), func(p *health.Profile) {
				failing(p, health.FailureUnreachable, 0)
				p.Endpoints[1].LastSuccess = monday.Add(-20 * time.Hour)
			},
			[]health.Code{"api_unreachable"},
			[]health.Code{"api_unreachable"},
		},
		"one profile without a response": {
			all(health.FailureUnreachable), nil,
			[]health.Code{"endpoint_failing"},
			[]health.Code{"endpoint_failing"},
		},
		"too many requests": {
			all(health.FailureLimited), nil,
			[]health.Code{"api_rate_limited"},
			[]health.Code{"api_rate_limited"},
		},
		"all refused together": {
			retrying, retrying,
			[]health.Code{"refresh_refused"},
			[]health.Code{"refresh_refused"},
		},
		"one refused": {
			retrying, nil,
			[]health.Code{"refresh_retrying"},
			[]health.Code{"refresh_retrying"},
		},
	} {
		v := health.Judge(factsOf(nil, profileWith(row.alice, "alice", "Alice"), profileWith(row.bob, "bob", "Bob")))
		if got := codesOf(v.Findings); !slices.Equal(got, row.codes) {
			t.Errorf("%s: %v, want %v", name, got, row.codes)
		}
		if got := codesOf(v.Of("alice")); !slices.Equal(got, row.ofAlice) {
			t.Errorf("%s: alice has %v, want %v", name, got, row.ofAlice)
		}
		if len(health.SignInFindings(v.Findings)) > 0 {
			t.Errorf("%s: a sign-in is requested", name)
		}
		checkSubjects(t, name, v)
	}
	// A single profile may have withdrawn its consent.
	v := health.Judge(factsOf(nil, profileWith(retrying, "alice", "Alice")))
	if got := codesOf(v.Findings); !slices.Equal(got, []health.Code{"refresh_retrying"}) {
		t.Errorf("one of one refused: %v", got)
	}
}

// What is not requested does not answer: an endpoint that was refused yesterday,
// and a profile without a sign-in.
func TestOutageBesideWhatIsNotRequested(t *testing.T) {
	t.Parallel()
	yesterday := monday.Add(-20 * time.Hour)
	refused := func(last time.Time) func(*health.Profile) {
		return func(p *health.Profile) {
			p.Endpoints[0].Failure = &health.Failure{Class: health.FailureUnreachable, Text: "no network", Since: monday}
			p.Endpoints[1].Failure = &health.Failure{Class: health.FailureForbidden, Since: yesterday, Last: last}
		}
	}
	signedOut := func(p *health.Profile) {
		p.Consent.State = health.ConsentNone
		failing(p, health.FailureConsent, 0, 1)
		p.Endpoints[0].Failure.Last = monday
	}
	for name, row := range map[string]struct {
		alice, bob func(*health.Profile)
		want       []health.Code
	}{
		"refused yesterday": {refused(yesterday), refused(yesterday), []health.Code{
			"api_unreachable", "endpoint_forbidden", "endpoint_forbidden",
		}},
		"refused now": {refused(yesterday), refused(monday), []health.Code{
			"endpoint_failing", "endpoint_failing", "endpoint_forbidden", "endpoint_forbidden",
		}},
		"signed out": {refused(yesterday), signedOut, []health.Code{
			"api_unreachable", "endpoint_forbidden", "not_signed_in",
		}},
	} {
		later := func(f *health.Facts) { f.Now = monday.Add(10 * time.Minute) }
		v := health.Judge(factsOf(later, profileWith(row.alice, "alice", "Alice"), profileWith(row.bob, "bob", "Bob")))
		if got := codesOf(v.Findings); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	three := func(p *health.Profile) {
		p.Endpoints = append(p.Endpoints, health.Endpoint{Name: "a"}, health.Endpoint{Name: "b"},
			health.Endpoint{Name: "c", LastSuccess: monday})
		failing(p, health.FailureOther, 0, 1, 2)
		p.Endpoints[3].Failure = &health.Failure{Text: "HTTP 502", Since: monday.Add(-time.Hour)}
	}
	v := health.Judge(factsOf(nil, profileWith(three, "alice", "Alice")))
	top := v.Top()
	const want = "The Withings API fails for Alice at measure/getmeas and 2 other endpoints: status 2555; b: HTTP 502."
	if top.Text != want || len(top.Endpoints) != 4 || !top.Since.Equal(monday.Add(-time.Hour)) {
		t.Errorf("%+v\nwant %s", top, want)
	}
	v = health.Judge(factsOf(func(f *health.Facts) { f.Clock.Ahead = -90 * time.Minute }))
	if !v.Has(health.CodeNoProfiles) || !strings.Contains(v.Top().Text, "1 h 30 min behind the Withings API") {
		t.Errorf("%+v", v.Findings)
	}
	v = health.Judge(factsOf(func(f *health.Facts) {
		f.Broker = &health.Broker{Connected: true, Problems: []health.Problem{{
			Code: "of_tomorrow", Text: "something is odd", Remedy: "look",
		}}}
	}))
	if top := v.Top(); top.Text != "Something is odd." || top.Remedy != "Look." || top.Subject != health.MQTTBroker {
		t.Errorf("%+v", top)
	}
}

func TestWord(t *testing.T) {
	t.Parallel()
	parts := profileParts()
	for name, row := range map[string]struct {
		program func(*health.Facts)
		profile func(*health.Profile)
		word    string
	}{
		"in order":      {nil, nil, "healthy"},
		"first seconds": {func(f *health.Facts) { f.Broker = &health.Broker{} }, parts[1].profile, "starting"},
		"Home Assistant": {
			func(f *health.Facts) { f.HomeAssistant.Offline = true }, nil, "needs attention",
		},
		"push":   {nil, func(p *health.Profile) { p.Push = &health.Push{Problem: "x"} }, "needs attention"},
		"failed": {nil, func(p *health.Profile) { p.Overdue = true }, "failed"},
	} {
		v := health.Judge(factsOf(row.program, profileWith(row.profile, "alice", "Alice")))
		if v.Word() != row.word || v.Problem != (row.word == "failed" || name == "push") {
			t.Errorf("%s: %q, problem %v", name, v.Word(), v.Problem)
		}
	}
}

// Only what begins, worsens or ends is a change.
func TestChanges(t *testing.T) {
	t.Parallel()
	judge := func(change func(*health.Profile)) health.Verdict {
		return health.Judge(factsOf(nil, profileWith(change, "alice", "Alice"), profileWith(nil, "bob", "Bob")))
	}
	everyone := health.Judge(factsOf(nil,
		profileWith(func(p *health.Profile) { failing(p, health.FailureOther, 0, 1) }, "alice", "Alice"),
		profileWith(func(p *health.Profile) { failing(p, health.FailureOther, 0, 1) }, "bob", "Bob")))
	consent := func(state health.ConsentState) health.Verdict {
		return judge(func(p *health.Profile) { p.Consent.State = state })
	}
	fine, one := judge(nil), judge(func(p *health.Profile) { failing(p, health.FailureOther, 0) })
	other := judge(func(p *health.Profile) { failing(p, health.FailureOther, 1) })
	both := judge(func(p *health.Profile) { failing(p, health.FailureOther, 0, 1) })
	starting := judge(profileParts()[1].profile)
	for _, step := range []struct {
		name          string
		before, after health.Verdict
		want          string
	}{
		{"nothing", fine, fine, ""},
		{"start", health.Verdict{}, starting, ""},
		{"started", starting, fine, ""},
		{"begins", fine, one, "sync failed attention"},
		{"goes on elsewhere", one, other, ""},
		{"worsens", other, both, "sync failed failed"},
		{"eases", both, one, ""},
		{"ends", one, fine, "sync recovered ended"},
		{"spreads", one, everyone, "Withings API failing failed"},
		{
			"becomes final", consent(health.ConsentRetrying), consent(health.ConsentLost),
			"sign-in needed failed",
		},
	} {
		got := changesBetween(step.before, step.after)
		if strings.Join(got, ", ") != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}

func changesBetween(before, after health.Verdict) []string {
	var got []string
	for _, c := range health.Changes(before, after) {
		state := string(c.Level)
		if c.Ended {
			state = "ended"
		}
		got = append(got, c.Message+" "+state)
	}
	return got
}

// What becomes a part of something else, or unknown, has not ended.
func TestChangesToSomethingElse(t *testing.T) {
	t.Parallel()
	judge := func(program func(*health.Facts), change func(*health.Profile)) health.Verdict {
		return health.Judge(factsOf(program, profileWith(change, "alice", "Alice")))
	}
	class := func(class health.FailureClass, which ...int) health.Verdict {
		return judge(nil, func(p *health.Profile) { failing(p, class, which...) })
	}
	consent := func(state health.ConsentState) health.Verdict {
		return judge(nil, func(p *health.Profile) {
			p.Consent.State = state
			failing(p, health.FailureConsent, 0, 1)
		})
	}
	fine, one := judge(nil, nil), class(health.FailureOther, 0)
	failing, unreachable := class(health.FailureOther, 0, 1), class(health.FailureUnreachable, 0, 1)
	homeAssistantOffline := judge(func(f *health.Facts) { f.HomeAssistant.Offline = true }, nil)
	for _, step := range []struct {
		name          string
		before, after health.Verdict
		want          string
	}{
		{"the first endpoint of an outage", one, failing, "Withings API failing failed"},
		{"another kind of outage", failing, unreachable, "Withings API unreachable failed"},
		{"the end of the outage", unreachable, fine, "Withings API reachable again ended"},
		{
			"one endpoint stays", unreachable, one,
			"sync failed attention, Withings API reachable again ended",
		},
		{"consent withdrawn", one, consent(health.ConsentLost), "sign-in needed failed"},
		{"token damaged", consent(health.ConsentLost), consent(health.ConsentDamaged), "token file unusable failed"},
		{"consent unknown", consent(health.ConsentLost), consent(health.ConsentUnknown), ""},
		{"signed in", consent(health.ConsentDamaged), fine, "signed in ended"},
		{
			"Home Assistant unknown", homeAssistantOffline,
			judge(func(f *health.Facts) { f.HomeAssistant = nil }, nil), "",
		},
		{"Home Assistant online", homeAssistantOffline, fine, "Home Assistant is online again ended"},
	} {
		if got := strings.Join(changesBetween(step.before, step.after), ", "); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}

// Nothing is said about what only a running daemon knows.
func TestStoredFacts(t *testing.T) {
	t.Parallel()
	facts := health.Facts{Stored: true, Profiles: []health.Profile{
		{Slug: "alice", Name: "Alice", Consent: health.Consent{State: health.ConsentGranted}},
		{Slug: "bob", Name: "Bob", Consent: health.Consent{State: health.ConsentLost}},
		profileWith(func(p *health.Profile) { failing(p, health.FailureForbidden, 0) }, "carol", "Carol"),
	}}
	v := health.Judge(facts)
	if got, want := codesOf(v.Findings), []health.Code{"endpoint_forbidden", "sign_in_needed"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, s := range v.Subjects {
		if s.Subject == health.Program || s.Subject == health.MQTTBroker {
			t.Errorf("%+v", s)
		}
	}
}

// A notification fetches one endpoint, minutes after all others have answered.
func TestOneTimeoutIsNoOutage(t *testing.T) {
	t.Parallel()
	failedAt := monday.Add(4 * time.Minute)
	for name, row := range map[string]struct {
		now, since time.Time
		which      []int
		want       health.Code
	}{
		"at once":                       {failedAt, failedAt, []int{0}, health.CodeEndpointFailing},
		"goes on":                       {failedAt.Add(3 * time.Minute), failedAt, []int{0}, health.CodeAPIUnreachable},
		"two endpoints":                 {failedAt, failedAt, []int{0, 1}, health.CodeAPIUnreachable},
		"clock was wrong, one endpoint": {failedAt, failedAt.Add(time.Hour), []int{0}, health.CodeEndpointFailing},
		"clock was wrong":               {monday, monday.Add(time.Hour), []int{0, 2}, health.CodeEndpointFailing},
	} {
		facts := factsOf(func(f *health.Facts) { f.Now = row.now }, profileWith(func(p *health.Profile) {
			p.Endpoints = append(p.Endpoints, health.Endpoint{Name: "v2/user/getdevice", LastSuccess: monday})
			for _, i := range row.which {
				p.Endpoints[i].Failure = &health.Failure{
					Class: health.FailureUnreachable,
					Text:  "timeout",
					Since: row.since,
					Last:  row.now,
				}
			}
		}, "alice", "Alice"))
		if v := health.Judge(facts); len(v.Findings) != 1 || v.Findings[0].Code != row.want {
			t.Errorf("%s: %+v, want %s", name, v.Findings, row.want)
		}
	}
}

// Successes are stored without their time, and yet one endpoint without a
// response is no outage.
func TestStoredOutage(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]health.Status{
		1: {Code: health.CodeEndpointFailing, Level: health.Attention},
		2: {Code: health.CodeAPIUnreachable, Level: health.Failed},
	} {
		p := health.Profile{Slug: "alice", Name: "Alice", Consent: health.Consent{State: health.ConsentGranted}}
		for i, name := range []string{"measure/getmeas", "v2/sleep/get", "v2/user/getdevice"} {
			e := health.Endpoint{Name: name}
			if i < failures {
				e.Failure = &health.Failure{Class: health.FailureUnreachable, Text: "timeout", Since: monday}
			}
			p.Endpoints = append(p.Endpoints, e)
		}
		v := health.Judge(health.Facts{Stored: true, Profiles: []health.Profile{p}})
		if len(v.Findings) != 1 || v.Findings[0].Code != want.Code || v.Findings[0].Level != want.Level {
			t.Errorf("%d of 3 fail: %+v", failures, v.Findings)
		}
	}
}

func TestFormatOffset(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration]string{
		0:                             "0 s ahead of",
		-29 * time.Second:             "29 s behind",
		59 * time.Second:              "1 min ahead of",
		time.Hour - time.Second:       "1 h ahead of",
		-90 * time.Minute:             "1 h 30 min behind",
		7*24*time.Hour - time.Second:  "7 days ahead of",
		-400*24*time.Hour - time.Hour: "400 days behind",
		47*time.Hour + time.Minute:    "2 days ahead of",
	} {
		if got := health.FormatOffset(ahead); got != want {
			t.Errorf("%s: %q, want %q", ahead, got, want)
		}
	}
}
