// SPDX-License-Identifier: MIT

package withings

import (
	"net/http"
	"sync"
	"time"
)

// clock compares the machine's clock with the cloud's. Tokens and signatures
// contain times, and a wrong clock looks like a refusal.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	known bool
}

// observe compares the Date header of a response with when it was requested and
// when it arrived. It was written at some point in between, so that the
// difference lies in a range. The former one stays while it does, too: it must
// not change with the duration of the requests.
func (c *clock) observe(asked, answered time.Time, header http.Header) {
	earliest, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	latest := earliest.Add(time.Second) // the header has whole seconds
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.known = min(max(c.ahead, asked.Sub(latest)), answered.Sub(earliest)), true
}

// ClockOffset returns how far the machine's clock is ahead of the cloud's,
// negative when it is behind; unknown before the first response.
func (c *Client) ClockOffset() (ahead time.Duration, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	return c.clock.ahead, c.clock.known
}
