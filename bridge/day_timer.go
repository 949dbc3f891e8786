// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// dayTimer advances the profiles to each new day at midnight in their zones,
// however rarely they are polled; it fetches nothing. It also reads the wall
// clock once a minute: the clock may have been set, the machine may have slept
// past midnight, or a time zone may have changed.
type dayTimer []*poller

// run advances them until the context ends.
func (d dayTimer) run(ctx context.Context) error {
	timer := time.NewTimer(d.untilMidnight())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			for _, p := range d {
				p.tick()
				p.mu.Lock()
				p.logPublishedLocked(triggerNewDay)
				p.mu.Unlock()
			}
			timer.Reset(d.untilMidnight())
		}
	}
}

// untilMidnight is how long to wait for the next day of any profile, at most
// clockCheckInterval.
func (d dayTimer) untilMidnight() time.Duration {
	wait := clockCheckInterval
	for _, p := range d {
		p.mu.Lock()
		wait = min(wait, time.Until(p.state.Sensors.NextMidnight(p.applyOptionsLocked(sensors.Cursor{}))))
		p.mu.Unlock()
	}
	return wait
}
