// SPDX-License-Identifier: MIT

package people

import "time"

// firstManualEntries is what is entered with a new account.
func (a measures) firstManualEntries(at time.Time) []*Group {
	weight, height := (int64(a.WeightG)+500)/1000, int64(a.HeightCM)
	groups := []*Group{
		manualGroup(a.rowID(a.firstDay, 60), at, at.Add(5*time.Second), rawMeasure(4, height, -2)),
		manualGroup(a.rowID(a.firstDay, 61), at, at.Add(5*time.Second), rawMeasure(1, weight, 0)),
	}
	for _, g := range groups {
		g.Attrib = 4
	}
	return groups
}

// manualDay is what is entered on a day: mostly nothing, a weight a week,
// rarely something else, and sometimes late.
func (a measures) manualDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "byhand", day)
	at := a.TimeOfDay(day, 7*60+r.IntN(14*60))
	created := at.Add(time.Duration(1+r.IntN(90)) * time.Second)
	if r.IntN(8) == 0 {
		created = at.AddDate(0, 0, 1+r.IntN(6))
	}
	weight, height := r.IntN(7) == 0, r.IntN(300) == 0
	pressure, glucose := r.IntN(11) == 0, r.IntN(6) == 0
	grams := a.weight(r, day)
	systolic := 114 + a.UserID%14 + r.Int64N(18)
	diastolic, pulse := systolic*63/100+r.Int64N(8), 58+r.Int64N(24)
	sugar := 78 + r.Int64N(55)
	var groups []*Group
	if weight {
		groups = append(groups, manualGroup(a.rowID(day, 62), at, created, rawMeasure(1, grams/100, -1)))
	}
	if height {
		measured := rawMeasure(4, int64(a.HeightCM)*10-r.Int64N(8), -3)
		groups = append(groups, manualGroup(a.rowID(day, 63), at, created, measured))
	}
	if pressure {
		groups = append(groups, manualGroup(a.rowID(day, 64), at, created, rawMeasure(9, diastolic, 0),
			rawMeasure(10, systolic, 0), rawMeasure(11, pulse, 0)))
	}
	if glucose {
		groups = append(groups, manualGroup(a.rowID(day, 65), at, created, rawMeasure(119, sugar, 0)))
	}
	return groups
}

// manualGroup is a group from no device; every value names the app.
func manualGroup(id int64, at, created time.Time, measures ...measure) *Group {
	algo, fm, platform, version := 0, 128, 7, 5_050_021
	for i := range measures {
		m := &measures[i]
		m.Algo, m.FM, m.AppPlatform, m.AppVersion = &algo, &fm, &platform, &version
	}
	g := newGroup(id, at, created, nil, measures...)
	g.Attrib = 2
	return g
}
