package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/web"
)

// condition is a state of the broker or of a profile, and what follows from it.
type condition struct {
	name    string
	broker  func(*web.Overview)
	profile func(*web.Profile)
	level   web.Level
	code    string
	badge   string // of the profile, while the broker is connected
	ready   bool
}

func brokerConditions() []condition {
	return []condition{
		{name: "connected", level: web.LevelOK, ready: true, broker: func(o *web.Overview) {
			o.BrokerConnected = true
		}},
		{name: "connecting", level: web.LevelAttention, code: "broker_connecting", broker: func(*web.Overview) {}},
		{name: "refused", level: web.LevelFailed, code: "broker_refused", broker: func(o *web.Overview) {
			o.BrokerRefused, o.BrokerError = true, "not authorised"
		}},
		{name: "unreachable", level: web.LevelFailed, code: "broker_unreachable", broker: func(o *web.Overview) {
			o.BrokerError = "connection refused"
		}},
		{name: "problem", level: web.LevelFailed, code: "credentials_refused", broker: func(o *web.Overview) {
			o.BrokerConnected = true
			o.Problems = []web.Problem{
				{Code: "credentials_refused", Text: "The client secret is wrong.", Remedy: "Check it."},
			}
		}},
	}
}

func profileConditions() []condition {
	failing := func(p *web.Profile, class string, which ...int) {
		for _, i := range which {
			p.Endpoints[i].LastError, p.Endpoints[i].Class, p.Endpoints[i].Since = "status 500", class, monday
		}
	}
	return []condition{
		{name: "online", level: web.LevelOK, badge: "online", ready: true, profile: func(*web.Profile) {}},
		{
			name:  "starting",
			level: web.LevelAttention,
			code:  "starting",
			badge: "starting",
			ready: true,
			profile: func(p *web.Profile) {
				p.State, p.LastSync, p.NextPoll = "offline", time.Time{}, time.Time{}
				p.Endpoints = []web.Endpoint{{Name: "measure/getmeas"}}
			},
		},
		{
			name:  "starting, known from before",
			level: web.LevelAttention,
			code:  "starting",
			badge: "starting",
			ready: true,
			profile: func(p *web.Profile) {
				p.NextPoll, p.Endpoints = time.Time{}, []web.Endpoint{{Name: "measure/getmeas"}}
			},
		},
		{
			name:  "half of the first poll done",
			level: web.LevelAttention,
			code:  "starting",
			badge: "starting",
			ready: true,
			profile: func(p *web.Profile) {
				p.State, p.NextPoll, p.Endpoints[1].LastSuccess = "offline", time.Time{}, time.Time{}
			},
		},
		{
			name:  "an error in the first poll",
			level: web.LevelAttention,
			code:  "endpoint_failing",
			badge: "offline",
			ready: true,
			profile: func(p *web.Profile) {
				p.State, p.NextPoll = "offline", time.Time{}
				failing(p, "temporary", 0)
			},
		},
		{
			name:    "push not checked yet",
			level:   web.LevelAttention,
			code:    "push_checking",
			badge:   "online",
			ready:   true,
			profile: func(p *web.Profile) { p.Push = &web.Push{} },
		},
		{
			name:  "stale",
			level: web.LevelFailed,
			code:  "offline",
			badge: "offline",
			ready: true,
			profile: func(p *web.Profile) {
				p.State = "offline"
			},
		},
		{
			name:  "consent withdrawn",
			level: web.LevelFailed,
			code:  "sign_in_needed",
			badge: "sign-in needed",
			ready: true,
			profile: func(p *web.Profile) {
				p.SignInNeeded, p.State = true, "offline"
				failing(p, "sign_in", 0, 1)
			},
		},
		{
			name:    "one endpoint fails",
			level:   web.LevelAttention,
			code:    "endpoint_failing",
			badge:   "needs attention",
			ready:   true,
			profile: func(p *web.Profile) { failing(p, "temporary", 0) },
		},
		{
			name:    "one endpoint is forbidden",
			level:   web.LevelAttention,
			code:    "endpoint_failing",
			badge:   "needs attention",
			ready:   true,
			profile: func(p *web.Profile) { failing(p, "forbidden", 1) },
		},
		{
			name:    "all endpoints fail",
			level:   web.LevelFailed,
			code:    "endpoint_failing",
			badge:   "needs attention",
			ready:   true,
			profile: func(p *web.Profile) { failing(p, "temporary", 0, 1) },
		},
		{
			name:  "poll overdue",
			level: web.LevelFailed,
			code:  "poll_overdue",
			badge: "needs attention",
			profile: func(p *web.Profile) {
				p.Overdue = true
			},
		},
		{
			name:    "state not stored",
			level:   web.LevelFailed,
			code:    "state_not_stored",
			badge:   "needs attention",
			profile: func(p *web.Profile) { p.Faults = []web.StorageFault{{Name: "state", Text: "no space left"}} },
		},
		{
			name:  "token not stored",
			level: web.LevelFailed,
			code:  "token_not_stored",
			badge: "needs attention",
			profile: func(p *web.Profile) {
				p.Faults = []web.StorageFault{{Name: "token", Text: "a restart would need a new sign-in"}}
			},
		},
		{
			name:    "push unhealthy",
			level:   web.LevelAttention,
			code:    "push_unhealthy",
			badge:   "needs attention",
			ready:   true,
			profile: func(p *web.Profile) { p.Push = &web.Push{Problem: "nothing arrives"} },
		},
		{name: "push healthy", level: web.LevelOK, badge: "online", ready: true, profile: func(p *web.Profile) {
			p.Push = &web.Push{Healthy: true}
		}},
	}
}

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

