// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/web"
)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

// condition is a state of the program or of a profile.
type condition struct {
	name    string
	program func(*health.Facts)
	profile func(*health.Profile)
	// badge is that of the profile while the broker is connected; offline is
	// whether the bridge publishes the account as offline.
	badge   string
	offline bool
}

func programConditions() []condition {
	return []condition{
		{name: "in order", program: func(*health.Facts) {}},
		{name: "connecting", program: func(f *health.Facts) { f.Broker.Connected = false }},
		{name: "refused", program: func(f *health.Facts) { f.Broker = &health.Broker{Refused: true, Error: "no"} }},
		{name: "unreachable", program: func(f *health.Facts) { f.Broker = &health.Broker{Error: "refused"} }},
		{name: "clock", program: func(f *health.Facts) { f.Clock = &health.Clock{Known: true, Ahead: time.Hour} }},
	}
}

func profileConditions() []condition {
	failing := func(class health.FailureClass, which ...int) func(*health.Profile) {
		return func(p *health.Profile) {
			for _, i := range which {
				p.Endpoints[i].Failure = &health.Failure{Class: class, Text: "status 500 <b>", Since: monday}
			}
		}
	}
	return []condition{
		{name: "online", badge: "online", profile: func(*health.Profile) {}},
		{name: "starting", badge: "starting", offline: true, profile: func(p *health.Profile) { p.Started = false }},
		{name: "stale", badge: "offline", offline: true, profile: func(p *health.Profile) { p.Stale = true }},
		{name: "consent withdrawn", badge: "sign-in needed", offline: true, profile: func(p *health.Profile) {
			p.Consent.State = health.ConsentLost
			failing(health.FailureConsent, 0, 1)(p)
		}},
		{name: "one endpoint fails", badge: "needs attention", profile: failing(health.FailureOther, 0)},
		{name: "wrong secret", badge: "needs attention", profile: failing(health.FailureApplication, 0, 1)},
		{name: "push not checked yet", badge: "online", profile: func(p *health.Profile) { p.Push = &health.Push{} }},
		{name: "push unreliable", badge: "needs attention", profile: func(p *health.Profile) {
			p.Push = &health.Push{Problem: "nothing arrives"}
		}},
	}
}

// overviewOf returns the overview of a program in these conditions.
func overviewOf(program condition, profiles ...condition) web.Overview {
	facts := health.Facts{Broker: &health.Broker{Connected: true}}
	shown := web.Overview{Broker: "mqtt://broker.test", Alive: true}
	for i, c := range profiles {
		p := health.Profile{
			Slug:    []string{"alice", "bob"}[i],
			Name:    []string{"Alice", "Bob"}[i],
			Consent: health.Consent{State: health.ConsentGranted},
			Started: true,
			Endpoints: []health.Endpoint{
				{Name: "measure/getmeas", LastSuccess: monday},
				{Name: "v2/sleep/get", LastSuccess: monday},
			},
		}
		c.profile(&p)
		facts.Profiles = append(facts.Profiles, p)
		state := "online"
		if c.offline {
			state = "offline"
		}
		shown.Profiles = append(shown.Profiles, web.Profile{Slug: p.Slug, Name: p.Name, State: state})
	}
	program.program(&facts)
	shown.BrokerConnected, shown.Verdict = facts.Broker.Connected, health.Judge(facts)
	return shown
}

// TestEverySurfaceShowsTheVerdict compares page, JSON and readiness check for
// every combination of the conditions of the program and two profiles.
func TestEverySurfaceShowsTheVerdict(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	for _, program := range programConditions() {
		for _, alice := range profileConditions() {
			for _, bob := range profileConditions() {
				what := fmt.Sprintf("%s, alice %s, bob %s", program.name, alice.name, bob.name)
				h.overview = overviewOf(program, alice, bob)
				want := h.overview.Verdict
				var view web.Overview
				overview := request(t, page, http.MethodGet, "/api/overview").Body.Bytes()
				if err := json.Unmarshal(overview, &view); err != nil {
					t.Fatal(err)
				}
				if view.Verdict.Level != want.Level || view.Healthy != (want.Level == health.OK) ||
					len(view.Verdict.Findings) != len(want.Findings) || len(view.Verdict.Subjects) != len(want.Subjects) {
					t.Errorf("%s: JSON has %+v, want %+v", what, view.Verdict, want)
				}
				body := html.UnescapeString(request(t, page, http.MethodGet, "/").Body.String())
				head, _, _ := strings.Cut(body, "data-profile")
				if strings.Contains(head, "All is well.") != (want.Level == health.OK) {
					t.Errorf("%s: the head of the page is\n%s", what, head)
				}
				if top := want.Top(); top != nil && !strings.Contains(head, top.Text) {
					t.Errorf("%s: the head does not say %q", what, top.Text)
				}
				if more := want.More(); more > 0 && !strings.Contains(head, fmt.Sprintf("%d more finding", more)) {
					t.Errorf("%s: the head does not say that there are %d more:\n%s", what, more, head)
				}
				ready := request(t, page, http.MethodGet, "/readyz")
				if (ready.Code == http.StatusOK) != (len(want.NotReady()) == 0) {
					t.Errorf("%s: readyz answers %d %s", what, ready.Code, ready.Body)
				}
				for i, part := range []condition{alice, bob} {
					badge := part.badge
					if badge == "online" && !view.BrokerConnected {
						badge = "no broker"
					}
					if p := view.Profiles[i]; p.State != badge || (p.Level == health.OK) != (badge == "online") {
						t.Errorf("%s: the badge of %s is %s (%s), want %s", what, p.Slug, p.State, p.Level, badge)
					}
				}
			}
		}
	}
}

// TestLivenessIgnoresBrokerAndProfiles: a restart would not help. A missing
// sign-in does not affect readiness either, because it needs the page.
func TestLivenessIgnoresBrokerAndProfiles(t *testing.T) {
	t.Parallel()
	h := newHarness()
	unreachable := programConditions()[3]
	withdrawn := profileConditions()[slices.IndexFunc(profileConditions(), func(c condition) bool {
		return c.name == "consent withdrawn"
	})]
	h.overview = overviewOf(unreachable, withdrawn)
	page := h.handler(t, nil)
	if answer := request(t, page, http.MethodGet, "/healthz"); answer.Code != http.StatusOK {
		t.Errorf("a restart would not help, but healthz says %d", answer.Code)
	}
	answer := request(t, page, http.MethodGet, "/readyz")
	if body := answer.Body.String(); answer.Code != http.StatusServiceUnavailable ||
		!strings.Contains(body, "broker_unreachable") ||
		strings.Contains(body, "alice") || strings.Contains(body, "sign_in") {
		t.Errorf("readyz: %d %s", answer.Code, body)
	}
}
