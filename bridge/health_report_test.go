package bridge_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/health"
)

// TestHealthHasTheVerdict expects the findings about the whole program in the
// health report.
func TestHealthHasTheVerdict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		o := h.options(profile("Alice", &fakeCloud{user: "1"}))
		o.Facts = func(f *health.Facts) {
			f.Broker = &health.Broker{Connected: true, Problems: []health.Problem{
				{Code: health.CodeSecondInstallation, Text: "another installation", Since: time.Now()},
				{Code: health.CodeNotRetained, Text: "not retained", Remedy: "fix it", Since: time.Now()},
			}}
		}
		fetchOnce(t, newBridge(t, o))
		var report struct{ Verdict health.Verdict }
		if err := json.Unmarshal([]byte(h.publisher.get(h.tree.BridgeHealth())), &report); err != nil {
			t.Fatal(err)
		}
		found := report.Verdict.Findings
		if len(found) != 2 || found[0].Text != "Not retained." || found[1].Code != health.CodeSecondInstallation {
			t.Errorf("the report has %+v", found)
		}
		if report.Verdict.Level != health.Failed || !report.Verdict.Problem || len(report.Verdict.Subjects) > 0 {
			t.Errorf("%+v", report.Verdict)
		}
	})
}
