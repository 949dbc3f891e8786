package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// must turns an error into a panic: the methods below are for tests, where a wrong name is a mistake in the test.
func must[T any](v T, err error) T {
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return v
}

// Weigh adds a weigh-in of three groups, with the weight exactly as written, such as "79.3". What is added by hand is
// stored at once, or at its own time when that lies ahead. The id of the group with the weight is returned. This and
// the methods after it panic when the person or the value makes no sense.
func (c *Cloud) Weigh(person, kg string, at time.Time) int64 { return must(c.weigh(person, kg, at)) }

// WeighAmbiguous adds a weight that may be somebody else's (attrib 1).
func (c *Cloud) WeighAmbiguous(person, kg string, at time.Time) int64 {
	return must(c.weighAmbiguous(person, kg, at))
}

// Goal adds a weight goal (category 2).
func (c *Cloud) Goal(person, kg string, at time.Time) int64 { return must(c.goal(person, kg, at)) }

// BloodPressure adds a reading of the cuff, in mmHg and beats per minute.
func (c *Cloud) BloodPressure(person string, systolic, diastolic, pulse int, at time.Time) int64 {
	return must(c.bloodPressure(person, systolic, diastolic, pulse, at))
}

// Temperature adds a reading of the thermometer: body temperature as written, such as "37.2", skin and generic.
func (c *Cloud) Temperature(person, celsius string, at time.Time) int64 {
	return must(c.temperature(person, celsius, at))
}

// SpO2 adds a blood oxygen value in percent.
func (c *Cloud) SpO2(person string, percent int, at time.Time) int64 {
	return must(c.spo2(person, percent, at))
}

// Measure adds a group with one value of any type, known to anybody or not, from no device.
func (c *Cloud) Measure(person string, typ int, value string, at time.Time) int64 {
	return must(c.measure(person, typ, value, at))
}

// Night adds a night of the mat that ends then.
func (c *Cloud) Night(person string, end time.Time) int64 {
	return must(c.sleep(person, end, nightCycles, mat))
}

// Nap adds a nap of the mat that ends then.
func (c *Cloud) Nap(person string, end time.Time) int64 { return must(c.sleep(person, end, 1, mat)) }

// Edit changes the value of a type in a group.
func (c *Cloud) Edit(id int64, typ int, value string) { must(struct{}{}, c.edit(id, typ, value)) }

// Delete removes a group, a night, a workout, or a heart record by one of its signals; nothing is left of it.
func (c *Cloud) Delete(id int64) { must(struct{}{}, c.remove(id)) }

// addGroups locks, finds the person, and stores the groups that invent returns; the first one's id is the answer.
func (c *Cloud) addGroups(person string, at time.Time, invent func(p *account, created time.Time, ids [3]int64) []*group) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.personLocked(person)
	if err != nil {
		return 0, err
	}
	p.generateRecords(c.nowLocked())
	ids := [3]int64{c.nextIDLocked(p, at), c.nextIDLocked(p, at), c.nextIDLocked(p, at)}
	groups := invent(p, later(at, c.nowLocked()), ids)
	p.groups = append(p.groups, groups...)
	return groups[0].ID, nil
}

// nextIDLocked leaves the slots below 1000 to what is generated.
func (c *Cloud) nextIDLocked(p *account, at time.Time) int64 {
	c.added++
	return p.rowID(p.dayNumber(at), 1000+c.added%9000)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (c *Cloud) weigh(person, kg string, at time.Time) (int64, error) {
	value, unit, err := parseDecimal(kg)
	if err != nil {
		return 0, err
	}
	grams := shift(value, unit+3)
	if grams <= 0 {
		return 0, fmt.Errorf("a weight of %s kg", kg)
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		groups := p.weighIn(newRand(p.seed, p.UserID, "weigh", ids[0]), ids, at, created, grams)
		groups[0].Measures[0] = rawMeasure(1, value, unit)
		return groups
	})
}

func (c *Cloud) weighAmbiguous(person, kg string, at time.Time) (int64, error) {
	value, unit, err := parseDecimal(kg)
	if err != nil {
		return 0, err
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		return []*group{p.ambiguousWeight(ids[0], at, created, rawMeasure(1, value, unit))}
	})
}

