// SPDX-License-Identifier: MIT

package doctor_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// failureCase is one way in which a setup can be wrong, and what the report
// must have then: a finding with this code, and words in its text and remedy.
type failureCase struct {
	setup    setup
	sabotage func(s *harness)
	code     doctor.Code
	text     string
	remedy   string
	kind     doctor.Kind
	// alsoFails is set when other checks fail as well.
	alsoFails bool
}

func denyTopics(prefix string, denyWrite bool) broker.Options {
	return broker.Options{Allow: func(topic string, write bool) bool {
		return write != denyWrite || !strings.HasPrefix(topic, prefix)
	}}
}

// respondWith lets the page respond with a status below a path.
func respondWith(code int, path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) && r.Header.Get("User-Agent") != "" {
			w.WriteHeader(code)
		}
	}
}

func failureCases() map[string]failureCase {
	all := map[string]failureCase{}
	for _, part := range []map[string]failureCase{
		folderCases(), accessCases(), cloudCases(), brokerCases(), daemonCases(), verdictCases(), homeAssistantCases(),
		notificationCases(), refusalCases(),
	} {
		maps.Copy(all, part)
	}
	return all
}

func folderCases() map[string]failureCase {
	return map[string]failureCase{
		"a warning in the configuration": {
			sabotage: func(s *harness) {
				s.input.Warnings = []config.Warning{{Path: "mqtt.listen", Code: config.CodeIgnored, Text: "is only used"}}
			},
			code: "config_warning", text: "mqtt.listen",
		},
		"no state directory": {
			sabotage: func(s *harness) { s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "nowhere")) },
			code:     "state_dir_missing", text: "does not exist yet", remedy: "mount a volume", alsoFails: true,
		},
		"a state directory that cannot be created": {
			sabotage: func(s *harness) {
				must(s.t, os.Symlink(filepath.Join(s.dir, "nowhere"), filepath.Join(s.dir, "dangling")))
				s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "dangling", "x", "state"))
			},
			code: "state_dir_not_creatable", text: "cannot be created", remedy: "set state_dir",
		},
		"a file instead of the state directory": {
			sabotage: func(s *harness) { s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "notify.secret")) },
			code:     "state_dir_invalid", text: "is a file, not a directory", remedy: "another directory",
		},
		"others can read many files": {
			sabotage: func(s *harness) {
				for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
					path := filepath.Join(s.dir, name)
					must(s.t, os.WriteFile(path, nil, 0o600))
					must(s.t, os.Chmod(path, 0o604))
				}
			},
			code: "state_dir_exposed", text: "users: a (0604), b (0604), c (0604), d (0604), e (0604)\n", remedy: "0600",
		},
		"others can read a token": {
			sabotage: func(s *harness) { must(s.t, os.Chmod(filepath.Join(s.dir, "tokens", "alice.json"), 0o644)) },
			code:     "state_dir_exposed", text: "alice.json (0644)", remedy: "chmod -R go= /",
		},
		"the port of the page is in use": {
			sabotage: func(s *harness) { s.stopDaemon() },
			code:     "page_port_unavailable", text: "address already in use", remedy: "web.listen",
		},
		"the page does not respond": {
			sabotage: func(s *harness) { s.page.Close() },
			code:     "page_unreachable", text: "connection refused", remedy: "another configuration",
		},
		"the daemon is unhealthy": {
			setup: setup{answer: respondWith(503, "/healthz")},
			code:  "page_unhealthy", text: "unhealthy", remedy: "log",
		},
	}
}

