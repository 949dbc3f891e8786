package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// broken is one way in which an arrangement can be wrong, and what the report
// must say then: a finding of this check and level, with these words, and the
// cure.
type broken struct {
	plan  plan
	wreck func(s *stage)
	check string
	level doctor.Level
	text  string
	cure  string
	kind  doctor.Kind
	// more says that other things fail as well.
	more bool
}

func deny(prefix string, denyWrite bool) broker.Options {
	return broker.Options{Allow: func(topic string, write bool) bool { return write != denyWrite || !strings.HasPrefix(topic, prefix) }}
}

// status lets the page answer some addresses with a status.
func status(code int, path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) && r.Header.Get("User-Agent") != "" {
			w.WriteHeader(code)
		}
	}
}

func ways() map[string]broken {
	all := map[string]broken{}
	for _, part := range []map[string]broken{
		folderWays(), cloudWays(), brokerWays(), daemonWays(), homeWays(), notifyWays(), refusedWays(),
	} {
		maps.Copy(all, part)
	}
	return all
}

func folderWays() map[string]broken {
	return map[string]broken{
		"a warning in the configuration": {
			wreck: func(s *stage) {
				s.kase.Warnings = []doctor.Remark{{Text: "config.yaml:3:1: mqtt.listen: is only used with embedded"}}
			},
			check: "configuration", level: doctor.Warn, text: "mqtt.listen",
		},
		"no state folder": {
			wreck: func(s *stage) { s.kase.Folder = doctor.StateFolder(filepath.Join(s.dir, "nowhere")) },
			check: "state folder", level: doctor.Warn, text: "does not exist yet", cure: "mount a volume", more: true,
		},
		"a state folder that cannot be made": {
			wreck: func(s *stage) {
				must(s.t, os.Symlink(filepath.Join(s.dir, "nowhere"), filepath.Join(s.dir, "dangling")))
				s.kase.Folder = doctor.StateFolder(filepath.Join(s.dir, "dangling", "x", "state"))
			},
			check: "state folder", level: doctor.Fail, text: "may not make it", cure: "set state_dir",
		},
		"a file in the folder's place": {
			wreck: func(s *stage) { s.kase.Folder = doctor.StateFolder(filepath.Join(s.dir, "notify.secret")) },
			check: "state folder", level: doctor.Fail, text: "no folder", cure: "state_dir",
		},
		"others can read a token": {
			wreck: func(s *stage) { must(s.t, os.Chmod(filepath.Join(s.dir, "tokens", "alice.json"), 0o644)) },
			check: "state folder", level: doctor.Warn, text: "alice.json (0644)", cure: "0600",
		},
		"the page is busy": {
			wreck: func(s *stage) { s.stop() },
			check: "page", level: doctor.Fail, text: "address already in use", cure: "web.listen",
		},
		"the page does not answer": {
			wreck: func(s *stage) { s.page.Close() },
			check: "page", level: doctor.Fail, text: "does not answer", cure: "another configuration",
		},
		"the daemon is not well": {
			plan:  plan{answer: status(503, "/healthz")},
			check: "page", level: doctor.Warn, text: "not well", cure: "log",
		},
	}
}

