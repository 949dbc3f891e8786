// SPDX-License-Identifier: MIT

package bridge_test

import (
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
)

func TestRequestsOfTheLastHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		counter := bridge.NewRequestCounter()
		count := func(n int) {
			for range n {
				counter.Count("measure", "getmeas")
			}
		}
		count(3)
		<-time.After(30 * time.Minute)
		count(5)
		for _, row := range []struct {
			wait           time.Duration
			total, busiest int
		}{
			{0, 8, 5},
			{29*time.Minute + 59*time.Second, 8, 5},
			{time.Second, 5, 5}, // the first ones are an hour old
			{30 * time.Minute, 0, 0},
		} {
			<-time.After(row.wait)
			if total, busiest := counter.LastHour(); total != row.total || busiest != row.busiest {
				t.Errorf("after %s: %d requests, %d in one minute, want %d, %d", row.wait, total, busiest, row.total, row.busiest)
			}
		}
		count(2) // an hour later, in the place of the first ones
		if total, busiest := counter.LastHour(); total != 2 || busiest != 2 {
			t.Errorf("%d, %d, want 2, 2", total, busiest)
		}
	})
}
