// SPDX-License-Identifier: MIT

package cli_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/health"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
)

// verdictCase is a fault and the findings that follow from it.
type verdictCase struct {
	codes []health.Code
	// prepare changes the signed-in installation before the start; it returns
	// settings of the configuration.
	prepare func(t *testing.T, s *surfaces, state string) []string
	// during causes the fault while the daemon is healthy.
	during func(t *testing.T, s *surfaces)
	// noBroker means that nothing arrives at the harness's broker.
	noBroker bool
}

func verdictCases() map[string]verdictCase {
	fault := func(f simulator.Fault) func(*testing.T, *surfaces) {
		return func(_ *testing.T, s *surfaces) { s.harness.Cloud.SetFaults(f) }
	}
	return map[string]verdictCase{
		"all is well": {},
		"never signed in": {
			codes: []health.Code{health.CodeNotSignedIn},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				clitest.Must(t, os.Remove(filepath.Join(state, "tokens", "bob.json")))
				return nil
			},
		},
		"consent withdrawn": {
			codes: []health.Code{health.CodeSignInNeeded},
			prepare: func(t *testing.T, s *surfaces, state string) []string {
				t.Helper()
				s.harness.Cloud.Withdraw("Alice")
				refuseForGood(t, state, "alice")
				return nil
			},
		},
		"one refresh refused": {
			codes: []health.Code{health.CodeRefreshRetrying},
			during: func(_ *testing.T, s *surfaces) {
				s.harness.Cloud.Withdraw("Alice")
			},
		},
		"damaged token": {
			codes: []health.Code{health.CodeTokenCorrupt},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				clitest.WriteFile(t, filepath.Join(state, "tokens", "alice.json"), `{"version":`)
				return nil
			},
		},
		"token of a newer version": {
			codes: []health.Code{health.CodeTokenNewer},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				clitest.WriteFile(t, filepath.Join(state, "tokens", "alice.json"), `{"version": 99}`)
				return nil
			},
		},
		"wrong secret": {
			codes: []health.Code{health.CodeApplicationCredentials},
			prepare: func(t *testing.T, s *surfaces, state string) []string {
				t.Helper()
				s.harness.Cloud.SetFaults(simulator.Fault{
					Call: "v2/oauth2 *", Status: 503, Text: "Invalid Params: invalid client_secret",
				}, simulator.Fault{Call: "v2/signature *", Status: 503, Text: "Invalid Params: invalid client_secret"})
				expire(t, state, "alice")
				expire(t, state, "bob")
				return nil
			},
		},
		"one endpoint fails": {
			codes:  []health.Code{health.CodeEndpointFailing, health.CodeEndpointFailing},
			during: fault(simulator.Fault{Call: "measure getmeas", HTTP: http.StatusInternalServerError}),
		},
		"HTML instead of JSON": {
			codes:  []health.Code{health.CodeAPIFailing},
			during: fault(simulator.Fault{Call: "*", Shape: simulator.ShapeHTML}),
		},
		"connections break": {
			codes:  []health.Code{health.CodeAPIUnreachable},
			during: fault(simulator.Fault{Call: "*", Reset: true}),
		},
		"the token endpoint fails": {
			codes: []health.Code{health.CodeAPIFailing},
			prepare: func(t *testing.T, s *surfaces, state string) []string {
				t.Helper()
				s.harness.Cloud.SetFaults(simulator.Fault{Call: "v2/oauth2 *", HTTP: http.StatusBadGateway})
				expire(t, state, "alice")
				expire(t, state, "bob")
				return nil
			},
		},
		"scope not granted": {
			codes:  []health.Code{health.CodeEndpointForbidden},
			during: fault(simulator.Fault{Call: "v2/sleep getsummary", Person: "Alice", Status: 403}),
		},
		"too many requests": {
			codes:  []health.Code{health.CodeRateLimited},
			during: fault(simulator.Fault{Call: "*", Status: 601, Wait: time.Hour}),
		},
		"the API cannot be reached": {
			codes: []health.Code{health.CodeAPIUnreachable},
			prepare: func(t *testing.T, _ *surfaces, _ string) []string {
				t.Helper()
				return []string{"api: http://" + clitest.FreeAddress(t)}
			},
		},
		"the clock is wrong": {
			codes: []health.Code{health.CodeClockWrong},
			prepare: func(t *testing.T, s *surfaces, _ string) []string {
				t.Helper()
				return []string{"api: " + proxyWithClock(t, s.harness.CloudURL, -7*24*time.Hour)}
			},
		},
		"state cannot be stored": {
			codes: []health.Code{health.CodeStateNotStored},
			during: func(t *testing.T, s *surfaces) {
				t.Helper()
				// A folder in the place of a file, which not even root can replace. The
				// daemon may write the file again before the folder is there.
				file := filepath.Join(filepath.Dir(s.path), "state", "profiles", "alice.json")
				folder := filepath.Join(t.TempDir(), "alice.json")
				clitest.Must(t, os.MkdirAll(filepath.Join(folder, "in the way"), 0o700))
				clitest.Must(t, clitest.WaitFor(t.Context(), "the folder in the place of the file", func() bool {
					_ = os.Remove(file)
					return os.Rename(folder, file) == nil
				}))
				// A new value is in the archive; only a new topic is in the state.
				s.harness.Cloud.Temperature("Alice", "36.7", time.Now()) // clock: the daemon uses the real time
			},
		},
		"broker refuses": {
			codes:    []health.Code{health.CodeBrokerRefused},
			noBroker: true,
			prepare:  withBroker(broker.Options{Username: "vitals", Password: secret.New("br0ker")}),
		},
		"broker is down": {
			codes:    []health.Code{health.CodeBrokerUnreachable},
			noBroker: true,
			prepare: func(t *testing.T, _ *surfaces, _ string) []string {
				t.Helper()
				return []string{"mqtt: {url: mqtt://" + clitest.FreeAddress(t) + "}"}
			},
		},
		"broker with a size limit": {
			codes:    []health.Code{health.CodeMessageRefused},
			noBroker: true,
			prepare:  withBroker(broker.Options{MaxPacketSize: 4000}),
		},
		"another installation on the same topics": {
			codes: []health.Code{health.CodeSecondInstallation},
			during: func(t *testing.T, s *surfaces) {
				t.Helper()
				folder := t.TempDir()
				second := s.harness.Configure(t, folder, "[Carol]", "[weight_kg]")
				clitest.StartProgram(t, "--config", second, "run")
			},
		},
		"Home Assistant is gone": {
			codes: []health.Code{health.CodeHomeAssistantOffline},
			during: func(t *testing.T, s *surfaces) {
				t.Helper()
				publish(t, s.harness.Broker.URL(), "homeassistant/status", "offline")
			},
		},
		"notifications do not arrive": {
			codes: []health.Code{health.CodePushUnhealthy, health.CodePushUnhealthy},
			prepare: func(t *testing.T, _ *surfaces, _ string) []string {
				t.Helper()
				return []string{"notifications: {public_url: http://" + clitest.FreeAddress(t) + "}"}
			},
		},
	}
}