func cloudWays() map[string]broken {
	return map[string]broken{
		"a wrong client secret": {
			wreck: func(s *stage) {
				cloud, err := doctor.HealthCloud(withings.Options{
					ClientID: s.cloud.ClientID(), ClientSecret: secret.New("another"), APIURL: s.api.URL,
				}, s.dir)
				must(s.t, err)
				s.kase.Cloud = cloud
			},
			check: "client id and secret", level: doctor.Fail, text: "does not accept", cure: "developer portal",
		},
		"no cloud": {
			wreck: func(s *stage) { s.kase.Patience = time.Second; s.api.Close() },
			check: "client id and secret", level: doctor.Fail, text: "cannot be reached", cure: "internet",
		},
		"a login page in between": {
			wreck: func(s *stage) {
				s.kase.Patience = time.Second
				s.cloud.SetFaults(simulator.Fault{Shape: simulator.ShapeHTML})
			},
			check: "client id and secret", level: doctor.Fail, text: "not the cloud", cure: "proxy",
		},
		"the cloud is in trouble": {
			wreck: func(s *stage) {
				s.kase.Patience = time.Second
				s.cloud.SetFaults(simulator.Fault{Status: 2555})
			},
			check: "client id and secret", level: doctor.Fail, text: "in trouble", cure: "later",
		},
		"too many requests": {
			wreck: func(s *stage) { s.cloud.SetFaults(simulator.Fault{Status: 601}) },
			check: "client id and secret", level: doctor.Warn, text: "left alone", cure: "client id",
		},
		"a clock that is off": {
			wreck: func(s *stage) { s.kase.Cloud = skewed{s.kase.Cloud, -7 * time.Minute} },
			check: "clock", level: doctor.Fail, text: "7m0s behind", cure: "timedatectl",
		},
		"a clock that is a little off": {
			wreck: func(s *stage) { s.kase.Cloud = skewed{s.kase.Cloud, time.Minute} },
			check: "clock", level: doctor.Warn, text: "1m0s ahead", cure: "timedatectl",
		},
		"nobody signed in": {
			wreck: func(s *stage) { must(s.t, s.store.Delete(s.t.Context(), "alice")) },
			check: "sign-in", level: doctor.Fail, text: "nobody has signed in", cure: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a damaged token": {
			wreck: func(s *stage) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "tokens", "alice.json"), []byte("hunter2"), 0o600))
			},
			check: "sign-in", level: doctor.Fail, text: "damaged", cure: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token that nobody used for years": {
			wreck: func(s *stage) {
				old := time.Now().Add(-400 * 24 * time.Hour) // clock: what is examined lives now
				must(s.t, os.Chtimes(filepath.Join(s.dir, "tokens", "alice.json"), old, old))
			},
			check: "sign-in", level: doctor.Fail, text: "year", cure: "vitals2mqtt login alice", kind: doctor.SignIn,
		},
		"a token that the daemon should have renewed": {
			wreck: func(s *stage) { s.cloud.Withdraw("Alice") },
			check: "sign-in", level: doctor.Warn, text: "wants it renewed", cure: "status",
		},
		"two people with one account": {
			wreck: func(s *stage) {
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				must(s.t, s.store.Save(s.t.Context(), "bob", token))
				s.kase.People = append(s.kase.People, doctor.Person{Name: "Bob", Slug: "bob", Wanted: s.kase.People[0].Wanted})
			},
			check: "sign-in", level: doctor.Fail, text: "same account as that of Alice", cure: "logout bob",
		},
		"a scope that was not granted": {
			plan:  plan{scopes: []string{"user.info", "user.metrics"}},
			check: "consent", level: doctor.Warn, text: "leaves out user.activity, so 2 keys", cure: "login alice, and allow everything",
		},
		"a callback address without https": {
			wreck: func(s *stage) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.kase.Callback = "http://homeserver.lan/oauth/callback"
				s.kase.Web = nowhere{s.kase.Web}
			},
			check: "callback address", level: doctor.Warn, text: "not https", cure: "--paste", more: true,
		},
		"a callback address that the portal refuses": {
			wreck: func(s *stage) {
				must(s.t, s.store.Delete(s.t.Context(), "alice"))
				s.kase.Config.Withings.APIURL = "https://wbsapi.withings.net"
			},
			check: "callback address", level: doctor.Warn, text: "network's own", cure: "--paste", more: true,
		},
		"a callback address that leads elsewhere": {
			plan:  plan{answer: status(404, "/oauth/callback")},
			check: "callback address", level: doctor.Warn, text: "HTTP 404", cure: "--paste",
		},
	}
}

