// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

func exact(n int64) withings.Number { return withings.Number{Decimal: decimal.FromInt(n), OK: true} }

// testDay is long after the start of a bubble.
var testDay = time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)

func TestOncePublishesTheWholeTree(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1001", measures: measuresOf(weighIn(1, 81350, testDay))}
	b := h.bridge(t, profile("Alice", alice))
	if err := b.Once(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	for topic, want := range map[string]string{
		"vitals2mqtt/alice/weight_kg":            "81.35",
		"vitals2mqtt/alice":                      `{"weight_kg":81.35}`,
		"vitals2mqtt/alice/status":               "online",
		"vitals2mqtt/alice/authorization/detail": `{"value":"OFF"}`,
		"vitals2mqtt/alice/sync_problem/detail":  `{"value":"OFF"}`,
	} {
		if got := h.publisher.get(topic); got != want {
			t.Errorf("%s = %q, want %q", topic, got, want)
		}
	}
	var detail map[string]any
	if err := json.Unmarshal([]byte(h.publisher.get("vitals2mqtt/alice/weight_kg/detail")), &detail); err != nil {
		t.Fatal(err)
	}
	if detail["value"] != 81.35 || detail["unit"] != "kg" || detail["measured_at"] != "2026-03-01T07:00:00Z" ||
		detail["model"] != "Body Cardio" {
		t.Errorf("detail is %v", detail)
	}
	for _, id := range []string{"vitals2mqtt_bridge_0a1b2c3d", "vitals2mqtt_1001"} {
		if !strings.Contains(h.publisher.get(h.tree.Document(id)), `"origin"`) {
			t.Errorf("no discovery document for %s", id)
		}
	}
	if !strings.Contains(h.publisher.get(h.tree.Document("vitals2mqtt_1001")), "vitals2mqtt_1001_weight_kg") {
		t.Error("the document has no weight")
	}
	if strings.Contains(h.publisher.get(h.tree.Document("vitals2mqtt_1001")), "fat_mass_kg") {
		t.Error("the document announces a sensor that never had a value")
	}
}

func TestUnknownProfileIsRefused(t *testing.T) {
	t.Parallel()
	h := newHarness()
	b := h.bridge(t, profile("Alice", &fakeCloud{}))
	if err := b.Once(t.Context(), "bob"); !errors.Is(err, bridge.ErrUnknownProfile) {
		t.Errorf("%v, want ErrUnknownProfile", err)
	}
}

func TestOnlyNeededEndpointsAreCalled(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1"}
	p := profile("Alice", alice)
	p.Keys = []string{"weight_kg"}
	if err := h.bridge(t, p).Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if alice.callCount("measures") != 1 || alice.callCount("nights") != 0 || alice.callCount("stages") != 0 {
		t.Errorf("calls %v, want measures alone", alice.calls)
	}
}

func TestFailingEndpointDoesNotAffectOthers(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{
		user:     "1",
		measures: measuresOf(weighIn(1, 70000, testDay)),
		nights:   failing[withings.Nights](errOutage),
	}
	bob := &fakeCloud{user: "2", measures: measuresOf(weighIn(2, 90000, testDay))}
	err := h.bridge(t, profile("Alice", alice), profile("Bob", bob)).Once(t.Context(), "")
	if withings.ClassOf(err) != withings.Temporary {
		t.Errorf("error %v, want the outage", err)
	}
	if h.publisher.get("vitals2mqtt/alice/weight_kg") != "70" || h.publisher.get("vitals2mqtt/bob/weight_kg") != "90" {
		t.Errorf("values are missing: %v", h.publisher.all())
	}
	problem := h.publisher.get("vitals2mqtt/alice/sync_problem/detail")
	if !strings.Contains(problem, `"value":"ON"`) || !strings.Contains(problem, "v2/sleep/getsummary") {
		t.Errorf("sync_problem is %s", problem)
	}
	if got := h.publisher.get("vitals2mqtt/bob/sync_problem/detail"); got != `{"value":"OFF"}` {
		t.Errorf("bob's sync_problem is %s", got)
	}
	if !strings.Contains(h.publisher.get("vitals2mqtt/bridge/health"), `"class":"temporary"`) {
		t.Errorf("health report without the failure: %s", h.publisher.get("vitals2mqtt/bridge/health"))
	}
}

func TestRestartPublishesBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, testDay))}
	if err := h.bridge(t, profile("Alice", alice)).Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	before := h.publisher.all()
	h.publisher = newFakePublisher() // the broker has lost its retained messages, too
	h.bridge(t, profile("Alice", &fakeCloud{}))
	for _, topic := range []string{
		"vitals2mqtt/alice/weight_kg", "vitals2mqtt/alice/weight_kg/detail", "vitals2mqtt/alice", "vitals2mqtt/alice/status",
		h.tree.Document("vitals2mqtt_1"), h.tree.Document("vitals2mqtt_bridge_0a1b2c3d"),
	} {
		if got := h.publisher.get(topic); got == "" || got != before[topic] {
			t.Errorf("%s = %q after the restart, was %q", topic, got, before[topic])
		}
	}
}

