package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// runDayTimer advances the profiles to each new day at midnight in their zones,
// however rarely they are polled; it fetches nothing. It also reads the wall
// clock once a minute: the clock may have been set, the machine may have slept
// past midnight, or a time zone may have changed.
func (b *Bridge) runDayTimer(ctx context.Context) error {
	timer := time.NewTimer(b.untilMidnight())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			for _, p := range b.pollers {
				p.tick()
				p.mu.Lock()
				p.logPublishedLocked(triggerNewDay)
				p.mu.Unlock()
			}
			timer.Reset(b.untilMidnight())
		}
	}
}

// untilMidnight is how long to wait for the next day of any profile, at most
// clockCheckInterval.
func (b *Bridge) untilMidnight() time.Duration {
	wait := clockCheckInterval
	for _, p := range b.pollers {
		p.mu.Lock()
		wait = min(wait, time.Until(p.state.Sensors.NextMidnight(p.applyOptionsLocked(sensors.Cursor{}))))
		p.mu.Unlock()
	}
	return wait
}
