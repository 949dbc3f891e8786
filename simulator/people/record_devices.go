// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"strings"
	"time"
)

// RemoveDevice removes a device, by its id or the name of its model, from the
// person's list. Data that name it stay.
func (r *Recorder) RemoveDevice(person, device string) {
	r.store.update(person, func(a *Account, now time.Time) {
		if a.Records.removed == nil {
			a.Records.removed = map[string]bool{}
		}
		a.Records.removed[a.findDevice(device, now)] = true
	})
}

// findDevice returns the id of a listed device, by its id or its model.
func (a *Account) findDevice(name string, now time.Time) (id string) {
	all := a.listedDevices(now.Unix())
	i := slices.IndexFunc(all, func(d listedDevice) bool {
		return d.id == name || strings.EqualFold(d.product.name, name)
	})
	if i < 0 {
		names := make([]string, 0, len(all))
		for _, d := range all {
			names = append(names, d.product.name)
		}
		Invalidf("no device %q; known devices: %s", name, strings.Join(names, ", "))
	}
	return all[i].id
}

// SetBattery sets the battery level of one of the person's devices, for every
// account that shares it; "" leaves it out.
func (r *Recorder) SetBattery(person, device, level string) {
	r.store.update(person, func(a *Account, now time.Time) {
		id := a.findDevice(device, now)
		for _, sharer := range r.store.Accounts {
			if sharer.Records.battery == nil {
				sharer.Records.battery = map[string]string{}
			}
			sharer.Records.battery[id] = level
		}
	})
}

// SetGoals changes a person's goals.
func (r *Recorder) SetGoals(person string, change func(g *Goals)) {
	r.store.update(person, func(a *Account, _ time.Time) {
		goals := a.CurrentGoals()
		change(&goals)
		if goals.Steps < 0 || goals.Sleep < 0 || goals.WeightG < 0 {
			Invalidf("invalid goals: %d steps, %d s sleep, %d g", goals.Steps, goals.Sleep, goals.WeightG)
		}
		a.Records.goals = &goals
	})
}

// CurrentGoals are those set by hand, or those of Owns.
func (a *Account) CurrentGoals() Goals {
	if a.Records.goals != nil {
		return *a.Records.goals
	}
	return a.Owns.Goals
}