func TestCursorOverlapsAndIsSavedLast(t *testing.T) {
	t.Parallel()
	h := newHarness()
	var asked []time.Time
	alice := &fakeCloud{user: "1"}
	alice.measures = func(since time.Time) (withings.Measures, error) {
		asked = append(asked, since)
		return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, testDay)}}, nil
	}
	alice.measuresBetween = func(time.Time, time.Time) (withings.Measures, error) {
		return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, testDay)}}, nil
	}
	b := h.bridge(t, profile("Alice", alice))
	h.store.full = errDiskFull
	h.archive.fail(errDiskFull)
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if h.publisher.get("vitals2mqtt/alice/weight_kg") != "70" {
		t.Error("a value was not published because of the full disk")
	}
	if !strings.Contains(h.publisher.get("vitals2mqtt/bridge/health"), "no space left") {
		t.Error("the full disk is not reported")
	}
	// A crash now: the next start has no state and fetches everything again.
	h.store.full = nil
	h.archive.fail(nil)
	b = h.bridge(t, profile("Alice", alice))
	for range 2 {
		if err := b.Once(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	want := []time.Time{{}, {}, testDay.Add(30*time.Second - time.Minute)}
	if !slices.EqualFunc(asked, want, time.Time.Equal) {
		t.Errorf("requested since %v, want %v", asked, want)
	}
}

func TestEventsOnlyForNewMeasurements(t *testing.T) {
	t.Parallel()
	h := newHarness()
	groups := []withings.Group{weighIn(1, 70000, testDay)}
	alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
		return withings.Measures{Groups: groups}, nil
	}}
	b := h.bridge(t, profile("Alice", alice))
	once := func() {
		t.Helper()
		if err := b.Once(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	once()
	if got := h.publisher.messages("vitals2mqtt/alice/event"); len(got) != 0 {
		t.Errorf("events for history: %v", got)
	}
	groups = append(groups, weighIn(2, 70500, testDay.Add(time.Hour)))
	once()
	once()
	got := h.publisher.messages("vitals2mqtt/alice/event")
	want := []string{`"event_type":"weigh_in"`, `"weight_kg":70.5`, `"measured_at":"2026-03-01T08:00:00Z"`}
	if len(got) != 1 || !containsAll(got[0], want...) {
		t.Errorf("events %v, want the second weigh-in once", got)
	}
}

func TestSignInNeededIsReported(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 70000, testDay))}
	b := h.bridge(t, profile("Alice", alice))
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	alice.measures = func(time.Time) (withings.Measures, error) { return withings.Measures{}, withings.ErrSignIn }
	if err := b.Once(t.Context(), ""); !errors.Is(err, withings.ErrSignIn) {
		t.Errorf("%v, want ErrSignIn", err)
	}
	if got := h.publisher.get("vitals2mqtt/alice/status"); got != "offline" {
		t.Errorf("status %q, want offline", got)
	}
	authorization := h.publisher.get("vitals2mqtt/alice/authorization/detail")
	if !containsAll(authorization, `"value":"ON"`, "http://127.0.0.1:8099/login/alice") {
		t.Errorf("authorization is %s", authorization)
	}
	if h.publisher.get("vitals2mqtt/alice/weight_kg") != "70" {
		t.Error("the last value was cleared")
	}
}

func TestRemovedKeyAndProfileAreCleared(t *testing.T) {
	t.Parallel()
	h := newHarness()
	both := []withings.Group{weighIn(1, 70000, testDay)}
	both[0].Measures = append(both[0].Measures, withings.Measure{
		Type: withings.Int{N: 6, OK: true}, Unit: withings.Int{N: -1, OK: true}, Value: exact(215),
	})
	alice := &fakeCloud{user: "1", measures: measuresOf(both...)}
	bob := &fakeCloud{user: "2", measures: measuresOf(weighIn(3, 90000, testDay))}
	if err := h.bridge(t, profile("Alice", alice), profile("Bob", bob)).Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	stale := h.publisher.get(h.tree.Document("vitals2mqtt_1"))
	// Restart without the fat ratio and without Bob.
	p := profile("Alice", alice)
	p.Keys = []string{"weight_kg"}
	b := h.bridge(t, p)
	for topic := range h.publisher.all() {
		for _, removed := range []string{"bob", "fat_ratio", "vitals2mqtt_2/"} {
			if strings.Contains(topic, removed) {
				t.Errorf("%s is still retained", topic)
			}
		}
	}
	if h.publisher.get("vitals2mqtt/alice") != `{"weight_kg":70}` {
		t.Errorf("snapshot %s", h.publisher.get("vitals2mqtt/alice"))
	}
	topic := h.tree.Document("vitals2mqtt_1")
	b.HandleRetained(topic, []byte(stale))
	removals := h.publisher.messages(topic)
	if len(removals) != 1 || !strings.Contains(removals[0], `"fat_ratio_pct":{"platform":"sensor"}`) {
		t.Errorf("removal documents %v", removals)
	}
	if strings.Contains(h.publisher.get(topic), "fat_ratio") {
		t.Error("the retained document still has the removed key")
	}
}

func TestForeignDocumentsAreLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHarness()
	b := h.bridge(t, profile("Alice", &fakeCloud{user: "1"}))
	b.HandleRetained("homeassistant/device/zigbee_1/config",
		[]byte(`{"origin":{"name":"other"},"device":{"identifiers":["zigbee_1"]}}`))
	b.HandleRetained(h.tree.Document("vitals2mqtt_9"), []byte(`{"origin":{"name":"vitals2mqtt"},
		"device":{"identifiers":["vitals2mqtt_9"],"via_device":"vitals2mqtt_bridge_another"},"components":{}}`))
	if len(h.publisher.cleared) != 0 {
		t.Errorf("cleared %v", h.publisher.cleared)
	}
	b.HandleRetained(h.tree.Document("vitals2mqtt_9"), []byte(`{"origin":{"name":"vitals2mqtt"},
		"device":{"identifiers":["vitals2mqtt_9"],"via_device":"vitals2mqtt_bridge_0a1b2c3d"},
		"components":{"weight_kg":{"platform":"sensor","state_topic":"vitals2mqtt/carol/weight_kg/detail"}}}`))
	if !slices.Contains(h.publisher.cleared, h.tree.Document("vitals2mqtt_9")) ||
		!slices.Contains(h.publisher.cleared, "vitals2mqtt/carol/weight_kg") {
		t.Errorf("our own stale document was not cleared: %v", h.publisher.cleared)
	}
}

func TestNewAccountInheritsNothing(t *testing.T) {
	t.Parallel()
	h := newHarness()
	var asked []time.Time
	alice := &fakeCloud{user: "1"}
	alice.measures = func(since time.Time) (withings.Measures, error) {
		asked = append(asked, since)
		if alice.user == "1" {
			return measuresOf(weighIn(1, 70000, testDay))(since)
		}
		return withings.Measures{}, nil
	}
	b := h.bridge(t, profile("Alice", alice))
	for range 2 {
		if err := b.Once(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	alice.signIn("7")
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "" {
		t.Errorf("the former account's weight %s is still published", got)
	}
	if h.publisher.get(h.tree.Document("vitals2mqtt_1")) != "" || h.publisher.get(h.tree.Document("vitals2mqtt_7")) == "" {
		t.Error("the device did not move to the new account")
	}
	if last := asked[len(asked)-1]; !last.IsZero() {
		t.Errorf("the new account was read since %v, want everything", last)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	h := newHarness()
	b := h.bridge(t, profile("Alice", &fakeCloud{user: "1"}))
	responses := "vitals2mqtt/bridge/response/"
	b.HandleRequest(topics.Refresh, nil, true)
	if got := h.publisher.messages(responses + "refresh"); len(got) != 0 {
		t.Errorf("responses to a retained request: %v", got)
	}
	b.HandleRequest(topics.Refresh, []byte("now!"), false)
	b.HandleRequest(topics.Refresh, []byte(`{"profile":"bob","transaction":"t1"}`), false)
	b.HandleRequest(topics.Refresh, []byte(`{"profile":"`+strings.Repeat("x", 5000)+`"}`), false)
	b.HandleRequest(topics.Republish, []byte(`{"transaction":7}`), false)
	b.HandleRequest("dance", nil, false)
	got := h.publisher.messages(responses + "refresh")
	if len(got) != 3 || !strings.Contains(got[0], "not a JSON object") ||
		!containsAll(got[1], `"transaction":"t1"`, `unknown profile \"bob\"`) ||
		!strings.Contains(got[2], "exceeds 4096 bytes") {
		t.Errorf("responses to refresh: %q", got)
	}
	got = h.publisher.messages(responses + "republish")
	if !slices.Equal(got, []string{`{"status":"ok","transaction":7}`}) || h.publisher.republished != 1 {
		t.Errorf("republished %d times, responses %q", h.publisher.republished, got)
	}
	if got := h.publisher.messages(responses + "dance"); len(got) != 1 || !strings.Contains(got[0], "unknown request") {
		t.Errorf("responses to an unknown verb: %q", got)
	}
}
