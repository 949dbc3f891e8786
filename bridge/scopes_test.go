// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/signin"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// TestEndpointsNeedTheirScope compares the scopes of the endpoints with what
// the simulated cloud refuses when a scope is missing.
func TestEndpointsNeedTheirScope(t *testing.T) {
	t.Parallel()
	for _, scope := range withings.AllScopes() {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
				person := simulator.BodyScanOwner()
				person.Days = 40
				h := newSimHarness(t, simulator.Options{Seed: 11, Strict: true, People: []simulator.Person{person}})
				p := h.signInWithout(t, person.Name, scope)
				p.Keys = sensors.Keys()
				runFor(t, h.bridge(t, p), 2*time.Hour, nil)
				asked, failing := h.endpoints(t, p.Slug)
				var want []string
				for _, endpoint := range asked {
					if sensors.Endpoint(endpoint).Scope() == scope {
						want = append(want, endpoint)
					}
				}
				if len(asked) < 5 || !slices.Equal(failing, want) {
					t.Errorf("without %s, of %v the failing endpoints are\n%v, want\n%v", scope, asked, failing, want)
				}
			})
		})
	}
}

// signInWithout signs a simulated person in with all scopes but one.
func (h *simHarness) signInWithout(t *testing.T, person, scope string) bridge.Profile {
	t.Helper()
	slug := profile(person, nil).Slug
	service := signin.New(signin.Options{
		Client:      h.client,
		Store:       h.tokens,
		RedirectURL: callback,
		Profiles:    []signin.Profile{{Slug: slug, Name: person}},
	})
	consent, _, err := service.Start(slug)
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(consent)
	if err != nil {
		t.Fatal(err)
	}
	granted := slices.DeleteFunc(withings.AllScopes(), func(s string) bool { return s == scope })
	code, err := h.cloud.Consent(t.Context(), person, callback, link.Query().Get("state"), granted...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Finish(t.Context(), link.Query().Get("state"), code); err != nil {
		t.Fatal(err)
	}
	return profile(person, h.client.Account(slug, h.tokens))
}

// endpoints lists the fetched endpoints in the health report, and the failing
// ones.
func (h *simHarness) endpoints(t *testing.T, slug string) (asked, failing []string) {
	t.Helper()
	var health struct {
		Profiles map[string]struct {
			Endpoints map[string]struct {
				LastSuccess string `json:"last_success"`
				Error       string `json:"error"`
			} `json:"endpoints"`
		} `json:"profiles"`
	}
	if err := json.Unmarshal([]byte(h.publisher.all()[h.tree.BridgeHealth()]), &health); err != nil {
		t.Fatal(err)
	}
	endpoints := health.Profiles[slug].Endpoints
	for _, name := range slices.Sorted(maps.Keys(endpoints)) {
		if endpoints[name].Error != "" {
			failing = append(failing, name)
		}
		if endpoints[name].Error != "" || endpoints[name].LastSuccess != "" {
			asked = append(asked, name)
		}
	}
	return asked, failing
}
