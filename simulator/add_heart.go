package simulator

import (
	"cmp"
	"fmt"
	"time"
)

// ECG adds an ECG of the person's watch (or Body Scan, see Owns) with its class (0 negative, 1 positive, 2
// inconclusive, larger ones as in types 130 and 139) and beats per minute. The signal's id is returned.
func (c *Cloud) ECG(person string, afib, pulse int, at time.Time) int64 {
	return must(c.ecg(person, afib, pulse, at))
}

// HeartSound adds heart sounds of a BeamO with their valvular class. The signal's id is returned.
func (c *Cloud) HeartSound(person string, vhd int, at time.Time) int64 {
	return must(c.heartSound(person, vhd, at))
}

// addHeartRecord adds a heart addHeartRecord that fill completes; the first id it takes is returned.
func (c *Cloud) addHeartRecord(
	person string, at time.Time, by func(p *account) product, fill func(h *heartRecord, id func() int64),
) (first int64, err error) {
	err = c.updatePerson(person, func(p *account) error {
		h := p.newHeartRecord(by(p), at, later(at, c.nowLocked()))
		fill(h, func() int64 {
			id := c.nextIDLocked(p, at)
			first = cmp.Or(first, id)
			return id
		})
		h.group = c.nextIDLocked(p, at)
		p.storeHeartRecord(h)
		return nil
	})
	return first, err
}

func (c *Cloud) ecg(person string, afib, pulse int, at time.Time) (int64, error) {
	if afib < 0 || pulse <= 0 {
		return 0, fmt.Errorf("an ECG of class %d with pulse %d", afib, pulse)
	}
	return c.addHeartRecord(person, at, (*account).ecgProduct, func(h *heartRecord, id func() int64) {
		h.ecg, h.afib, h.pulse = id(), afib, pulse
	})
}

func (c *Cloud) heartSound(person string, vhd int, at time.Time) (int64, error) {
	if vhd < 0 {
		return 0, fmt.Errorf("heart sounds of class %d", vhd)
	}
	return c.addHeartRecord(person, at, func(*account) product { return productOf(71) }, func(h *heartRecord, id func() int64) {
		h.stetho, h.vhd, h.pulse = id(), vhd, 64
	})
}
