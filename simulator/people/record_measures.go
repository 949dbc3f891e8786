// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Recorder adds, changes and deletes data by hand. What it adds is stored at
// once, or at its own time when that is in the future. Its methods panic with
// an InvalidError when the person or the value makes no sense; those that
// return a number return the id of what they added.
type Recorder struct{ store *Store }

// NewRecorder returns a recorder of a store.
func NewRecorder(store *Store) *Recorder { return &Recorder{store: store} }

// Weigh adds a weigh-in of three groups with exactly this weight, for example
// "79.3". It returns the id of the group with the weight.
func (r *Recorder) Weigh(person, kg string, at time.Time) int64 {
	value, unit := parseDecimal(kg)
	grams := shift(value, unit+3)
	if grams <= 0 {
		Invalidf("invalid weight: %s kg", kg)
	}
	return r.store.addGroups(person, at, func(a *Account, created time.Time, ids [3]int64) []*Group {
		groups := a.weighIn(NewRand(a.Seed, a.UserID, "weigh", ids[0]), ids, at, created, grams)
		groups[0].Measures[0] = rawMeasure(1, value, unit)
		return groups
	})
}

// addGroup adds one group.
func (s *Store) addGroup(
	person string, at time.Time, invent func(a *Account, id int64, created time.Time) *Group,
) int64 {
	return s.addGroups(person, at, func(a *Account, created time.Time, ids [3]int64) []*Group {
		return []*Group{invent(a, ids[0], created)}
	})
}

// WeighAmbiguous adds a weight that may be another user's (attrib 1).
func (r *Recorder) WeighAmbiguous(person, kg string, at time.Time) int64 {
	value, unit := parseDecimal(kg)
	return r.store.addGroup(person, at, func(a *Account, id int64, created time.Time) *Group {
		return a.ambiguousWeight(id, at, created, rawMeasure(1, value, unit))
	})
}

// Goal adds a weight goal (category 2).
func (r *Recorder) Goal(person, kg string, at time.Time) int64 {
	value, unit := parseDecimal(kg)
	return r.store.addGroup(person, at, func(a *Account, id int64, created time.Time) *Group {
		g := a.goalGroup(id, at, rawMeasure(1, value, unit))
		g.Created, g.Modified = created.Unix(), created.Unix()
		return g
	})
}

// BloodPressure adds a reading of the cuff, in mmHg and beats per minute.
func (r *Recorder) BloodPressure(person string, systolic, diastolic, pulse int, at time.Time) int64 {
	if diastolic <= 0 || systolic <= diastolic || pulse <= 0 {
		Invalidf("invalid blood pressure: %d/%d mmHg, pulse %d", systolic, diastolic, pulse)
	}
	return r.store.addGroup(person, at, func(a *Account, id int64, created time.Time) *Group {
		return a.pressureGroup(id, at, created, int64(systolic), int64(diastolic), int64(pulse))
	})
}

// Temperature adds a reading of the thermometer: exactly this body
// temperature, for example "37.2", with skin and generic temperature.
func (r *Recorder) Temperature(person, celsius string, at time.Time) int64 {
	value, unit := parseDecimal(celsius)
	return r.store.addGroup(person, at, func(a *Account, id int64, created time.Time) *Group {
		return a.temperatureGroup(id, at, created, rawMeasure(71, value, unit), shift(value, unit+3))
	})
}

// SpO2 adds a blood oxygen value in percent.
func (r *Recorder) SpO2(person string, percent int, at time.Time) int64 {
	if percent < 0 || percent > 100 {
		Invalidf("invalid blood oxygen: %d %%", percent)
	}
	return r.store.addGroup(person, at, func(a *Account, id int64, created time.Time) *Group {
		return a.oxygenGroup(id, at, created, int64(percent))
	})
}

// Measure adds a group with one value of any type, known or unknown, from no
// device.
func (r *Recorder) Measure(person string, typ int, value string, at time.Time) int64 {
	mantissa, unit := parseDecimal(value)
	return r.store.addGroup(person, at, func(_ *Account, id int64, created time.Time) *Group {
		return newGroup(id, at, created, nil, rawMeasure(typ, mantissa, unit))
	})
}

// Edit changes the value of a type in a group.
func (r *Recorder) Edit(id int64, typ int, value string) {
	mantissa, unit := parseDecimal(value)
	if !r.store.updateAny(func(a *Account, now time.Time) bool { return a.setMeasure(id, typ, mantissa, unit, now) }) {
		Invalidf("no group %d", id)
	}
}

// setMeasure changes a value of a group; false when there is no such group.
func (a *Account) setMeasure(id int64, typ int, value int64, unit int, now time.Time) bool {
	i := slices.IndexFunc(a.Groups, func(g *Group) bool { return g.ID == id })
	if i < 0 {
		return false
	}
	g := a.Groups[i]
	at := slices.IndexFunc(g.Measures, func(m measure) bool { return m.Type == typ })
	if at < 0 {
		Invalidf("group %d has no measure of type %d", id, typ)
	}
	edited := *g // A copy: the old one may be on its way to a client.
	edited.Measures = slices.Clone(g.Measures)
	edited.Measures[at].Value, edited.Measures[at].Unit = value, unit
	edited.Modified = now.Unix()
	a.Groups[i] = &edited
	return true
}

// Delete removes a group, a night, a workout, or a heart record by one of its
// signals, without a trace.
func (r *Recorder) Delete(id int64) {
	if !r.store.updateAny(func(a *Account, _ time.Time) bool { return a.deleteRow(id) || a.removeRecord(id) }) {
		Invalidf("no group, night, workout or heart record %d", id)
	}
}

// parseDecimal reads "79.30" as 7930 × 10^-2: every digit counts, as on the
// wire.
func parseDecimal(text string) (value int64, unit int) {
	whole, fraction, _ := strings.Cut(text, ".")
	value, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || whole == "" || len(fraction) > 6 || value > 1e12 || value < -1e12 {
		Invalidf("not a plain decimal number: %q", text)
	}
	return value, -len(fraction)
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

// Grams reads a weight in kilograms.
func Grams(kg string) int {
	value, unit := parseDecimal(kg)
	return int(shift(value, unit+3))
}
