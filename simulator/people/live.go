// SPDX-License-Identifier: MIT

package people

import (
	"context"
	"fmt"
	"time"
)

// Live adds something plausible for one person after the other, at an
// interval, until the context ends; it blocks. It skips what is implausible at
// that time, such as a night at noon.
func (r *Recorder) Live(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for turn := int64(0); ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			r.liveTurn(turn)
		}
	}
}

// liveTurn adds a few steps for the person of this turn, and one measurement.
func (r *Recorder) liveTurn(turn int64) {
	accounts := r.store.Accounts
	if len(accounts) == 0 {
		return
	}
	a := accounts[turn%int64(len(accounts))]
	r.store.Lock()
	now := r.store.NowLocked()
	a.generate(now)
	rested := a.isRested(now)
	r.store.Unlock()
	user, chance := a.ID(), NewRand(a.Seed, a.UserID, "live", turn)
	if a.Owns.Watch || a.Owns.Phone {
		r.Walk(user, 10+NewRand(a.Seed, a.UserID, "stroll", turn).IntN(60), now)
	}
	things := []struct {
		owned bool
		do    func()
	}{
		{a.Scale || a.BodyScan, func() {
			grams := a.weight(chance, a.DayNumber(now))
			r.Weigh(user, fmt.Sprintf("%d.%03d", grams/1000, grams%1000), now)
		}},
		{a.Cuff, func() { r.BloodPressure(user, 110+chance.IntN(30), 68+chance.IntN(18), 55+chance.IntN(30), now) }},
		{a.Thermometer || a.Thermo, func() { r.Temperature(user, fmt.Sprintf("36.%d", 2+chance.IntN(8)), now) }},
		{a.Oximeter || a.ScanWatch, func() { r.SpO2(user, 94+chance.IntN(6), now) }},
		{a.recordsSleep() && rested, func() { r.liveNap(user, now) }},
	}
	round := int(turn) / len(accounts)
	for i := range things {
		if thing := things[(round+i)%len(things)]; thing.owned {
			thing.do()
			return
		}
	}
	// These two are not in the list: its length determines who adds what when.
	switch {
	case a.UScan:
		r.store.addGroup(user, now, func(a *Account, id int64, created time.Time) *Group {
			return newGroup(id, now, created, a.device("U-Scan", 0), calciumMeasures(chance)...)
		})
	case a.ByHand:
		r.store.addGroup(user, now, func(a *Account, id int64, created time.Time) *Group {
			return manualGroup(id, now, created, rawMeasure(1, a.weight(chance, a.DayNumber(now))/100, -1))
		})
	}
}

// liveNap adds a nap that is just over, and the bed events of a mat.
func (r *Recorder) liveNap(person string, now time.Time) {
	n := r.store.addSleep(person, now.Truncate(time.Minute), 1, (*Account).sleepSource)
	if n.Source == Mat {
		r.BedIn(person, time.Unix(n.Start, 0), n.Device)
		r.BedOut(person, time.Unix(n.End, 0), n.Device)
	}
}

// isRested reports whether the person has been awake for long enough to nap.
func (a *Account) isRested(now time.Time) bool {
	for _, n := range a.Nights {
		if n.End > now.Add(-3*time.Hour).Unix() && n.Start < now.Unix() {
			return false
		}
	}
	return true
}
