// SPDX-License-Identifier: MIT

package web

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestRefusalsAreReportedOncePerWindow counts the lines during an hour of an
// attack.
func TestRefusalsAreReportedOncePerWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		rejected := newRefusals()
		done, ended := make(chan struct{}), make(chan struct{})
		go func() { defer close(ended); rejected.reportWindows(zerolog.New(&log), done) }()
		logged := 0
		for range 3600 {
			for range 100 {
				if rejected.count(refusedPassword, "192.0.2.66/32") {
					logged++
				}
				rejected.count(refusedThrottled, "")
			}
			<-time.After(time.Second)
		}
		close(done)
		<-ended
		if n := strings.Count(log.String(), "\n"); n > 7 || n < 6 || logged > 7 || logged < 6 {
			t.Errorf("%d lines in an hour, %d to log at once:\n%s", n, logged, log.String())
		}
		if counts := rejected.counts(); counts[refusedPassword] != 360_000 || counts[refusedThrottled] != 360_000 {
			t.Errorf("counted %v", counts)
		}
	})
}