func cloudCases() map[string]failureCase {
	return map[string]failureCase{
		"a wrong client secret": {
			sabotage: func(s *harness) {
				cloud, err := doctor.NewCloud(withings.Options{
					ClientID: s.cloud.ClientID(), ClientSecret: secret.New("another"), APIURL: s.api.URL,
				}, s.dir)
				must(s.t, err)
				s.input.Cloud = cloud
			},
			code: "application_credentials", text: "status 342", remedy: "developer portal",
		},
		"no API": {
			sabotage: func(s *harness) { s.api.Close() },
			code:     "api_unreachable", text: "cannot reach the Withings API: connection refused", remedy: "internet access",
		},
		"a login page instead of the API": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{Shape: simulator.ShapeHTML}) },
			code:     "api_unexpected_response", text: "unexpected response", remedy: "proxy",
		},
		"the API is failing": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{Status: 2555}) },
			code:     "api_failing", text: "status 2555", remedy: "later",
		},
		"the API is failing with HTTP alone": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{HTTP: 503}) },
			code:     "api_failing", text: "the Withings API is failing: HTTP 503", remedy: "later",
		},
		"a refusal that does not say of what": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{Status: 293, Text: "wrong parameters"}) },
			code:     "credentials_unproven", text: "status 293: wrong parameters", remedy: "compare withings.client_id",
		},
		"too many requests": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{Status: 601}) },
			code:     "api_rate_limited", text: "rate limited", remedy: "client id",
		},
		"a clock that is off": {
			sabotage: func(s *harness) { s.input.Cloud = skewedCloud{s.input.Cloud, -7 * time.Minute} },
			code:     "clock_wrong", text: "7 min behind", remedy: "timedatectl",
		},
		"a clock that is a little off": {
			sabotage: func(s *harness) { s.input.Cloud = skewedCloud{s.input.Cloud, time.Minute} },
			code:     "clock_off", text: "1 min ahead of", remedy: "timedatectl",
		},
		"not signed in": {
			sabotage: func(s *harness) { must(s.t, s.store.Delete(s.t.Context(), "alice")) },
			code:     "not_signed_in", text: "not signed in", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"not signed in, with a callback elsewhere": {
			sabotage: func(s *harness) {
				s.input.CallbackIsExternal = true
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
			},
			code: "not_signed_in", text: "not signed in", remedy: "vitals2mqtt login alice --paste", kind: doctor.SignIn,
		},
		"a damaged token": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "tokens", "alice.json"), []byte("hunter2"), 0o600))
			},
			code: "token_corrupt", text: "corrupt: invalid JSON", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a damaged token that the daemon has moved aside": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "tokens", "alice.json"), []byte("hunter2"), 0o600))
				if _, err := s.store.Load(s.t.Context(), "alice"); err == nil {
					s.t.Error("the damaged token was accepted")
				}
			},
			code: "token_corrupt", text: "alice.json.broken-", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token of a newer version": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "tokens", "alice.json"), []byte(`{"version":99}`), 0o600))
			},
			code: "token_newer", text: "alice.json was written by a newer version", remedy: "update vitals2mqtt",
		},
		"a profile that is no longer configured": {
			sabotage: func(s *harness) { s.input.Former = []doctor.Profile{{Name: "Bob", Slug: "bob"}} },
			code:     "former_profile", text: "no longer configured", remedy: "vitals2mqtt purge bob",
		},
		"an old token": {
			sabotage: func(s *harness) {
				old := time.Now().Add(-400 * 24 * time.Hour) // clock: what is examined lives now
				must(s.t, os.Chtimes(filepath.Join(s.dir, "tokens", "alice.json"), old, old))
			},
			code: "token_expired", text: "year", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token that the daemon should have refreshed": {
			sabotage: func(s *harness) { s.cloud.Withdraw("Alice") },
			code:     "token_refresh_due", text: "refresh is due", remedy: "status",
		},
		"two profiles with one account": {
			sabotage: func(s *harness) {
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				must(s.t, s.store.Save(s.t.Context(), "bob", token))
				bob := doctor.Profile{Name: "Bob", Slug: "bob", WantedCategories: s.input.Profiles[0].WantedCategories}
				s.input.Profiles = append(s.input.Profiles, bob)
			},
			code: "account_shared", text: "same account as Alice", remedy: "logout bob",
		},
		"a scope that was not granted": {
			setup:  setup{scopes: []string{"user.info", "user.metrics"}},
			code:   "consent_incomplete",
			text:   "missing scope user.activity; 2 keys",
			remedy: "login alice, and allow everything",
		},
		"a scope that was not granted, without push": {
			setup: setup{scopes: []string{"user.info", "user.metrics"}},
			sabotage: func(s *harness) {
				s.input.Config.Notifications.PublicURL = ""
				s.input.Profiles[0].Keys = append(s.input.Profiles[0].Keys, "in_bed")
			},
			code: "consent_incomplete", text: "missing scope user.activity; 2 keys", remedy: "login alice, and allow everything",
		},
		"a callback address without https": {
			sabotage: func(s *harness) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.input.CallbackURL = "http://homeserver.lan/oauth/callback"
				s.input.Web = unreachableWeb{s.input.Web}
			},
			code: "callback_not_https", text: "not https", remedy: "--paste", alsoFails: true,
		},
		"a callback address that the portal refuses": {
			sabotage: func(s *harness) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.input.Config.Withings.APIURL = "https://wbsapi.withings.net"
			},
			code: "callback_private", text: "private address", remedy: "--paste", alsoFails: true,
		},
		"a callback address that leads elsewhere": {
			setup: setup{answer: respondWith(404, "/oauth/callback")},
			code:  "callback_elsewhere", text: "HTTP 404", remedy: "--paste",
		},
	}
}

