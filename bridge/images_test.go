// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"vitals2mqtt/bridge"
	"vitals2mqtt/discovery"
)

// TestImageHasAnEntityOnceItExists restarts the bridge with and without
// pictures.
func TestImageHasAnEntityOnceItExists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := profile("Alice", &fakeCloud{user: "1"})
		alice.Images = true
		b := h.bridge(t, alice)
		topic := h.tree.Image("alice", discovery.KeyNightImage)
		user := func() string {
			account, _, err := bridge.LoadStoredAccount(h.store, "alice")
			if err != nil {
				t.Error(err)
			}
			return account.UserID
		}
		if b.PublishImage("alice", "", discovery.KeyNightImage, []byte("<svg/>")) {
			t.Error("published without an account")
		}
		_ = b.Once(t.Context(), "")
		document := func() string { return h.publisher.all()[h.tree.Document(discovery.ProfileID(user()))] }
		if user() == "" || strings.Contains(document(), "night_image") {
			t.Fatalf("account %q, document %s", user(), document())
		}
		if b.PublishImage("alice", "another", discovery.KeyNightImage, []byte("<svg/>")) ||
			b.PublishImage("carol", user(), discovery.KeyNightImage, []byte("<svg/>")) {
			t.Error("published for another account or profile")
		}
		if !b.PublishImage("alice", user(), discovery.KeyNightImage, []byte("<svg/>")) || h.publisher.all()[topic] != "<svg/>" {
			t.Errorf("%s has %q", topic, h.publisher.all()[topic])
		}
		if !containsAll(document(), `"image_topic":"`+topic+`"`, `"content_type":"image/svg+xml"`) ||
			strings.Contains(document(), "ecg_image") {
			t.Errorf("document %s", document())
		}

		b = h.bridge(t, alice)
		h.replayRetained(b)
		if !strings.Contains(document(), topic) || h.publisher.all()[topic] == "" {
			t.Errorf("after a restart: document %s", document())
		}

		alice.Images = false
		b = h.bridge(t, alice)
		h.replayRetained(b)
		if strings.Contains(document(), "night_image") || h.publisher.all()[topic] != "" {
			t.Errorf("switched off: %q, document %s", h.publisher.all()[topic], document())
		}
	})
}
