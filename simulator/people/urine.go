// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// typeUnexplained is an undocumented type.
const typeUnexplained = 122

// urineDay is the result of one of the two cartridges of a U-Scan, about every
// third day. The device has no model number.
func (a measures) urineDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "urine", day)
	if r.IntN(3) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(2+r.IntN(25)) * time.Minute)
	created := at.Add(time.Duration(120+r.IntN(900)) * time.Second)
	scan := a.device("U-Scan", 0)
	var groups []*Group
	if r.IntN(2) == 0 {
		nitrites := int64(0)
		if r.IntN(30) == 0 {
			nitrites = 11 + r.Int64N(30)
		}
		groups = append(groups, newGroup(a.rowID(day, 80), at, created, scan,
			rawMeasure(147, 52+r.Int64N(24), -1), rawMeasure(148, 1004+r.Int64N(24), -3), rawMeasure(151, nitrites, 0),
			rawMeasure(204, r.Int64N(9), -1), rawMeasure(205, r.Int64N(280), -2)))
	} else {
		groups = append(groups, newGroup(a.rowID(day, 80), at, created, scan, calciumMeasures(r)...))
	}
	if r.IntN(8) == 0 {
		unexplained := rawMeasure(typeUnexplained, 10+r.Int64N(400), -2)
		groups = append(groups, newGroup(a.rowID(day, 81), at, created, scan, unexplained))
	}
	return groups
}

// calciumMeasures is the result of the second cartridge: calcium, creatinine
// and their ratio.
func calciumMeasures(r *rand.Rand) []measure {
	calcium, creatinine := 8+r.Int64N(55), 40+r.Int64N(130)
	return []measure{
		rawMeasure(248, calcium, -1), rawMeasure(249, creatinine, -1),
		derivedMeasure(rawMeasure(251, (200*calcium+creatinine)/(2*creatinine), -2)),
	}
}