func (c *Cloud) goal(person, kg string, at time.Time) (int64, error) {
	value, unit, err := parseDecimal(kg)
	if err != nil {
		return 0, err
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		g := p.goalGroup(ids[0], at, rawMeasure(1, value, unit))
		g.Created, g.Modified = created.Unix(), created.Unix()
		return []*group{g}
	})
}

func (c *Cloud) bloodPressure(person string, systolic, diastolic, pulse int, at time.Time) (int64, error) {
	if diastolic <= 0 || systolic <= diastolic || pulse <= 0 {
		return 0, fmt.Errorf("a blood pressure of %d/%d mmHg with pulse %d", systolic, diastolic, pulse)
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		return []*group{p.pressureGroup(ids[0], at, created, int64(systolic), int64(diastolic), int64(pulse))}
	})
}

func (c *Cloud) temperature(person, celsius string, at time.Time) (int64, error) {
	value, unit, err := parseDecimal(celsius)
	if err != nil {
		return 0, err
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		return []*group{p.temperatureGroup(ids[0], at, created, rawMeasure(71, value, unit), shift(value, unit+3))}
	})
}

func (c *Cloud) spo2(person string, percent int, at time.Time) (int64, error) {
	if percent < 0 || percent > 100 {
		return 0, fmt.Errorf("a blood oxygen of %d %%", percent)
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		return []*group{p.oxygenGroup(ids[0], at, created, int64(percent))}
	})
}

func (c *Cloud) measure(person string, typ int, text string, at time.Time) (int64, error) {
	value, unit, err := parseDecimal(text)
	if err != nil {
		return 0, err
	}
	return c.addGroups(person, at, func(p *account, created time.Time, ids [3]int64) []*group {
		return []*group{p.newGroup(ids[0], at, created, nil, rawMeasure(typ, value, unit))}
	})
}

func (c *Cloud) sleep(person string, end time.Time, cycles int, by sleepSource) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.personLocked(person)
	if err != nil {
		return 0, err
	}
	p.generateRecords(c.nowLocked())
	n := p.newNight(c.nextIDLocked(p, end), end, cycles, by)
	n.created = later(end, c.nowLocked()).Unix()
	n.modified = n.created
	p.nights = append(p.nights, n)
	return n.id, nil
}

func (c *Cloud) edit(id int64, typ int, text string) error {
	value, unit, err := parseDecimal(text)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		p.generateRecords(c.nowLocked())
		if found, err := p.setMeasure(id, typ, value, unit, c.nowLocked()); found {
			return err
		}
	}
	return fmt.Errorf("no group %d", id)
}

// setMeasure changes a value of a group; found tells whether there is such a group.
func (a *account) setMeasure(id int64, typ int, value int64, unit int, now time.Time) (found bool, err error) {
	i := slices.IndexFunc(a.groups, func(g *group) bool { return g.ID == id })
	if i < 0 {
		return false, nil
	}
	g := a.groups[i]
	at := slices.IndexFunc(g.Measures, func(m measure) bool { return m.Type == typ })
	if at < 0 {
		return true, fmt.Errorf("group %d has no measure of type %d", id, typ)
	}
	edited := *g // A copy: the old one may be on its way to a client.
	edited.Measures = slices.Clone(g.Measures)
	edited.Measures[at].Value, edited.Measures[at].Unit = value, unit
	edited.Modified = now.Unix()
	a.groups[i] = &edited
	return true, nil
}

func (c *Cloud) remove(id int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		p.generateRecords(c.nowLocked())
		if p.deleteRow(id) || p.removeRecord(id) {
			return nil
		}
	}
	return fmt.Errorf("no group, night, workout or heart record %d", id)
}

// parseDecimal reads "79.30" as 7930 × 10^-2: every digit counts, as on the wire.
func parseDecimal(text string) (value int64, unit int, err error) {
	whole, fraction, _ := strings.Cut(text, ".")
	value, err = strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || whole == "" || len(fraction) > 6 || value > 1e12 || value < -1e12 {
		return 0, 0, errors.New("not a plain decimal number: " + strconv.Quote(text))
	}
	return value, -len(fraction), nil
}

// shift is value × 10^exponent, cut to a whole number.
func shift(value int64, exponent int) int64 {
	for ; exponent > 0; exponent-- {
		value *= 10
	}
	for ; exponent < 0; exponent++ {
		value /= 10
	}
	return value
}