// TestEverySurfaceShowsTheSameVerdict causes each fault in a whole program and
// compares page, probes, commands, MQTT and log.
func TestEverySurfaceShowsTheSameVerdict(t *testing.T) {
	t.Parallel()
	cases := verdictCases()
	maps.Copy(cases, responseCases())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSurfaces(t, c)
			s.await(t, c.codes...)
			s.checkPage(t)
			s.checkCommands(t)
			if !c.noBroker {
				s.checkMQTT(t)
			}
			s.checkLog(t)
		})
	}
}

// startSurfaces starts a daemon for two signed-in profiles.
func startSurfaces(t *testing.T, c verdictCase) *surfaces {
	t.Helper()
	s := &surfaces{harness: clitest.Start(t), address: clitest.FreeAddress(t)}
	folder := t.TempDir()
	settings := []string{"web: {listen: " + s.address + "}", "log: {format: json}"}
	s.path = s.harness.Configure(t, folder, "[Alice, Bob]", "[weight_kg, sleep_score, temperature_c]", settings...)
	clitest.SignIn(t, s.path, "Alice", "Bob")
	if c.prepare != nil {
		changed := c.prepare(t, s, filepath.Join(folder, "state"))
		api := ""
		for _, line := range changed {
			if address, ok := strings.CutPrefix(line, "api: "); ok {
				api = address
				continue
			}
			settings = append(settings, line)
		}
		s.path = s.harness.Configure(t, folder, "[Alice, Bob]", "[weight_kg, sleep_score, temperature_c]", settings...)
		if api != "" {
			text := clitest.ReadFile(t, s.path)
			clitest.WriteFile(t, s.path, strings.Replace(text, "api_url: "+s.harness.CloudURL, "api_url: "+api, 1))
		}
	}
	s.daemon = clitest.StartProgram(t, "--config", s.path, "run")
	_, err := s.daemon.Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	if c.during != nil {
		s.await(t)
		c.during(t, s)
	}
	return s
}