func brokerWays() map[string]broken {
	return map[string]broken{
		"no broker": {
			wreck: func(s *stage) { must(s.t, s.broker.Close()) },
			check: "broker", level: doctor.Fail, text: "connection refused", cure: "is the broker running", kind: doctor.Broker,
		},
		"a wrong password": {
			plan:  plan{broker: broker.Options{Username: "u", Password: secret.New("right")}, mqtt: ", username: u, password: right"},
			wreck: func(s *stage) { s.kase.Config.MQTT.Password = secret.New("wrong"); s.reach() },
			check: "broker", level: doctor.Fail, text: "does not accept", cure: "users of Home Assistant", kind: doctor.Broker,
		},
		"an encrypted port spoken to in the clear": {
			wreck: func(s *stage) {
				s.kase.Config.MQTT.URL = strings.Replace(s.broker.URL(), "mqtt:", "mqtts:", 1)
				s.reach()
			},
			check: "broker", level: doctor.Fail, text: "mqtts://", cure: "mqtt", kind: doctor.Broker,
		},
		"the daemon's own broker does not answer": {
			wreck: func(s *stage) { s.embed(); must(s.t, s.broker.Close()) },
			check: "broker", level: doctor.Fail, text: "embedded", cure: "see the daemon's log", kind: doctor.Broker,
		},
		"the daemon's own broker denies something": {
			plan:  plan{broker: deny("vitals2mqtt/bridge/doctor", true)},
			wreck: func(s *stage) { s.embed() },
			check: "broker permissions", level: doctor.Fail, text: "does not come back", cure: "see the daemon's log",
		},
		"the daemon's own broker on any port": {
			wreck: func(s *stage) { s.embed(); s.kase.Config.MQTT.Listen = "127.0.0.1:0" },
			check: "broker", level: doctor.Skip, text: "port",
		},
		"a broker without retained wills": {
			wreck: func(s *stage) {
				s.kase.Broker = func(context.Context, mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
					return mqtt.ProbeResult{}, fmt.Errorf("%w: %w: EOF", mqtt.ErrWillRefused, mqtt.ErrUnreachable)
				}
			},
			check: "broker", level: doctor.Fail, text: "last will", cure: "retain_available", kind: doctor.Broker,
		},
		"writing denied": {
			plan:  plan{broker: deny("vitals2mqtt/bridge/doctor", true)},
			check: "broker permissions", level: doctor.Fail, text: "does not come back", cure: "vitals2mqtt/#",
		},
		"reading denied": {
			plan:  plan{broker: deny("vitals2mqtt/bridge/request", false)},
			check: "broker permissions", level: doctor.Fail, text: "subscribe to vitals2mqtt/bridge/request/refresh", cure: "access list",
		},
		"nothing retained": {
			plan:  plan{broker: broker.Options{DiscardRetained: true}},
			check: "broker permissions", level: doctor.Fail, text: "retained", cure: "retain_available",
		},
		"documents denied": {
			plan:  plan{broker: deny("homeassistant/device/", true)},
			check: "broker permissions", level: doctor.Fail, text: "documents do not get through", cure: "homeassistant/device/+/config",
		},
		"a last will denied": {
			plan: plan{broker: broker.Options{Allow: func(topic string, write bool) bool {
				return !write || !strings.HasSuffix(topic, "/will")
			}}},
			check: "broker permissions", level: doctor.Fail, text: "last will", cure: "vitals2mqtt/#",
		},
		"another broker than the daemon's": {
			wreck: func(s *stage) {
				s.daemon.Clear(s.kase.Site.Tree.BridgeHealth())
				s.flush()
				s.kase.Site.Tree.Base = "elsewhere"
			},
			check: "bridge", level: doctor.Fail, text: "does not hear", cure: "log",
		},
		"a daemon that hangs": {
			wreck: func(s *stage) { s.report(time.Now().Add(-time.Hour)); s.flush() }, // clock: what is examined lives now
			check: "bridge", level: doctor.Warn, text: "1 hour", cure: "restart",
		},
		"another daemon elsewhere": {
			wreck: func(s *stage) { s.stop(); s.kase.Config.Web.Enabled = false },
			check: "bridge", level: doctor.Warn, text: "no daemon runs here", cure: "base_topic",
		},
	}
}

