package bridge_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestFutureCursorIsClamped sets a cursor while the clock is wrong, which must
// not stop the profile from updating.
func TestFutureCursorIsClamped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := &fakeCloud{user: "1"}
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		h.setCursor(t, "alice", time.Now().AddDate(1, 0, 0))

		start := time.Now()
		b := h.bridge(t, profile("Alice", alice))
		var requested []time.Duration
		group := weighIn(1, 70000, start.Add(-2*time.Hour))
		alice.measures = func(since time.Time) (withings.Measures, error) {
			requested = append(requested, start.Sub(since))
			return withings.Measures{Groups: withings.List[withings.Group]{group}}, nil
		}
		fetchOnce(t, b)
		if len(requested) != 1 || requested[0] < 24*time.Hour || requested[0] > 25*time.Hour {
			t.Errorf("requested the last %v, want a day", requested)
		}
		if got := h.publisher.messages("vitals2mqtt/alice/event"); len(got) != 1 {
			t.Errorf("events %v, want the weigh-in that the cursor hid", got)
		}
		if got := h.cursorOf(t, "alice"); !got.Equal(start.Add(-2*time.Hour + 30*time.Second)) {
			t.Errorf("the cursor is at %v, want the newest modification", got)
		}
	})
}

// storedState is the part of the stored state that holds the cursors.
func (h *harness) storedState(t *testing.T, slug string) (file, cursor map[string]any) {
	t.Helper()
	h.publisher.waitConfirmed()
	if err := json.Unmarshal(h.store.files[slug], &file); err != nil {
		t.Fatal(err)
	}
	cursors, _ := file["cursors"].(map[string]any)
	cursor, ok := cursors[string(sensors.EndpointMeasures)].(map[string]any)
	if !ok {
		t.Fatalf("no cursor in %v", file)
	}
	return file, cursor
}

func (h *harness) setCursor(t *testing.T, slug string, since time.Time) {
	t.Helper()
	file, cursor := h.storedState(t, slug)
	cursor["since"] = since.Format(time.RFC3339Nano)
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	h.store.files[slug] = data
}

func (h *harness) cursorOf(t *testing.T, slug string) time.Time {
	t.Helper()
	_, cursor := h.storedState(t, slug)
	text, _ := cursor["since"].(string)
	since, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return since
}
