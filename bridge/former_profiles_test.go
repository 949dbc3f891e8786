// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"testing"
)

// expectWeights checks the retained weights of profiles, by slug.
func (h *harness) expectWeights(t *testing.T, when string, want map[string]string) {
	t.Helper()
	for slug, weight := range want {
		if got := h.publisher.get("vitals2mqtt/" + slug + "/weight_kg"); got != weight {
			t.Errorf("%s: the weight of %s is %q, want %q", when, slug, got, weight)
		}
	}
}

// The files of two profiles were exchanged with their slugs: each has the topics
// of the other one now, and neither device is removed.
func TestExchangedProfilesKeepTheirDevices(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice, bob := &fakeCloud{user: "1"}, &fakeCloud{user: "2"}
	alice.measures = measuresOf(weighIn(1, 70000, testDay))
	bob.measures = measuresOf(weighIn(2, 80000, testDay))
	if err := h.bridge(t, profile("Alice", alice), profile("Bob", bob)).Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	h.expectWeights(t, "before", map[string]string{"alice": "70", "bob": "80"})
	h.store.files["alice"], h.store.files["bob"] = h.store.files["bob"], h.store.files["alice"]
	for _, when := range []string{"exchanged", "restarted"} {
		h.publisher.cleared = nil
		b := h.bridge(t, profile("Alice", bob), profile("Bob", alice))
		h.expectWeights(t, when, map[string]string{"alice": "80", "bob": "70"})
		h.replayRetained(b)
		for _, user := range []string{"1", "2"} {
			document := h.tree.Document("vitals2mqtt_" + user)
			if h.publisher.get(document) == "" || slices.Contains(h.publisher.cleared, document) {
				t.Errorf("%s: the device of account %s was removed", when, user)
			}
		}
		if err := b.Once(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		h.expectWeights(t, when+" and fetched", map[string]string{"alice": "80", "bob": "70"})
	}
	if len(h.publisher.sent) > 0 { // the first fetch sends none either
		t.Errorf("events were sent: %v", h.publisher.sent)
	}
}

// Another profile has the slug of a former one, whose state was moved aside: it
// shows nothing of the former one, and loses nothing of its own.
func TestSlugOfFormerProfile(t *testing.T) {
	t.Parallel()
	h := newHarness()
	former := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, testDay))}
	if err := h.bridge(t, profile("Alice", former)).Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	h.store.files["alice_2"] = h.store.files["alice"]
	delete(h.store.files, "alice")
	other := &fakeCloud{user: "7", measures: measuresOf()}
	b := h.bridge(t, profile("Alice", other))
	h.expectWeights(t, "before the first measurement", map[string]string{"alice": ""})
	if h.publisher.get(h.tree.Document("vitals2mqtt_1")) != "" {
		t.Error("the former account's device is still there")
	}
	other.measures = measuresOf(weighIn(2, 80000, testDay))
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	h.expectWeights(t, "fetched", map[string]string{"alice": "80"})
	h.bridge(t, profile("Alice", other))
	h.expectWeights(t, "restarted", map[string]string{"alice": "80"})
}