func homeWays() map[string]broken {
	return map[string]broken{
		"home assistant is gone": {
			wreck: func(s *stage) { s.daemon.Set("homeassistant/status", []byte("offline")); s.flush() },
			check: "Home Assistant", level: doctor.Warn, text: "goodbye", cure: "start it",
		},
		"home assistant says something else": {
			wreck: func(s *stage) { s.daemon.Set("homeassistant/status", []byte("hello")); s.flush() },
			check: "Home Assistant", level: doctor.Warn, text: "not what", cure: "birth_payload",
		},
		"home assistant cannot be seen": {
			wreck: func(s *stage) { s.daemon.Clear("homeassistant/status"); s.flush() },
			check: "Home Assistant", level: doctor.Skip, text: "nothing is retained",
		},
		"documents of somebody who is gone": {
			wreck: func(s *stage) { s.lay(s.kase.Site, "carol") },
			check: "discovery documents", level: doctor.Warn, text: "1 are about people who are not in the configuration", cure: "started",
		},
		"documents of a former installation": {
			wreck: func(s *stage) {
				former := s.kase.Site
				former.Identity.Instance = "deadbeef"
				s.lay(former, "alice")
			},
			check: "discovery documents", level: doctor.Warn, text: "another state folder", cure: "mosquitto_pub",
		},
		"documents of a folder that cannot be read": {
			wreck: func(s *stage) { s.kase.Site.Identity.Instance = "" },
			check: "discovery documents", level: doctor.Skip, text: "cannot be told",
		},
		"documents that the daemon is about to write": {
			wreck: func(s *stage) {
				former := s.kase.Site
				former.Identity.Instance = "deadbeef"
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				s.layFor(former, "alice", token.UserID)
				scale := discovery.Device(former, discovery.Thing{Device: sensors.Device{ID: "0123456789ab"}, Name: "Scale"})
				s.daemon.Set(scale.Topic(former.Tree), scale.JSON())
				s.flush()
			},
			check: "discovery documents", level: doctor.OK, text: "all in use",
		},
		"documents of another one are fine": {
			wreck: func(s *stage) {
				other := s.kase.Site
				other.Identity.Instance, other.Tree.Base = "deadbeef", "other"
				s.lay(other, "alice")
			},
			check: "discovery documents", level: doctor.OK, text: "1 are of another",
		},
		"no documents": {
			wreck: func(s *stage) { s.daemon.Clear(discovery.Bridge(s.kase.Site).Topic(s.kase.Site.Tree)); s.flush() },
			check: "discovery documents", level: doctor.Warn, text: "none of its documents", cure: "retained",
		},
	}
}

func notifyWays() map[string]broken {
	return map[string]broken{
		"a listener that does not answer": {
			wreck: func(s *stage) { s.kase.Listener = func(context.Context, string) error { return push.ErrNoAnswer } },
			check: "notifications", level: doctor.Fail, text: "another program on its port", cure: "notifications.listen",
		},
		"a public address that is not ours": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 404, nil} },
			check: "notifications", level: doctor.Fail, text: "does not know our secret", cure: "proxy",
		},
		"a login page before it": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 302, nil} },
			check: "notifications", level: doctor.Fail, text: "redirect", cure: "/notify/",
		},
		"a password before it": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 401, nil} },
			check: "notifications", level: doctor.Fail, text: "HTTP 401", cure: "/notify/",
		},
		"a proxy without a daemon": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 502, nil} },
			check: "notifications", level: doctor.Fail, text: "does not reach", cure: "notifications.listen",
		},
		"an unknown name": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 0, errors.New("lookup x: no such host")} },
			check: "notifications", level: doctor.Fail, text: "not known", cure: "DNS",
		},
		"a bad certificate": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 0, errors.New("x509: certificate has expired")} },
			check: "notifications", level: doctor.Fail, text: "not trusted", cure: "renew",
		},
		"a router that does not lead back": {
			wreck: func(s *stage) { s.kase.Web = elsewhere{s.kase.Web, 0, errors.New("i/o timeout")} },
			check: "notifications", level: doctor.Warn, text: "from here", cure: "phone",
		},
		"a weak secret": {
			wreck: func(s *stage) { must(s.t, os.WriteFile(filepath.Join(s.dir, "notify.secret"), []byte("short"), 0o600)) },
			check: "notifications", level: doctor.Fail, text: "too weak", cure: "push rotate",
		},
		"a public address that is none": {
			wreck: func(s *stage) { s.kase.Config.Notifications.PublicURL = "http://example.org" },
			check: "notifications", level: doctor.Fail, text: "https only", cure: "https",
		},
		"a subscription that was dropped": {
			wreck: func(s *stage) {
				must(s.t, s.client.Account("alice", s.store).Unsubscribe(s.t.Context(), s.callback(), int(push.Sleep)))
			},
			check: "subscriptions", level: doctor.Warn, text: "1 of 2 are missing at the cloud: sleep", cure: "restarted",
		},
		"subscriptions of a former address": {
			plan: plan{answer: func(http.ResponseWriter, *http.Request) {}},
			wreck: func(s *stage) {
				old := strings.TrimSuffix(s.callback(), s.secret) + push.NewSecret()
				must(s.t, s.client.Account("alice", s.store).Subscribe(s.t.Context(), old, int(push.Weight)))
			},
			check: "subscriptions", level: doctor.Warn, text: "former address", cure: "restarted",
		},
	}
}