func profileWith(c condition, slug, name string) web.Profile {
	p := web.Profile{
		Slug:     slug,
		Name:     name,
		State:    "online",
		LastSync: monday,
		NextPoll: monday.Add(time.Hour),
		Endpoints: []web.Endpoint{
			{Name: "measure/getmeas", LastSuccess: monday},
			{Name: "v2/sleep/get", LastSuccess: monday},
		},
	}
	c.profile(&p)
	return p
}

// TestVerdictOKOnlyWithoutFindings compares page, JSON and readiness check for
// every combination of the conditions of the broker and two profiles.
func TestVerdictOKOnlyWithoutFindings(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	rank := []web.Level{web.LevelOK, web.LevelAttention, web.LevelFailed}
	for _, broker := range brokerConditions() {
		for _, alice := range profileConditions() {
			for _, bob := range profileConditions() {
				what := fmt.Sprintf("broker %s, alice %s, bob %s", broker.name, alice.name, bob.name)
				h.overview = web.Overview{Broker: "mqtt://broker.test"}
				h.overview.Profiles = []web.Profile{
					profileWith(alice, "alice", "Alice"), profileWith(bob, "bob", "Bob"),
				}
				broker.broker(&h.overview)

				worst := web.LevelOK
				var codes []string
				ready := true
				for _, part := range []condition{broker, alice, bob} {
					worst = rank[max(slices.Index(rank, worst), slices.Index(rank, part.level))]
					ready = ready && part.ready
					if part.code != "" {
						codes = append(codes, part.code)
					}
				}
				var view web.Overview
				overview := request(t, page, http.MethodGet, "/api/overview").Body.Bytes()
				if err := json.Unmarshal(overview, &view); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, f := range view.Verdict.Findings {
					got = append(got, f.Code)
					if f.Text == "" {
						t.Errorf("%s: %s has no text", what, f.Code)
					}
				}
				slices.Sort(got)
				slices.Sort(codes)
				if view.Verdict.Level != worst || view.Healthy != (worst == web.LevelOK) || !slices.Equal(got, codes) {
					t.Errorf("%s: %s, healthy %t, %v; want %s, %v", what, view.Verdict.Level, view.Healthy, got, worst,
						codes)
				}
				if len(got) > 0 && view.Verdict.Findings[0].Level != worst {
					t.Errorf("%s: the first finding is %+v", what, view.Verdict.Findings[0])
				}
				body := request(t, page, http.MethodGet, "/").Body.String()
				head, _, _ := strings.Cut(body, "<main>")
				if strings.Contains(body, `<p class="state good">healthy</p>`) != (worst == web.LevelOK) {
					t.Errorf("%s: the head of the page is\n%s", what, head)
				}
				if len(got) > 0 && !strings.Contains(head, view.Verdict.Findings[0].Text) {
					t.Errorf("%s: the head does not say %q", what, view.Verdict.Findings[0].Text)
				}
				if more := len(got) - 1; more > 0 && !strings.Contains(head, fmt.Sprintf("%d further finding", more)) {
					t.Errorf("%s: the head does not say that there are %d more:\n%s", what, more, head)
				}
				if probe := request(t, page, http.MethodGet, "/readyz"); (probe.Code == http.StatusOK) != ready {
					t.Errorf("%s: readyz answers %d %s", what, probe.Code, probe.Body)
				}
				for i, part := range []condition{alice, bob} {
					want := part.badge
					if want == "online" && !view.BrokerConnected {
						want = "no broker"
					}
					if p := view.Profiles[i]; p.State != want || (p.Level == web.LevelOK) != (want == "online") {
						t.Errorf("%s: the badge of %s is %s (%s), want %s", what, p.Slug, p.State, p.Level, want)
					}
				}
			}
		}
	}
}

