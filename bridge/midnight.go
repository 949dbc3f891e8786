package bridge

import (
	"context"
	"time"
)

// runDayTimer moves a profile on to each new day when it begins for the person, however
// seldom the cloud is asked; it asks nothing itself. The clock on the wall is looked
// at once a minute too: it may have been set, the machine may have slept over
// midnight, or the person may have moved to another time zone.
func (p *poller) runDayTimer(ctx context.Context) error {
	timer := time.NewTimer(p.untilMidnight())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			p.tick()
			timer.Reset(p.untilMidnight())
		}
	}
}

// untilMidnight is how long to wait for the person's next day, at most clockCheck.
func (p *poller) untilMidnight() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(clockCheckInterval, time.Until(p.state.Sensors.NextMidnight(p.applyOptionsLocked(cursor{}))))
}
