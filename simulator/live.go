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
			c.liveStep(turn)
		}
	}
}

// liveStep does the turn's thing for the turn's person.
func (c *Cloud) liveStep(turn int64) {
	if len(c.people) == 0 {
		return
	}
	p := c.people[turn%int64(len(c.people))]
	now := c.Now()
	r := newRand(p.seed, p.UserID, "live", turn)
	things := []struct {
		owned bool
		do    func() (int64, error)
	}{
		{p.Scale || p.BodyScan, func() (int64, error) {
			grams := p.weight(r, p.dayNumber(now))
			return c.weigh(p.userID(), fmt.Sprintf("%d.%03d", grams/1000, grams%1000), now)
		}},
		{p.Cuff, func() (int64, error) {
			return c.bloodPressure(p.userID(), 110+r.IntN(30), 68+r.IntN(18), 55+r.IntN(30), now)
		}},
		{p.Thermometer || p.Thermo, func() (int64, error) {
			return c.temperature(p.userID(), fmt.Sprintf("36.%d", 2+r.IntN(8)), now)
		}},
		{p.Oximeter || p.ScanWatch, func() (int64, error) { return c.spo2(p.userID(), 94+r.IntN(6), now) }},
		{p.recordsSleep() && c.isRested(p, now), func() (int64, error) {
			id, err := c.sleep(p.userID(), now.Truncate(time.Minute), 1, p.sleepSource())
			c.notifyNap(id)
			return id, err
		}},
	}
	_ = c.liveWalk(p, 10+newRand(p.seed, p.UserID, "stroll", turn).IntN(60), now) // like the rest, it cannot be refused
	round := int(turn) / len(c.people)
	for i := range things {
		if thing := things[(round+i)%len(things)]; thing.owned {
			_, _ = thing.do() // Its own values and people cannot be refused.
			return
		}
	}
	// Not among the things: their number decides whose turn it is, also for those who have none of these.
	if p.UScan || p.ByHand {
		_, _ = c.addGroups(p.userID(), now, func(p *account, created time.Time, ids [3]int64) []*group {
			if p.UScan {
				return []*group{p.newGroup(ids[0], now, created, p.device("U-Scan", 0), calciumMeasures(r)...)}
			}
			return []*group{p.manualGroup(ids[0], now, created, rawMeasure(1, p.weight(r, p.dayNumber(now))/100, -1))}
		})
	}
}

// isRested tells whether somebody has been up for long enough to take a nap.
func (c *Cloud) isRested(p *account, now time.Time) bool {
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
