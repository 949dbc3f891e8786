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

	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// failureCase is one way in which an arrangement can be wrong, and what the report
// must say then: a finding of this check and level, with these words, and the
// cure.
type failureCase struct {
	setup    setup
	sabotage func(s *harness)
	check    string
	level    doctor.Level
	text     string
	remedy   string
	kind     doctor.Kind
	// alsoFails says that other things fail as well.
	alsoFails bool
}

func denyTopics(prefix string, denyWrite bool) broker.Options {
	return broker.Options{Allow: func(topic string, write bool) bool { return write != denyWrite || !strings.HasPrefix(topic, prefix) }}
}

// respondWith lets the page answer some addresses with a respondWith.
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
		folderCases(), cloudCases(), brokerCases(), daemonCases(), homeAssistantCases(), notificationCases(), refusalCases(),
	} {
		maps.Copy(all, part)
	}
	return all
}

func folderCases() map[string]failureCase {
	return map[string]failureCase{
		"a warning in the configuration": {
			sabotage: func(s *harness) {
				s.input.Warnings = []doctor.ConfigMessage{{Text: "config.yaml:3:1: mqtt.listen: is only used with embedded"}}
			},
			check: "configuration", level: doctor.Warn, text: "mqtt.listen",
		},
		"no state folder": {
			sabotage: func(s *harness) { s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "nowhere")) },
			check:    "state folder", level: doctor.Warn, text: "does not exist yet", remedy: "mount a volume", alsoFails: true,
		},
		"a state folder that cannot be made": {
			sabotage: func(s *harness) {
				must(s.t, os.Symlink(filepath.Join(s.dir, "nowhere"), filepath.Join(s.dir, "dangling")))
				s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "dangling", "x", "state"))
			},
			check: "state folder", level: doctor.Fail, text: "may not make it", remedy: "set state_dir",
		},
		"a file in the folder's place": {
			sabotage: func(s *harness) { s.input.Folder = doctor.StateFolder(filepath.Join(s.dir, "notify.secret")) },
			check:    "state folder", level: doctor.Fail, text: "no folder", remedy: "state_dir",
		},
		"others can read a token": {
			sabotage: func(s *harness) { must(s.t, os.Chmod(filepath.Join(s.dir, "tokens", "alice.json"), 0o644)) },
			check:    "state folder", level: doctor.Warn, text: "alice.json (0644)", remedy: "0600",
		},
		"the page is busy": {
			sabotage: func(s *harness) { s.stopDaemon() },
			check:    "page", level: doctor.Fail, text: "address already in use", remedy: "web.listen",
		},
		"the page does not answer": {
			sabotage: func(s *harness) { s.page.Close() },
			check:    "page", level: doctor.Fail, text: "does not answer", remedy: "another configuration",
		},
		"the daemon is not well": {
			setup: setup{answer: respondWith(503, "/healthz")},
			check: "page", level: doctor.Warn, text: "not well", remedy: "log",
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
			check: "client id and secret", level: doctor.Fail, text: "does not accept", remedy: "developer portal",
		},
		"no cloud": {
			sabotage: func(s *harness) { s.input.Timeout = time.Second; s.api.Close() },
			check:    "client id and secret", level: doctor.Fail, text: "cannot be reached", remedy: "internet",
		},
		"a login page in between": {
			sabotage: func(s *harness) {
				s.input.Timeout = time.Second
				s.cloud.SetFaults(simulator.Fault{Shape: simulator.ShapeHTML})
			},
			check: "client id and secret", level: doctor.Fail, text: "not the cloud", remedy: "proxy",
		},
		"the cloud is in trouble": {
			sabotage: func(s *harness) {
				s.input.Timeout = time.Second
				s.cloud.SetFaults(simulator.Fault{Status: 2555})
			},
			check: "client id and secret", level: doctor.Fail, text: "in trouble", remedy: "later",
		},
		"too many requests": {
			sabotage: func(s *harness) { s.cloud.SetFaults(simulator.Fault{Status: 601}) },
			check:    "client id and secret", level: doctor.Warn, text: "left alone", remedy: "client id",
		},
		"a clock that is off": {
			sabotage: func(s *harness) { s.input.Cloud = skewedCloud{s.input.Cloud, -7 * time.Minute} },
			check:    "clock", level: doctor.Fail, text: "7m0s behind", remedy: "timedatectl",
		},
		"a clock that is a little off": {
			sabotage: func(s *harness) { s.input.Cloud = skewedCloud{s.input.Cloud, time.Minute} },
			check:    "clock", level: doctor.Warn, text: "1m0s ahead", remedy: "timedatectl",
		},
		"nobody signed in": {
			sabotage: func(s *harness) { must(s.t, s.store.Delete(s.t.Context(), "alice")) },
			check:    "sign-in", level: doctor.Fail, text: "nobody has signed in", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a damaged token": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "tokens", "alice.json"), []byte("hunter2"), 0o600))
			},
			check: "sign-in", level: doctor.Fail, text: "damaged", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token that nobody used for years": {
			sabotage: func(s *harness) {
				old := time.Now().Add(-400 * 24 * time.Hour) // clock: what is examined lives now
				must(s.t, os.Chtimes(filepath.Join(s.dir, "tokens", "alice.json"), old, old))
			},
			check: "sign-in", level: doctor.Fail, text: "year", remedy: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token that the daemon should have renewed": {
			sabotage: func(s *harness) { s.cloud.Withdraw("Alice") },
			check:    "sign-in", level: doctor.Warn, text: "wants it renewed", remedy: "status",
		},
		"two people with one account": {
			sabotage: func(s *harness) {
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				must(s.t, s.store.Save(s.t.Context(), "bob", token))
				s.input.Profiles = append(s.input.Profiles, doctor.Profile{Name: "Bob", Slug: "bob", WantedCategories: s.input.Profiles[0].WantedCategories})
			},
			check: "sign-in", level: doctor.Fail, text: "same account as that of Alice", remedy: "logout bob",
		},
		"a scope that was not granted": {
			setup: setup{scopes: []string{"user.info", "user.metrics"}},
			check: "consent", level: doctor.Warn, text: "leaves out user.activity, so 2 keys", remedy: "login alice, and allow everything",
		},
		"a callback address without https": {
			sabotage: func(s *harness) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.input.CallbackURL = "http://homeserver.lan/oauth/callback"
				s.input.Web = unreachableWeb{s.input.Web}
			},
			check: "callback address", level: doctor.Warn, text: "not https", remedy: "--paste", alsoFails: true,
		},
		"a callback address that the portal refuses": {
			sabotage: func(s *harness) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.input.Config.Withings.APIURL = "https://wbsapi.withings.net"
			},
			check: "callback address", level: doctor.Warn, text: "network's own", remedy: "--paste", alsoFails: true,
		},
		"a callback address that leads elsewhere": {
			setup: setup{answer: respondWith(404, "/oauth/callback")},
			check: "callback address", level: doctor.Warn, text: "HTTP 404", remedy: "--paste",
		},
	}
}

