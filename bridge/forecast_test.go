// SPDX-License-Identifier: MIT

package bridge_test

import (
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// TestForecastMatchesSimulatedDay compares the estimate for all keys with a day
// in the simulated cloud: the second one, because the first pages through
// years.
func TestForecastMatchesSimulatedDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 7, Strict: true})
		profiles := h.signIn(t)[:1]
		profiles[0].Keys, profiles[0].Schedule = sensors.Keys(), everySchedule(time.Duration(wholeOr(5, 60))*time.Minute)
		b := h.bridge(t, profiles...)
		var before map[string]int
		runFor(t, b, 24*time.Hour, func() {
			<-time.After(48*time.Hour - time.Minute)
			before = h.cloud.Requests()
		})
		got := h.cloud.Requests()
		for name, count := range before {
			got[name] -= count
		}
		want := map[string]int{}
		now := time.Now()
		for _, estimate := range bridge.Forecast(profiles[0], now.Add(-24*time.Hour), now) {
			name, _, _ := strings.Cut(string(estimate.Endpoint), " ") // a night's series is the same call
			at := strings.LastIndex(name, "/")
			want[name[:at]+" "+name[at+1:]] += estimate.Requests
		}
		delete(got, "v2/oauth2 refresh_token") // a second name for the same requests
		maps.DeleteFunc(got, func(_ string, count int) bool { return count == 0 })
		for name := range maps.Keys(want) {
			if difference := got[name] - want[name]; difference < -1 || difference > 1 {
				t.Errorf("%s: %d requests, the forecast says %d", name, got[name], want[name])
			}
		}
		for name := range got {
			if _, ok := want[name]; !ok {
				t.Errorf("%s: %d requests that are not in the forecast", name, got[name])
			}
		}
	})
}

// TestForecastWithPush compares the normal schedule, a relaxed one, and that
// with notifications.
func TestForecastWithPush(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	to := from.Add(24 * time.Hour)
	sum := func(estimates []bridge.Estimate) int {
		total := 0
		for _, estimate := range estimates {
			total += estimate.Requests
		}
		return total
	}
	p := bridge.Profile{Keys: []string{"weight_kg"}, Schedule: everySchedule(5 * time.Minute)}
	// A poll each five minutes, one reread, eight tokens.
	if got := sum(bridge.Forecast(p, from, to)); got != 288+1+8 {
		t.Errorf("%d requests on the normal schedule", got)
	}
	// One weigh-in, two blood pressures and one electrocardiogram more: all are
	// announced in categories of their own, and fetched as measures.
	if got := sum(bridge.ForecastWithPush(p, from, to)); got != 288+1+8+4 || bridge.NotificationsPerDay(p) != 4 {
		t.Errorf("%d requests with %d notifications", got, bridge.NotificationsPerDay(p))
	}
	p.RelaxedSchedule = everySchedule(time.Hour)
	if got := sum(bridge.ForecastWithPush(p, from, to)); got != 24+1+8+4 {
		t.Errorf("%d requests on the relaxed schedule with notifications", got)
	}
	if got := sum(bridge.Forecast(p, from, to)); got != 288+1+8 {
		t.Errorf("%d requests on the normal schedule beside a relaxed one", got)
	}
}