func TestVerdictWord(t *testing.T) {
	t.Parallel()
	online := profileConditions()[0]
	for _, row := range []struct {
		name   string
		change func(*web.Overview)
		word   string
		text   []string // of the first finding and its remedy
	}{
		{"well", func(*web.Overview) {}, "healthy", nil},
		{"first seconds", func(o *web.Overview) {
			o.BrokerConnected, o.Profiles[0] = false, profileWith(profileConditions()[1], "alice", "Alice")
		}, "starting", []string{"Connecting to the broker"}},
		{"no profiles", func(o *web.Overview) {
			o.Profiles = nil
		}, "needs attention", []string{"No profiles", "withings.profiles"}},
		{"sign-in", func(o *web.Overview) { o.Profiles[0].SignInNeeded = true }, "failed", []string{
			"Alice is not signed in", "vitals2mqtt login alice",
		}},
		{"the broker comes before a profile", func(o *web.Overview) {
			o.BrokerConnected, o.BrokerRefused, o.Profiles[0].SignInNeeded = false, true, true
		}, "failed", []string{"The broker rejected", "mqtt.password"}},
		{"what failed comes before what needs attention", func(o *web.Overview) {
			o.Profiles[0].Push = &web.Push{Problem: "nothing arrives"}
			o.Profiles[0].Overdue = true
		}, "failed", []string{"poll of Alice"}},
		{"three endpoints", func(o *web.Overview) {
			for _, name := range []string{"a", "b", "c"} {
				failing := web.Endpoint{Name: name, LastError: name + ": status 500.", Since: monday}
				o.Profiles[0].Endpoints = append(o.Profiles[0].Endpoints, failing)
			}
		}, "needs attention", []string{"at a (and 2 other endpoints): status 500.", "retried"}},
		{"an endpoint outside of the consent", func(o *web.Overview) {
			o.Profiles[0].Endpoints[0].LastError, o.Profiles[0].Endpoints[0].Class = "status 403", "forbidden"
		}, "needs attention", []string{"measure/getmeas: status 403.", "Sign in again and allow"}},
	} {
		alice := profileWith(online, "alice", "Alice")
		view := web.Overview{Broker: "mqtt://broker.test", BrokerConnected: true, Profiles: []web.Profile{alice}}
		row.change(&view)
		verdict := web.Evaluate(view)
		if verdict.Word() != row.word || (verdict.Top() == nil) != (row.text == nil) {
			t.Errorf("%s: %q, %+v", row.name, verdict.Word(), verdict.Top())
			continue
		}
		for _, text := range row.text {
			if top := verdict.Top(); !strings.Contains(top.Text+" "+top.Remedy, text) {
				t.Errorf("%s: %+v does not say %q", row.name, top, text)
			}
		}
	}
}

// TestLivenessIgnoresBrokerAndProfiles: a restart would not help. A missing
// sign-in does not affect readiness either, because it needs the page.
func TestLivenessIgnoresBrokerAndProfiles(t *testing.T) {
	t.Parallel()
	h := newHarness()
	h.overview = web.Overview{Broker: "mqtt://broker.test", Alive: true, BrokerError: "connection refused"}
	h.overview.Profiles = []web.Profile{{Slug: "alice", SignInNeeded: true}}
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
