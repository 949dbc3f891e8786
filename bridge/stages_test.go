// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// TestFirstStagesFetchCoversADay starts in the afternoon, and still expects the
// sleep state of the morning.
func TestFirstStagesFetchCoversADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		var mu sync.Mutex
		var windows []time.Duration
		cloud := &fakeCloud{user: "1", stages: func(from, to time.Time) (withings.Stages, error) {
			mu.Lock()
			defer mu.Unlock()
			windows = append(windows, to.Sub(from))
			return withings.Stages{}, nil
		}}
		p := profile("Alice", cloud)
		p.Keys = []string{"sleep_state"}
		runFor(t, h.bridge(t, p), 11*time.Minute, nil)
		if want := []time.Duration{24 * time.Hour, 6 * time.Hour, 6 * time.Hour}; !slices.Equal(windows, want) {
			t.Errorf("windows %v, want %v", windows, want)
		}
	})
}
