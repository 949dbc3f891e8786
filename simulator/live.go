package simulator

import (
	"context"
	"fmt"
	"time"
)

// Live adds something plausible for one person after the other, each time that long has passed, until the context
// ends; it blocks. What cannot be now (a night at noon) is left out.
func (c *Cloud) Live(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for turn := int64(0); ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.liveTurn(turn)
		}
	}
}

// liveTurn does the turn's thing for the turn's person.
func (c *Cloud) liveTurn(turn int64) {
	if len(c.people) == 0 {
		return
	}
	p := c.people[turn%int64(len(c.people))]
	now := c.Now()
	r := source(p.seed, p.UserID, "live", turn)
	things := []struct {
		owned bool
		do    func() (int64, error)
	}{
		{p.Scale, func() (int64, error) {
			grams := p.weight(r, p.day(now))
			return c.weigh(p.userID(), fmt.Sprintf("%d.%03d", grams/1000, grams%1000), now)
		}},
		{p.Cuff, func() (int64, error) {
			return c.bloodPressure(p.userID(), 110+r.IntN(30), 68+r.IntN(18), 55+r.IntN(30), now)
		}},
		{p.Thermometer, func() (int64, error) {
			return c.temperature(p.userID(), fmt.Sprintf("36.%d", 2+r.IntN(8)), now)
		}},
		{p.Oximeter, func() (int64, error) { return c.spo2(p.userID(), 94+r.IntN(6), now) }},
		{p.Mat && c.rested(p, now), func() (int64, error) { return c.sleep(p.userID(), now.Truncate(time.Minute), 1, mat) }},
	}
	round := int(turn) / len(c.people)
	for i := range things {
		if thing := things[(round+i)%len(things)]; thing.owned {
			_, _ = thing.do() // Its own values and people cannot be refused.
			return
		}
	}
}

// rested tells whether somebody has been up for long enough to take a nap.
func (c *Cloud) rested(p *account, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.generate(now)
	for _, n := range p.nights {
		if n.end > now.Add(-3*time.Hour).Unix() && n.start < now.Unix() {
			return false
		}
	}
	return true
}
