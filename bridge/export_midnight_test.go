package bridge

import (
	"time"

	"vitals2mqtt/sensors"
)

// TickAt moves a profile to the day of another clock, as one that is set over
// midnight has left it: a bubble has no clock that can be set.
func (b *Bridge) TickAt(slug string, now time.Time) {
	p := b.bySlug[slug]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.publishLocked(p.state.Sensors.Tick(sensors.ApplyOptions{Now: now, Zone: p.Zone}))
}
