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
// when it arrived. It was written at some point in between, so that a slow
// response is no difference.
func (c *clock) observe(asked, answered time.Time, header http.Header) {
	earliest, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	latest := earliest.Add(time.Second) // the header has whole seconds
	var ahead time.Duration
	switch {
	case asked.After(latest):
		ahead = asked.Sub(latest)
	case earliest.After(answered):
		ahead = answered.Sub(earliest)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.known = ahead, true
}

// ClockOffset returns how far the machine's clock is ahead of the cloud's,
// negative when it is behind; unknown before the first response.
func (c *Client) ClockOffset() (ahead time.Duration, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	return c.clock.ahead, c.clock.known
}
