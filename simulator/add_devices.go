package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// RemoveDevice takes a device, by its id or the name of its model, off the person's list; data that name it stay.
func (c *Cloud) RemoveDevice(person, device string) { must(struct{}{}, c.removeDevice(person, device)) }

// SetBattery sets the word for the battery of one of the person's devices, for whoever shares it too; "" leaves it out.
func (c *Cloud) SetBattery(person, device, word string) {
	must(struct{}{}, c.setBattery(person, device, word))
}

// SetGoals replaces a person's goals.
func (c *Cloud) SetGoals(person string, g Goals) {
	must(struct{}{}, c.setGoals(person, func(own *Goals) error { *own = g; return nil }))
}

// findDeviceLocked is one of the listed devices, by its id or its model.
func (c *Cloud) findDeviceLocked(p *account, device string) (string, error) {
	all := p.listedDevices(c.nowLocked().Unix())
	i := slices.IndexFunc(all, func(d listedDevice) bool { return d.id == device || strings.EqualFold(d.product.name, device) })
	if i < 0 {
		names := make([]string, 0, len(all))
		for _, d := range all {
			names = append(names, d.product.name)
		}
		return "", fmt.Errorf("no device %q; there are %s", device, strings.Join(names, ", "))
	}
	return all[i].id, nil
}

func (c *Cloud) removeDevice(person, device string) error {
	return c.updatePerson(person, func(p *account) error {
		id, err := c.findDeviceLocked(p, device)
		if err != nil {
			return err
		}
		if p.records.removed == nil {
			p.records.removed = map[string]bool{}
		}
		p.records.removed[id] = true
		return nil
	})
}

func (c *Cloud) setBattery(person, device, word string) error {
	return c.updatePerson(person, func(p *account) error {
		id, err := c.findDeviceLocked(p, device)
		if err != nil {
			return err
		}
		for _, sharer := range c.people {
			if sharer.records.battery == nil {
				sharer.records.battery = map[string]string{}
			}
			sharer.records.battery[id] = word
		}
		return nil
	})
}

func (c *Cloud) setGoals(person string, change func(own *Goals) error) error {
	return c.updatePerson(person, func(p *account) error {
		own := p.currentGoals()
		if err := change(&own); err != nil {
			return err
		}
		if own.Steps < 0 || own.Sleep < 0 || own.WeightG < 0 {
			return fmt.Errorf("goals of %d steps, %d s of sleep, %d g", own.Steps, own.Sleep, own.WeightG)
		}
		p.records.goals = &own
		return nil
	})
}
