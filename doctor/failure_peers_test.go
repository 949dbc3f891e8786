package doctor_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
)

func homeAssistantCases() map[string]failureCase {
	return map[string]failureCase{
		"home assistant is gone": {
			sabotage: func(s *harness) { s.daemon.Set("homeassistant/status", []byte("offline")); s.flush() },
			check:    "Home Assistant", level: doctor.Warn, text: "goodbye", remedy: "start it",
		},
		"home assistant says something else": {
			sabotage: func(s *harness) { s.daemon.Set("homeassistant/status", []byte("hello")); s.flush() },
			check:    "Home Assistant", level: doctor.Warn, text: "not what", remedy: "birth_payload",
		},
		"home assistant cannot be seen": {
			sabotage: func(s *harness) { s.daemon.Clear("homeassistant/status"); s.flush() },
			check:    "Home Assistant", level: doctor.Skip, text: "nothing is retained",
		},
		"documents of somebody who is gone": {
			sabotage: func(s *harness) { s.publishDocument(s.input.Site, "carol") },
			check:    "discovery documents", level: doctor.Warn, text: "1 are about people who are not in the configuration", remedy: "started",
		},
		"documents of a former installation": {
			sabotage: func(s *harness) {
				former := s.input.Site
				former.Identity.Instance = "deadbeef"
				s.publishDocument(former, "alice")
			},
			check: "discovery documents", level: doctor.Warn, text: "another state folder", remedy: "mosquitto_pub",
		},
		"documents of a folder that cannot be read": {
			sabotage: func(s *harness) { s.input.Site.Identity.Instance = "" },
			check:    "discovery documents", level: doctor.Skip, text: "cannot be told",
		},
		"documents that the daemon is about to write": {
			sabotage: func(s *harness) {
				former := s.input.Site
				former.Identity.Instance = "deadbeef"
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				s.publishDocumentFor(former, "alice", token.UserID)
				scale := discovery.DeviceDocument(former, discovery.Device{Device: sensors.Device{ID: "0123456789ab"}, Name: "Scale"})
				s.daemon.Set(scale.Topic(former.Tree), scale.JSON())
				s.flush()
			},
			check: "discovery documents", level: doctor.OK, text: "all in use",
		},
		"documents of another one are fine": {
			sabotage: func(s *harness) {
				other := s.input.Site
				other.Identity.Instance, other.Tree.Base = "deadbeef", "other"
				s.publishDocument(other, "alice")
			},
			check: "discovery documents", level: doctor.OK, text: "1 are of another",
		},
		"no documents": {
			sabotage: func(s *harness) {
				s.daemon.Clear(discovery.BridgeDocument(s.input.Site).Topic(s.input.Site.Tree))
				s.flush()
			},
			check: "discovery documents", level: doctor.Warn, text: "none of its documents", remedy: "retained",
		},
	}
}

func notificationCases() map[string]failureCase {
	return map[string]failureCase{
		"a listener that does not answer": {
			sabotage: func(s *harness) {
				s.input.ProbeListener = func(context.Context, string) error { return push.ErrNoAnswer }
			},
			check: "notifications", level: doctor.Fail, text: "another program uses its port", remedy: "notifications.listen",
		},
		"a public address that is not ours": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 404, nil} },
			check:    "notifications", level: doctor.Fail, text: "does not know our secret", remedy: "proxy",
		},
		"a login page before it": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 302, nil} },
			check:    "notifications", level: doctor.Fail, text: "redirect", remedy: "/notify/",
		},
		"a password before it": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 401, nil} },
			check:    "notifications", level: doctor.Fail, text: "HTTP 401", remedy: "/notify/",
		},
		"a proxy without a daemon": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 502, nil} },
			check:    "notifications", level: doctor.Fail, text: "does not reach", remedy: "notifications.listen",
		},
		"an unknown name": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 0, errors.New("lookup x: no such host")} },
			check:    "notifications", level: doctor.Fail, text: "not known", remedy: "DNS",
		},
		"a bad certificate": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 0, errors.New("x509: certificate has expired")} },
			check:    "notifications", level: doctor.Fail, text: "not trusted", remedy: "renew",
		},
		"a router that does not lead back": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 0, errors.New("i/o timeout")} },
			check:    "notifications", level: doctor.Warn, text: "from here", remedy: "phone",
		},
		"a weak secret": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "notify.secret"), []byte("short"), 0o600))
			},
			check: "notifications", level: doctor.Fail, text: "too weak", remedy: "push rotate",
		},
		"a public address that is none": {
			sabotage: func(s *harness) { s.input.Config.Notifications.PublicURL = "http://example.org" },
			check:    "notifications", level: doctor.Fail, text: "requires https", remedy: "https",
		},
		"a subscription that was dropped": {
			sabotage: func(s *harness) {
				must(s.t, s.client.Account("alice", s.store).Unsubscribe(s.t.Context(), s.callback(), int(push.Sleep)))
			},
			check: "subscriptions", level: doctor.Warn, text: "1 of 2 are missing at the cloud: sleep", remedy: "restarted",
		},
		"subscriptions of a former address": {
			setup: setup{answer: func(http.ResponseWriter, *http.Request) {}},
			sabotage: func(s *harness) {
				old := strings.TrimSuffix(s.callback(), s.secret) + push.NewSecret()
				must(s.t, s.client.Account("alice", s.store).Subscribe(s.t.Context(), old, int(push.Weight)))
			},
			check: "subscriptions", level: doctor.Warn, text: "former address", remedy: "restarted",
		},
	}
}
