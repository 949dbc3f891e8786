// SPDX-License-Identifier: MIT

package doctor_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"vitals2mqtt/discovery"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func homeAssistantCases() map[string]failureCase {
	return map[string]failureCase{
		"home assistant is gone": {
			sabotage: func(s *harness) { s.daemon.Set("homeassistant/status", []byte("offline")); s.flush() },
			code:     "homeassistant_offline", text: "offline", remedy: "start it",
		},
		"another birth payload": {
			sabotage: func(s *harness) { s.daemon.Set("homeassistant/status", []byte("hello")); s.flush() },
			code:     "birth_mismatch", text: "homeassistant/status is not", remedy: "birth_payload",
		},
		"no birth message": {
			sabotage: func(s *harness) { s.daemon.Clear("homeassistant/status"); s.flush() },
			code:     "birth_unknown", text: "homeassistant/status",
		},
		"documents of a removed profile": {
			sabotage: func(s *harness) { s.publishDocument(s.input.Site, "carol") },
			code:     "documents_orphaned", text: "1 belong to removed profiles", remedy: "daemon start",
		},
		"documents of a former installation": {
			sabotage: func(s *harness) {
				former := s.input.Site
				former.Identity.Instance = "deadbeef"
				s.publishDocument(former, "alice")
			},
			code: "documents_duplicate", text: "another state directory", remedy: "mosquitto_pub",
		},
		"documents without an instance id": {
			sabotage: func(s *harness) { s.input.Site.Identity.Instance = "" },
			code:     "documents_unknown", text: "instance id",
		},
		"documents that the daemon is about to write": {
			sabotage: func(s *harness) {
				former := s.input.Site
				former.Identity.Instance = "deadbeef"
				token, err := s.store.Load(s.t.Context(), "alice")
				must(s.t, err)
				s.publishDocumentFor(former, "alice", token.UserID)
				scale := discovery.DeviceDocument(former, discovery.Device{
					Device: sensors.Device{ID: "0123456789ab"}, Name: "Scale",
				})
				s.daemon.Set(scale.Topic(former.Tree), scale.JSON())
				s.flush()
			},
			code: "documents_ok", text: "1, all in use",
		},
		"documents of another base topic": {
			sabotage: func(s *harness) {
				other := s.input.Site
				other.Identity.Instance, other.Tree.Base = "deadbeef", "other"
				s.publishDocument(other, "alice")
			},
			code: "documents_ok_shared", text: "1 are of another",
		},
		"documents of another program": {
			sabotage: func(s *harness) {
				tree := s.input.Site.Tree
				s.daemon.Set(tree.Document("zigbee2mqtt_1"), []byte(`{"origin":{"name":"zigbee2mqtt"}}`))
				s.daemon.Set(tree.Document("zigbee2mqtt_2"), []byte(`{`))
				s.flush()
			},
			code: "documents_ok", text: "1, all in use",
		},
		"no documents": {
			sabotage: func(s *harness) {
				s.daemon.Clear(discovery.BridgeDocument(s.input.Site).Topic(s.input.Site.Tree))
				s.flush()
			},
			code: "documents_missing", text: "none of its documents", remedy: "retained",
		},
	}
}

func notificationCases() map[string]failureCase {
	return map[string]failureCase{
		"a listener that does not respond": {
			sabotage: func(s *harness) {
				s.input.ProbeListener = func(context.Context, string) error { return push.ErrNoAnswer }
			},
			code: "push_listener_silent", text: "does not respond on this machine", remedy: "notifications.listen",
		},
		"a public address that is not ours": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 404, nil} },
			code:     "push_public_elsewhere", text: "HTTP 404", remedy: "proxy",
		},
		"a public address behind a login page": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 302, nil} },
			code:     "push_public_redirects", text: "HTTP 302", remedy: "/notify/",
		},
		"a public address behind a password": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 401, nil} },
			code:     "push_public_denied", text: "HTTP 401", remedy: "/notify/",
		},
		"a proxy that does not reach the daemon": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 502, nil} },
			code:     "push_public_bad_gateway", text: "HTTP 502", remedy: "notifications.listen",
		},
		"a public address with an unknown name": {
			sabotage: func(s *harness) {
				s.input.Web = cannedWeb{s.input.Web, 0, &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}
			},
			code: "push_public_name", text: "not found", remedy: "DNS",
		},
		"a public address with an expired certificate": {
			sabotage: func(s *harness) {
				s.input.Web = cannedWeb{s.input.Web, 0, x509.CertificateInvalidError{Reason: x509.Expired}}
			},
			code: "push_public_certificate", text: "certificate has expired", remedy: "renew",
		},
		"a router that does not route back": {
			sabotage: func(s *harness) { s.input.Web = cannedWeb{s.input.Web, 0, os.ErrDeadlineExceeded} },
			code:     "push_public_unreachable", text: "from here: timeout", remedy: "phone",
		},
		"a weak secret": {
			sabotage: func(s *harness) {
				must(s.t, os.WriteFile(filepath.Join(s.dir, "notify.secret"), []byte("short"), 0o600))
			},
			code: "push_secret_invalid", text: "invalid", remedy: "push rotate",
		},
		"an invalid public address": {
			sabotage: func(s *harness) { s.input.Config.Notifications.PublicURL = "http://example.org" },
			code:     "push_url_invalid", text: "requires https", remedy: "https",
		},
		"a subscription that was dropped": {
			sabotage: func(s *harness) {
				must(s.t, s.client.Account("alice", s.store).Unsubscribe(s.t.Context(), s.callback(), int(withings.CategorySleep)))
			},
			code: "subscriptions_missing", text: "1 of 2 are missing: sleep", remedy: "restart",
		},
		"subscriptions of a former address": {
			setup: setup{answer: func(http.ResponseWriter, *http.Request) {}},
			sabotage: func(s *harness) {
				old := strings.TrimSuffix(s.callback(), s.secret) + push.NewSecret()
				must(s.t, s.client.Account("alice", s.store).Subscribe(s.t.Context(), old, int(withings.CategoryWeight)))
			},
			code: "subscriptions_former", text: "1 of a former address", remedy: "daemon start",
		},
	}
}
