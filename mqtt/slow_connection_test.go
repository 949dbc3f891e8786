// SPDX-License-Identifier: MIT

package mqtt

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// A slow connection is not a dead one: everything gets through over one
// connection, however long it takes.
func TestSlowConnectionDeliversEverything(t *testing.T) {
	t.Parallel()
	for name, speed := range map[string]struct {
		rate     int
		buffered bool
	}{
		"20 kB/s":           {20_000, false},
		"20 kB/s, buffered": {20_000, true},
		"6 kB/s":            {6_000, false},
		"6 kB/s, buffered":  {6_000, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBroker()
			b.rate, b.buffered = speed.rate, speed.buffered
			withHarness(t, b, func(h *harness) {
				c, stop := h.run(Options{}, func(c *Client) {
					for i := range 8 {
						c.Set("v/document/"+strconv.Itoa(i), []byte(strings.Repeat("x", 60_000)))
					}
					setValues(c, 450, 400)
				})
				advance(5 * time.Minute)
				if held := len(b.retained); held != 459 {
					t.Errorf("%d topics of 459 are there", held)
				}
				if b.connections() != 1 {
					t.Errorf("%d connections, want one\n%s", b.connections(), h.log)
				}
				if len(problemCodes(c)) != 0 {
					t.Errorf("problems %v", c.Status().Problems)
				}
				stop(nil)
			})
		})
	}
}

// A stalled connection is closed, whatever is in flight.
func TestStalledConnectionIsClosed(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, func(c *Client) { setValues(c, 3, 10) })
		advance(time.Minute)
		b.mu.Lock()
		b.rate = 1 // from the next connection on
		b.mu.Unlock()
		b.closeSessions()
		advance(time.Second)
		setValues(c, 300, 1000)
		advance(2 * time.Minute)
		if b.connections() < 3 {
			t.Errorf("%d connections: one that transfers a byte a second is kept", b.connections())
		}
		b.mu.Lock()
		b.rate = 0
		b.mu.Unlock()
		advance(2 * time.Minute)
		if held := len(b.retained); held != 301 {
			t.Errorf("%d topics of 301 are there", held)
		}
		stop(nil)
	})
}
