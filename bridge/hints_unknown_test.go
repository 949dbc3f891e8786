// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
)

// detail is the JSON on a detail topic.
type detail struct {
	Value      any       `json:"value"`
	MeasuredAt string    `json:"measured_at"`
	ReceivedAt time.Time `json:"received_at"`
	GroupID    int64     `json:"group_id"`
}

func (d detail) same(other detail) bool {
	return d.Value == other.Value && d.MeasuredAt == other.MeasuredAt && d.GroupID == other.GroupID
}

// details returns the details of a profile, by key.
func (h *harness) details(t *testing.T, slug string) map[string]detail {
	t.Helper()
	found := map[string]detail{}
	prefix := "vitals2mqtt/" + slug + "/"
	for topic, payload := range h.publisher.all() {
		key, ok := strings.CutSuffix(strings.TrimPrefix(topic, prefix), "/detail")
		if _, listed := sensors.Lookup(key); !ok || !listed || !strings.HasPrefix(topic, prefix) {
			continue
		}
		var d detail
		if err := json.Unmarshal([]byte(payload), &d); err != nil {
			t.Fatalf("%s: %v", topic, err)
		}
		if d.MeasuredAt != "" { // otherwise it is a diagnostic
			if row, ok := sensors.Lookup(key); ok && row.Endpoint == sensors.EndpointGoals {
				d.MeasuredAt = "" // goals have the time of the fetch
			}
			found[key] = d
		}
	}
	return found
}

// TestUnknownCategoryHintEnds has all keys, including those of the series of a
// night, which is fetched only when a night requires it.
func TestUnknownCategoryHintEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := &fakeCloud{user: "1"}
		p, _ := withPush(profile("Alice", cloud))
		p.Keys, p.Schedule = answeredKeys(), everySchedule(24*time.Hour)
		b := newHarness().bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 4711, Received: time.Now()})
			<-time.After(time.Hour)
			// At the start, after the hint, and three more times without new data.
			if n := cloud.callCount("measures"); n != 5 {
				t.Errorf("measures were fetched %d times, want 5", n)
			}
		})
	})
}
