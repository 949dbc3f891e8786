// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	options := newHarness().options()
	lag := 41.5
	options.Overview = func() web.Overview {
		return web.Overview{
			Version:         "1.2.3",
			BrokerConnected: true,
			Verdict:         verdictWith(health.Broker{}),
			RequestsMinute:  7,
			Requests:        map[string]int{"measure/getmeas": 12},
			Notifications: &web.Notifications{
				Received:   5,
				Duplicates: 4,
				Dropped:    2,
				Probes:     9,
				Refused:    map[string]uint64{"path": 3},
			},
			Profiles: []web.Profile{{
				Slug:         "alice",
				Name:         "Alice",
				SignInNeeded: true,
				HeldBack:     2,
				LateSeconds:  90,
				LastSync:     time.Unix(1_800_000_000, 250_000_000),
				Endpoints:    []web.Endpoint{{Name: "v2/heart/list", LastError: "status 2555"}},
				Push:         &web.Push{Healthy: true, Lag: &lag, MissedSince: 1},
				Values:       []web.Value{{Key: "weight_kg", Name: "Weight", Text: "81.35"}},
			}, {Slug: "bob", Name: "Bob"}},
		}
	}
	page := (&harness{}).handler(t, func(o *web.Options) { *o = options })
	answer := request(t, page, http.MethodGet, "/metrics")
	if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("%d, %v", answer.Code, answer.Header())
	}
	var got []string
	var process []string // with values that differ
	for line := range strings.Lines(answer.Body.String()) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "vitals2mqtt_")
		switch name, value, _ := strings.Cut(line, " "); {
		case strings.HasPrefix(line, "#"):
		case name == "goroutines" || name == "open_files":
			process = append(process, name)
			if value, err := strconv.Atoi(value); err != nil || value < 1 {
				t.Errorf("%s: %d, %v", line, value, err)
			}
		default:
			got = append(got, line)
		}
	}
	want := []string{
		`broker_connected 1`, `build_info{version="1.2.3"} 1`, `cloud_requests_last_minute 7`,
		`cloud_requests_total{call="measure/getmeas"} 12`,
		`endpoint_failing{endpoint="v2/heart/list",profile="alice"} 1`,
		`alive 0`, `findings{level="attention"} 1`, `findings{level="failed"} 1`, `healthy 0`,
		`held_back{profile="alice"} 2`, `held_back{profile="bob"} 0`,
		`last_sync_timestamp_seconds{profile="alice"} 1.80000000025e+09`,
		`notifications_duplicates_total 4`, `notifications_dropped_total 2`, `notifications_probes_total 9`,
		`notifications_received_total 5`, `notifications_refused_total{reason="path"} 3`,
		`poll_late_seconds{profile="alice"} 90`, `poll_late_seconds{profile="bob"} 0`,
		`push_healthy{profile="alice"} 1`, `push_lag_seconds{profile="alice"} 41.5`, `push_unheard{profile="alice"} 1`,
		`sign_in_needed{profile="alice"} 1`, `sign_in_needed{profile="bob"} 0`,
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if runtime.GOOS == "linux" && !slices.Equal(process, []string{"goroutines", "open_files"}) {
		t.Errorf("of the process: %v", process)
	}
	if strings.Contains(answer.Body.String(), "81.35") {
		t.Error("a measurement is among the metrics")
	}
	guarded := (&harness{}).handler(t, func(o *web.Options) {
		*o = options
		o.Auth, o.Password = web.AuthPassword, secret.New("pass")
	})
	if answer := request(t, guarded, http.MethodGet, "/metrics"); answer.Code != http.StatusUnauthorized {
		t.Errorf("without the password: %d", answer.Code)
	}
}
