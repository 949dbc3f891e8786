// SPDX-License-Identifier: MIT

package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestLimitOfASlidingMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, carol := carolCloud(t) // The sign-in was the first request.
		<-time.After(30 * time.Second)
		ask := func() envelope { return call(t, c, "measure", carol.access, "action", "getmeas") }
		for range 119 {
			status(t, ask(), 0, "")
		}
		status(t, ask(), 601, "Too Many Request")
		<-time.After(30*time.Second - 1)
		status(t, ask(), 601, "")
		<-time.After(1)
		status(t, ask(), 0, "") // The sign-in is a minute old.
		status(t, ask(), 601, "")
		<-time.After(30 * time.Second)
		status(t, ask(), 0, "")
		if got := c.BusiestMinute(); got != 123 {
			t.Errorf("busiest minute %d, want 123", got)
		}
		got := c.Requests()
		if got["measure getmeas"] != 124 || got["v2/oauth2 requesttoken"] != 1 || got["v2/oauth2 authorization_code"] != 1 {
			t.Errorf("requests %v", got)
		}
	})
}
