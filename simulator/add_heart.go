package simulator

import (
	"fmt"
	"time"
)

// ECG adds an ECG of the person's watch (or Body Scan, see Owns) with its class (0 negative, 1 positive, 2
// inconclusive, larger ones as in types 130 and 139) and beats per minute. The signal's id is returned.
func (c *Cloud) ECG(person string, afib, pulse int, at time.Time) int64 {
	return must(c.ecg(person, afib, pulse, at))
}

// HeartCheck adds a reading of a BPM Core: blood pressure in mmHg, an ECG and heart sounds with their classes. The id of
// the ECG's signal is returned; that of the sounds is one more.
func (c *Cloud) HeartCheck(person string, systolic, diastolic, pulse, afib, vhd int, at time.Time) int64 {
	return must(c.heartCheck(person, systolic, diastolic, pulse, afib, vhd, at))
}

// HeartSound adds heart sounds of a BeamO with their valvular class. The signal's id is returned.
func (c *Cloud) HeartSound(person string, vhd int, at time.Time) int64 {
	return must(c.heartSound(person, vhd, at))
}

// EditECG changes the class and the pulse of an ECG, by the id of its signal; a pulse of 0 stays as it is.
func (c *Cloud) EditECG(id int64, afib, pulse int) { must(struct{}{}, c.editECG(id, afib, pulse)) }

// addHeartRecord adds a heart addHeartRecord that fill completes; the first id it takes is returned.
func (c *Cloud) addHeartRecord(
	person string, at time.Time, by func(p *account) product, fill func(h *heartRecord, id func() int64),
) (first int64, err error) {
	err = c.updatePerson(person, func(p *account) error {
		h := p.newHeartRecord(by(p), at, later(at, c.nowLocked()))
		fill(h, func() int64 {
			id := c.nextIDLocked(p, at)
			first = orDefault(first, id)
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

func (c *Cloud) heartCheck(person string, systolic, diastolic, pulse, afib, vhd int, at time.Time) (int64, error) {
	if diastolic <= 0 || systolic <= diastolic || pulse <= 0 || afib < 0 || vhd < 0 {
		return 0, fmt.Errorf("a blood pressure of %d/%d mmHg with pulse %d and classes %d and %d", systolic, diastolic, pulse, afib, vhd)
	}
	return c.addHeartRecord(person, at, func(*account) product { return productOf(44) }, func(h *heartRecord, id func() int64) {
		h.ecg, h.stetho = id(), id()
		h.afib, h.vhd, h.pulse = afib, vhd, pulse
		h.systolic, h.diastolic = systolic, diastolic
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

func (c *Cloud) editECG(id int64, afib, pulse int) error {
	if afib < 0 || pulse < 0 {
		return fmt.Errorf("an ECG of class %d with pulse %d", afib, pulse)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		p.generateRecords(c.nowLocked())
		for _, h := range p.records.hearts {
			if h.ecg == id && id != 0 {
				h.afib, h.pulse, h.modified = afib, orDefault(pulse, h.pulse), c.nowLocked().Unix()
				_, _ = p.setMeasure(h.group, 130, int64(h.afib), 0, c.nowLocked()) // Its group may be gone,
				_, _ = p.setMeasure(h.group, 11, int64(h.pulse), 0, c.nowLocked()) // or have no pulse.
				return nil
			}
		}
	}
	return fmt.Errorf("no ECG %d", id)
}
