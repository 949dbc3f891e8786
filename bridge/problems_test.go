package bridge_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
)

// TestHealthListsProgramProblems expects the problems of the whole program in
// the health report, sorted by code.
func TestHealthListsProgramProblems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		o := h.options(profile("Alice", &fakeCloud{user: "1"}))
		o.Problems = func() []bridge.Problem {
			return []bridge.Problem{
				{Code: "b", Text: "second", Since: time.Now()},
				{Code: "a", Text: "first", Remedy: "fix it", Since: time.Now()},
			}
		}
		fetchOnce(t, newBridge(t, o))
		var report struct {
			Problems []bridge.Problem `json:"problems"`
		}
		if err := json.Unmarshal([]byte(h.publisher.get(h.tree.BridgeHealth())), &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Problems) != 2 || report.Problems[0].Text != "first" || report.Problems[1].Code != "b" {
			t.Errorf("the report lists %+v", report.Problems)
		}
	})
}
