// SPDX-License-Identifier: MIT

package health_test

import (
	"testing"
	"time"

	"vitals2mqtt/health"
)

// What no part dates began when it was first judged, and goes on since then.
func TestSinceOfFindings(t *testing.T) {
	t.Parallel()
	clock := func(ahead time.Duration) health.Verdict {
		return health.Judge(factsOf(func(f *health.Facts) { f.Clock.Ahead = ahead }, profileWith(nil, "alice", "Alice")))
	}
	since := func(v health.Verdict) time.Time {
		t.Helper()
		if len(v.Findings) != 1 {
			t.Fatalf("findings: %+v", v.Findings)
		}
		for _, s := range v.Subjects {
			if s.Code == v.Findings[0].Code && !s.Equal(v.Findings[0]) {
				t.Errorf("subject %+v, finding %+v", s, v.Findings[0])
			}
		}
		return v.Findings[0].Since
	}
	first := clock(time.Hour).Since(health.Verdict{}, monday)
	if got := since(first); !got.Equal(monday) {
		t.Errorf("begins at %v, want %v", got, monday)
	}
	later := clock(2*time.Hour).Since(first, monday.Add(time.Hour))
	if got := since(later); !got.Equal(monday) {
		t.Errorf("goes on since %v, want %v", got, monday)
	}
	gone := clock(0).Since(later, monday.Add(2*time.Hour))
	if len(gone.Findings) > 0 {
		t.Errorf("findings: %+v", gone.Findings)
	}
	again := clock(time.Hour).Since(gone, monday.Add(3*time.Hour))
	if got := since(again); !got.Equal(monday.Add(3 * time.Hour)) {
		t.Errorf("begins again at %v", got)
	}
}

func TestSinceKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	lost := health.Judge(factsOf(func(f *health.Facts) {
		f.Broker = &health.Broker{Error: "connection refused", Since: monday.Add(-time.Hour)}
	}, profileWith(nil, "alice", "Alice"))).Since(health.Verdict{}, monday)
	if top := lost.Top(); top == nil || !top.Since.Equal(monday.Add(-time.Hour)) {
		t.Errorf("the broker's finding: %+v", top)
	}
	starting := func(p *health.Profile) { p.Started = false }
	never := func(p *health.Profile) { p.Consent.State = health.ConsentNone }
	for _, change := range []func(*health.Profile){starting, never} {
		v := health.Judge(factsOf(nil, profileWith(change, "alice", "Alice"))).Since(health.Verdict{}, monday)
		if top := v.Top(); top == nil || !top.Since.IsZero() {
			t.Errorf("has no beginning: %+v", top)
		}
	}
}
