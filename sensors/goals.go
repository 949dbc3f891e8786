// SPDX-License-Identifier: MIT

package sensors

import "vitals2mqtt/withings"

// DecodeGoals reads what the user wants to reach. A goal that is no longer set
// has no value.
func DecodeGoals(g withings.Goals, o DecodeOptions) Batch {
	d := newDecoder(KindGoals, withings.Flag{}, o)
	rec := Record{ID: goalsID, At: d.receivedAt(), Modified: d.receivedAt()}
	if g.Steps.OK {
		rec.addInt("steps", g.Steps.N)
	}
	if g.Sleep.OK {
		rec.addInt("sleep", g.Sleep.N)
	}
	if g.Weight.OK {
		kg, ok := scaled(g.Weight.Value.Value, g.Weight.Value.Unit, 0)
		if ok {
			rec.addField("weight", Number(kg))
		} else {
			d.leaveOut(LeftOutNoValue, goalsID, 0, keyGoal)
		}
	}
	Interpret(d.Kind, &rec, d.options.Extra)
	if len(rec.Values) > 0 {
		// The cloud does not return since when they are set.
		d.add(rec)
		d.Listed = []int64{goalsID}
	}
	return d.Covering(o.Now, o.Now)
}

// goalsID is the made-up id of the one record of goals.
const goalsID = -1

// takesGoals accepts other goals than the known ones, whose time stays. A
// response is complete; what is not comes from a file, and may be older.
func takesGoals(_ Known, rec, prev Record, complete bool) (bool, error) {
	return !hasSameFields(rec.Fields, prev.Fields) && (complete || rec.Modified >= prev.Modified), nil
}
