package simulator

import (
	"slices"
	"strings"
	"time"
)

// RemoveDevice removes a device, by its id or the name of its model, from the
// person's list. Data that name it stay.
func (r *Recorder) RemoveDevice(person, device string) {
	r.store.update(person, func(a *account, now time.Time) {
		if a.records.removed == nil {
			a.records.removed = map[string]bool{}
		}
		a.records.removed[a.findDevice(device, now)] = true
	})
}

// findDevice returns the id of a listed device, by its id or its model.
func (a *account) findDevice(name string, now time.Time) (id string) {
	all := a.listedDevices(now.Unix())
	i := slices.IndexFunc(all, func(d listedDevice) bool { return d.id == name || strings.EqualFold(d.product.name, name) })
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
	r.store.update(person, func(a *account, now time.Time) {
		id := a.findDevice(device, now)
		for _, sharer := range r.store.accounts {
			if sharer.records.battery == nil {
				sharer.records.battery = map[string]string{}
			}
			sharer.records.battery[id] = level
		}
	})
}

// SetGoals changes a person's goals.
func (r *Recorder) SetGoals(person string, change func(g *Goals)) {
	r.store.update(person, func(a *account, _ time.Time) {
		goals := a.currentGoals()
		change(&goals)
		if goals.Steps < 0 || goals.Sleep < 0 || goals.WeightG < 0 {
			Invalidf("invalid goals: %d steps, %d s sleep, %d g", goals.Steps, goals.Sleep, goals.WeightG)
		}
		a.records.goals = &goals
	})
}

func (a *account) currentGoals() Goals {
	if a.records.goals != nil {
		return *a.records.goals
	}
	return a.Owns.Goals
}