// withBroker connects to another broker.
func withBroker(o broker.Options) func(*testing.T, *surfaces, string) []string {
	return func(t *testing.T, _ *surfaces, _ string) []string {
		t.Helper()
		return []string{"mqtt: {url: " + startBroker(t, o).URL() + "}"}
	}
}

// publish publishes a retained message as another program.
func publish(t *testing.T, address, topic, payload string) {
	t.Helper()
	client, err := mqtt.New(mqtt.Options{URL: address, ClientID: "other", StateTopic: "other/state"})
	clitest.Must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- client.Run(ctx) }()
	client.Set(topic, []byte(payload))
	clitest.Must(t, client.Flush(ctx))
	cancel()
	clitest.Must(t, <-ended)
}

func startBroker(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	o.Log = zerolog.Nop()
	started, err := broker.Start(o)
	clitest.Must(t, err)
	t.Cleanup(func() { clitest.Must(t, started.Close()) })
	return started
}

// refuseForGood makes the stored token one whose refusal is final.
func refuseForGood(t *testing.T, state, slug string) {
	t.Helper()
	store, err := tokenstore.New(state)
	clitest.Must(t, err)
	token, err := store.Load(t.Context(), slug)
	clitest.Must(t, err)
	now := time.Now() // clock: the daemon judges how long ago it was
	token.Refusals.Count, token.Refusals.First, token.Refusals.Last = 5, now.Add(-4*time.Hour), now
	token.Refusals.Final, token.Refusals.Status, token.Refusals.Text = true, 401, "invalid_token"
	token.Expiry = now.Add(-time.Hour)
	clitest.Must(t, store.Save(t.Context(), slug, token))
}

// expire makes the stored access token one that has expired.
func expire(t *testing.T, state, slug string) {
	t.Helper()
	store, err := tokenstore.New(state)
	clitest.Must(t, err)
	token, err := store.Load(t.Context(), slug)
	clitest.Must(t, err)
	token.Expiry = time.Now().Add(-time.Hour) // clock: the daemon compares it with the present
	clitest.Must(t, store.Save(t.Context(), slug, token))
}

// proxyWithClock passes requests on to the simulated cloud, with another clock.
func proxyWithClock(t *testing.T, cloud string, offset time.Duration) string {
	t.Helper()
	target, err := url.Parse(cloud)
	clitest.Must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	proxy.ModifyResponse = func(r *http.Response) error {
		shifted := time.Now().Add(offset) // clock: the daemon compares it with the present
		r.Header.Set("Date", shifted.UTC().Format(http.TimeFormat))
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
