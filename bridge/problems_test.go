package bridge_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
)

// What is wrong with the whole program stands in the health report beside the
// profiles, in an order that does not depend on who found it first.
func TestHealthListsProgramProblems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		b, err := bridge.New(bridge.Options{
			Site: h.site(), Discovery: true, Profiles: []bridge.Profile{profile("Alice", &fakeCloud{user: "1"})},
			Publisher: h.publisher, StateStore: h.store, Requests: h.requests, Log: zerolog.Nop(),
			Problems: func() []bridge.Problem {
				return []bridge.Problem{
					{Code: "b", Text: "second", Since: time.Now()},
					{Code: "a", Text: "first", Remedy: "mend it", Since: time.Now()},
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		fetchOnce(t, b)
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