func brokerCases() map[string]failureCase {
	return map[string]failureCase{
		"no broker": {
			sabotage: func(s *harness) { must(s.t, s.broker.Close()) },
			check:    "broker", level: doctor.Fail, text: "connection refused", remedy: "is the broker running", kind: doctor.Broker,
		},
		"a wrong password": {
			setup:    setup{broker: broker.Options{Username: "u", Password: secret.New("right")}, mqtt: ", username: u, password: right"},
			sabotage: func(s *harness) { s.input.Config.MQTT.Password = secret.New("wrong"); s.reloadBroker() },
			check:    "broker", level: doctor.Fail, text: "does not accept", remedy: "users of Home Assistant", kind: doctor.Broker,
		},
		"an encrypted port spoken to in the clear": {
			sabotage: func(s *harness) {
				s.input.Config.MQTT.URL = strings.Replace(s.broker.URL(), "mqtt:", "mqtts:", 1)
				s.reloadBroker()
			},
			check: "broker", level: doctor.Fail, text: "mqtts://", remedy: "mqtt", kind: doctor.Broker,
		},
		"the daemon's own broker does not answer": {
			sabotage: func(s *harness) { s.useEmbeddedBroker(); must(s.t, s.broker.Close()) },
			check:    "broker", level: doctor.Fail, text: "embedded", remedy: "see the daemon's log", kind: doctor.Broker,
		},
		"the daemon's own broker denies something": {
			setup:    setup{broker: denyTopics("vitals2mqtt/bridge/doctor", true)},
			sabotage: func(s *harness) { s.useEmbeddedBroker() },
			check:    "broker permissions", level: doctor.Fail, text: "does not come back", remedy: "see the daemon's log",
		},
		"the daemon's own broker on any port": {
			sabotage: func(s *harness) { s.useEmbeddedBroker(); s.input.Config.MQTT.Listen = "127.0.0.1:0" },
			check:    "broker", level: doctor.Skip, text: "port",
		},
		"a broker without retained wills": {
			sabotage: func(s *harness) {
				s.input.Broker = func(context.Context, mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
					return mqtt.ProbeResult{}, fmt.Errorf("%w: %w: EOF", mqtt.ErrWillRefused, mqtt.ErrUnreachable)
				}
			},
			check: "broker", level: doctor.Fail, text: "last will", remedy: "retain_available", kind: doctor.Broker,
		},
		"writing denied": {
			setup: setup{broker: denyTopics("vitals2mqtt/bridge/doctor", true)},
			check: "broker permissions", level: doctor.Fail, text: "does not come back", remedy: "vitals2mqtt/#",
		},
		"reading denied": {
			setup: setup{broker: denyTopics("vitals2mqtt/bridge/request", false)},
			check: "broker permissions", level: doctor.Fail, text: "subscribe to vitals2mqtt/bridge/request/refresh", remedy: "access list",
		},
		"nothing retained": {
			setup: setup{broker: broker.Options{DiscardRetained: true}},
			check: "broker permissions", level: doctor.Fail, text: "retained", remedy: "retain_available",
		},
		"documents denied": {
			setup: setup{broker: denyTopics("homeassistant/device/", true)},
			check: "broker permissions", level: doctor.Fail, text: "documents do not get through", remedy: "homeassistant/device/+/config",
		},
		"a last will denied": {
			setup: setup{broker: broker.Options{Allow: func(topic string, write bool) bool {
				return !write || !strings.HasSuffix(topic, "/will")
			}}},
			check: "broker permissions", level: doctor.Fail, text: "last will", remedy: "vitals2mqtt/#",
		},
		"another broker than the daemon's": {
			sabotage: func(s *harness) {
				s.daemon.Clear(s.input.Site.Tree.BridgeHealth())
				s.flush()
				s.input.Site.Tree.Base = "elsewhere"
			},
			check: "bridge", level: doctor.Fail, text: "does not hear", remedy: "log",
		},
		"a daemon that hangs": {
			sabotage: func(s *harness) { s.publishHealth(time.Now().Add(-time.Hour)); s.flush() }, // clock: what is examined lives now
			check:    "bridge", level: doctor.Warn, text: "1 hour", remedy: "restart",
		},
		"another daemon elsewhere": {
			sabotage: func(s *harness) { s.stopDaemon(); s.input.Config.Web.Enabled = false },
			check:    "bridge", level: doctor.Warn, text: "no daemon runs here", remedy: "base_topic",
		},
	}
}