func brokerCases() map[string]failureCase {
	return map[string]failureCase{
		"no broker": {
			sabotage: func(s *harness) { must(s.t, s.broker.Close()) },
			code:     "broker_unreachable", text: "connection refused", remedy: "broker is running", kind: doctor.Broker,
		},
		"a wrong password": {
			setup: setup{
				broker: broker.Options{Username: "u", Password: secret.New("right")}, mqtt: ", username: u, password: right",
			},
			sabotage: func(s *harness) { s.input.Config.MQTT.Password = secret.New("wrong"); s.reloadBroker() },
			code:     "broker_refused",
			text:     "rejected mqtt.username",
			remedy:   "users of Home Assistant",
			kind:     doctor.Broker,
		},
		"TLS to a plain port": {
			sabotage: func(s *harness) {
				s.input.Config.MQTT.URL = strings.Replace(s.broker.URL(), "mqtt:", "mqtts:", 1)
				s.reloadBroker()
			},
			code: "broker_unreachable", text: "mqtts://", remedy: "instead of mqtts://", kind: doctor.Broker,
		},
		"the embedded broker does not respond": {
			sabotage: func(s *harness) { s.useEmbeddedBroker(); must(s.t, s.broker.Close()) },
			code:     "broker_unreachable", text: "embedded", remedy: "check the daemon's log", kind: doctor.Broker,
		},
		"the embedded broker denies something": {
			setup:    setup{broker: denyTopics("vitals2mqtt/bridge/doctor", true)},
			sabotage: func(s *harness) { s.useEmbeddedBroker() },
			code:     "publish_denied", text: "not delivered", remedy: "check the daemon's log",
		},
		"the embedded broker on any port": {
			sabotage: func(s *harness) { s.useEmbeddedBroker(); s.input.Config.MQTT.Listen = "127.0.0.1:0" },
			code:     "broker_embedded_port", text: "port",
		},
		"a broker without retained wills": {
			sabotage: func(s *harness) {
				s.input.Broker = func(context.Context, mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
					return mqtt.ProbeResult{}, fmt.Errorf("%w: %w: EOF", mqtt.ErrWillRefused, mqtt.ErrUnreachable)
				}
			},
			code: "broker_rejects_will", text: "last will", remedy: "retain_available", kind: doctor.Broker,
		},
		"writing denied": {
			setup: setup{broker: denyTopics("vitals2mqtt/bridge/doctor", true)},
			code:  "publish_denied", text: "not delivered", remedy: "vitals2mqtt/#",
		},
		"reading denied": {
			setup: setup{broker: denyTopics("vitals2mqtt/bridge/request", false)},
			code:  "subscribe_denied", text: "vitals2mqtt/bridge/request/refresh", remedy: "access list",
		},
		"nothing retained": {
			setup: setup{broker: broker.Options{DiscardRetained: true}},
			code:  "retain_denied", text: "retained", remedy: "retain_available",
		},
		"documents denied": {
			setup: setup{broker: denyTopics("homeassistant/device/", true)},
			code:  "discovery_denied", text: "below homeassistant/", remedy: "homeassistant/device/+/config",
		},
		"a last will denied": {
			setup: setup{broker: broker.Options{Allow: func(topic string, write bool) bool {
				return !write || !strings.HasSuffix(topic, "/will")
			}}},
			code: "will_denied", text: "last will", remedy: "vitals2mqtt/#",
		},
		"another broker than the daemon's": {
			sabotage: func(s *harness) {
				s.daemon.Clear(s.input.Site.Tree.BridgeHealth())
				s.flush()
				s.input.Site.Tree.Base = "elsewhere"
			},
			code: "bridge_elsewhere", text: "publishes nothing", remedy: "log",
		},
		"a daemon that hangs": {
			sabotage: func(s *harness) {
				s.publishHealth(time.Now().Add(-time.Hour)) // clock: the report is compared with the present
				s.flush()
			},
			code: "bridge_silent", text: "1 hour", remedy: "restart",
		},
		"another daemon elsewhere": {
			sabotage: func(s *harness) { s.stopDaemon(); s.input.Config.Web.Enabled = false },
			code:     "bridge_other_client", text: "below vitals2mqtt/", remedy: "base_topic",
		},
	}
}
